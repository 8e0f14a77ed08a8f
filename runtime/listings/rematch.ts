/** Matches again what could not be matched before: the ledger holds more SKUs, or more barcodes are known by now. */
import { ClientCollection } from '../database/client-collection.ts';
import type { StockLedger } from '../stock/ledger.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import type { ImportOwner } from './import-document.ts';
import { WAITS_FOR_MATCH } from './match-listing.ts';
import { matchPage } from './match-page.ts';
import { newlyMatched } from './newly-matched.ts';
import { tellUntold } from './tell-untold.ts';

const TOGETHER_MAX = 200;
const PROJECTION = {
  ownSku: 1,
  barcode: 1,
  tracked: 1,
  sku: 1,
  matchedBy: 1,
  connectionId: 1,
  location: 1,
} as const;

/**
 * Goes over the open problems of all of the client's listings. Flows hear of those that are solved, so that they tell these
 * listings too. @returns how many of them were solved.
 */
export async function rematch(
  { db, clientId }: Pick<ImportOwner, 'db' | 'clientId'>,
  ledger: StockLedger,
): Promise<number> {
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const open = await listings
    .find({ problem: { $in: [...WAITS_FOR_MATCH] } }, { projection: PROJECTION })
    .toArray();
  let solved = 0;
  for (let start = 0; start < open.length; start += TOGETHER_MAX) {
    const page = open.slice(start, start + TOGETHER_MAX);
    const matches = await matchPage(
      { db, clientId, ledger, opensSkus: false },
      page.map(({ ownSku = null, barcode = null, tracked, sku, matchedBy = null }) => ({
        sku: ownSku,
        barcode,
        tracked,
        before: { sku, matchedBy },
      })),
    );
    const levels = await ledger.levels(matches.flatMap(({ sku }) => sku ?? []));
    const now = new Date();
    const updates = page.flatMap((listing, index) => {
      const match = matches[index];
      if (!match || match.problem !== null) return [];
      // One that had no SKU, or another one: what the shop sold of this one before is not to be counted again.
      const level = match.sku && match.sku !== listing.sku ? levels.get(match.sku) : undefined;
      const anew = level && newlyMatched(level, listing, now);
      const filter = { _id: listing._id, matchedBy: { $ne: 'person' as const } };
      return [{ filter, update: { $set: { ...match, ...anew } } }];
    });
    if (updates.length > 0) await listings.updateEach(updates, { ordered: false });
    await tellUntold(
      { db, clientId, ledger },
      updates.map(({ filter }) => filter._id),
    );
    solved += updates.length;
  }
  return solved;
}
