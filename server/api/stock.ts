/** Stock: what is there, and what each channel shows of it. */
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { ClientId, Sku } from '#runtime/ids.ts';
import type { StockDocument } from '#runtime/stock/stock-document.ts';
import { expectedOf, type ListingDocument } from '#runtime/sync/listing-document.ts';
import type { ApiOptions } from './client-context.ts';
import { findPage } from './find-page.ts';
import { isLow, type LowThresholds, lowThresholdsOf } from './low-threshold.ts';
import { ListQuery, pageFrom } from './paging.ts';
import { clientRoute, type Route } from './route.ts';
import { StockSearch, searchOfStock } from './stock-search.ts';
import { pageOfRows, StockRow } from './views.ts';

const Query = ListQuery.extend(StockSearch.shape);

export function stockRoutes({ database }: ApiOptions): Route[] {
  const list = clientRoute({
    method: 'get',
    path: '/stock',
    summary: 'What is there, and what each channel shows of it; scarcest first',
    may: 'see',
    query: Query,
    answer: pageOfRows(StockRow),
    run: async ({ clientId, query }) => {
      const thresholds = await lowThresholdsOf(database, clientId);
      const search = searchOfStock(query, thresholds);
      if (!search) return pageFrom([], null);
      const stock = new ClientCollection<StockDocument>(database.db, 'stock', clientId);
      const { found, next } = await findPage(stock, search, query);
      const listings = await listingsBySku(
        clientId,
        found.map(({ sku }) => sku),
      );
      return pageFrom(
        found.map((item) => rowOf(item, listings.get(item.sku) ?? [], thresholds)),
        next,
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

function rowOf(
  item: StockDocument,
  listings: readonly ListingDocument[],
  thresholds: LowThresholds,
): StockRow {
  const { sku, title, onHand, reserved, available, changedAt } = item;
  return {
    sku,
    title,
    onHand,
    reserved,
    available,
    low: isLow(item, thresholds),
    locations: Object.entries(item.locations).map(([id, at]) => ({
      id,
      onHand: at.onHand,
      reserved: at.reserved,
    })),
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
