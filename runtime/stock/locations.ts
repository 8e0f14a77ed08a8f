/** Where a client's stock lies. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { type ClientId, type LocationId, MAIN_LOCATION } from '../ids.ts';
import type { StockDocument } from './stock-document.ts';

/** Every location that any SKU of the client knows, by name; `main` when there is no stock yet. */
export async function locationsOf(db: Db, clientId: ClientId): Promise<LocationId[]> {
  const stock = new ClientCollection<StockDocument>(db, 'stock', clientId);
  const found = await stock.aggregate<{ _id: LocationId }>([
    { $project: { at: { $objectToArray: '$locations' } } },
    { $unwind: '$at' },
    { $group: { _id: '$at.k' } },
    { $sort: { _id: 1 } },
  ]);
  const locations = found.map(({ _id }) => _id);
  return locations.length > 0 ? locations : [MAIN_LOCATION];
}
