/** Stock: what is there, and what each channel shows of it. */
import type { Filter, Sort } from 'mongodb';
import { z } from 'zod';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import { type ClientId, Sku } from '#runtime/ids.ts';
import type { StockDocument } from '#runtime/stock/stock-document.ts';
import { expectedOf, type ListingDocument } from '#runtime/sync/listing-document.ts';
import type { ApiOptions } from './client-context.ts';
import { lowThresholdOf } from './low-threshold.ts';
import { ListQuery, literally, pageOf, readCursor } from './paging.ts';
import { clientRoute, type Route } from './route.ts';
import { pageOfRows, StockRow } from './views.ts';

const Query = ListQuery.extend({
  low: z.enum(['true', 'false']).optional(),
  sort: z.enum(['available', 'sku', 'changed']).default('available'),
});
const Position = z.object({ sku: Sku, available: z.int(), changedAt: z.coerce.date() });
type Position = z.infer<typeof Position>;

const SORTS: Readonly<
  Record<z.infer<typeof Query>['sort'], { by: Sort; after: (at: Position) => Filter<StockDocument> }>
> = {
  available: {
    by: { available: 1, sku: 1 },
    after: ({ available, sku }) => ({
      $or: [{ available: { $gt: available } }, { available, sku: { $gt: sku } }],
    }),
  },
  sku: { by: { sku: 1 }, after: ({ sku }) => ({ sku: { $gt: sku } }) },
  changed: {
    by: { changedAt: -1, sku: 1 },
    after: ({ changedAt, sku }) => ({
      $or: [{ changedAt: { $lt: changedAt } }, { changedAt, sku: { $gt: sku } }],
    }),
  },
};

export function stockRoutes({ database }: ApiOptions): Route[] {
  const list = clientRoute({
    method: 'get',
    path: '/stock',
    summary: 'What is there, and what each channel shows of it; scarcest first',
    may: 'see',
    query: Query,
    answer: pageOfRows(StockRow),
    run: async ({ clientId, query }) => {
      const threshold = await lowThresholdOf(database, clientId);
      const after = readCursor(Position, query.cursor);
      const filters: Filter<StockDocument>[] = [];
      if (query.low === 'true') filters.push({ available: { $lt: threshold } });
      if (query.search) {
        const text = { $regex: literally(query.search), $options: 'i' };
        filters.push({ $or: [{ sku: text }, { title: text }] } as Filter<StockDocument>);
      }
      if (after) filters.push(SORTS[query.sort].after(after));
      const found = await new ClientCollection<StockDocument>(database.db, 'stock', clientId)
        .find(filters.length > 0 ? { $and: filters } : {}, { projection: { journal: 0 } })
        .sort(SORTS[query.sort].by)
        .limit(query.limit + 1)
        .toArray();
      const listings = await listingsBySku(
        clientId,
        found.map(({ sku }) => sku),
      );
      return pageOf(
        found,
        query.limit,
        (item) => rowOf(item, listings.get(item.sku) ?? [], threshold),
        ({ sku, available, changedAt }) => ({ sku, available, changedAt }),
      );
    },
  });

  async function listingsBySku(
    clientId: ClientId,
    skus: readonly Sku[],
  ): Promise<Map<Sku | null, ListingDocument[]>> {
    const listings = await new ClientCollection<ListingDocument>(database.db, 'listings', clientId)
      .find({ sku: { $in: [...skus] }, tracked: true })
      .toArray();
    return Map.groupBy(listings, ({ sku }) => sku);
  }

  return [list];
}

function rowOf(item: StockDocument, listings: readonly ListingDocument[], threshold: number): StockRow {
  const { sku, title, onHand, reserved, available, changedAt } = item;
  return {
    sku,
    title,
    onHand,
    reserved,
    available,
    low: available < threshold,
    changedAt: changedAt.toISOString(),
    listings: listings.map((listing) => ({
      id: listing._id,
      connectionId: listing.connectionId,
      location: listing.location ?? null,
      shown: expectedOf(listing),
      desired: listing.desired,
      state: stateOf(listing),
    })),
  };
}

function stateOf({ refusal, difference, dirty }: ListingDocument): StockRow['listings'][number]['state'] {
  if (refusal) return 'refused';
  if (difference) return 'checking';
  return dirty ? 'waiting' : 'in-step';
}
