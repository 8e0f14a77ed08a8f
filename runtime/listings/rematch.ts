/** Matches again what could not be matched before: the ledger holds more SKUs, or more barcodes are known by now. */
import { ClientCollection } from '../database/client-collection.ts';
import type { StockLedger } from '../stock/ledger.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import type { ImportOwner } from './import-document.ts';
import { WAITS_FOR_MATCH } from './match-listing.ts';
import { matchPage } from './match-page.ts';

const TOGETHER_MAX = 200;

/** Goes over the open problems of all of the client's listings. @returns how many of them were solved. */
export async function rematch(
  { db, clientId }: Pick<ImportOwner, 'db' | 'clientId'>,
  ledger: StockLedger,
): Promise<number> {
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const open = await listings
    .find(
      { problem: { $in: [...WAITS_FOR_MATCH] } },
      { projection: { ownSku: 1, barcode: 1, tracked: 1, sku: 1, matchedBy: 1 } },
    )
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
    const updates = page.flatMap(({ _id }, index) => {
      const match = matches[index];
      if (!match || match.problem !== null) return [];
      return [{ filter: { _id, matchedBy: { $ne: 'person' as const } }, update: { $set: match } }];
    });
    if (updates.length > 0) await listings.updateEach(updates, { ordered: false });
    solved += updates.length;
  }
  return solved;
}
