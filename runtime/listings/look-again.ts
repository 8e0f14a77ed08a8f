/** Has the counts of listings read and judged soon: a shop may have moved since they were read. */
import type { Db, Filter } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId } from '../ids.ts';
import type { ListingDocument } from '../sync/listing-document.ts';

/** Those that are about to be written are compared then; those that wait for a look already keep their moment. */
export async function lookAgain(
  db: Db,
  clientId: ClientId,
  which: Pick<Filter<ListingDocument>, 'connectionId' | 'sku'>,
): Promise<void> {
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  await listings.updateMany(
    { sku: { $ne: null }, ...which, tracked: true, dirty: false, checkAt: null },
    { $set: { checkAt: new Date() } },
  );
}
