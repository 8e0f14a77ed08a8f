/** What a listing is once it stands for a SKU for which it did not stand before, and its count was not read just now. */
import type { StockLevel } from '../stock/stock-level.ts';
import { takenBy } from '../stock/taken.ts';
import type { ListingDocument } from '../sync/listing-document.ts';

/** What the channel shows now is what we last knew of it: the next push or look finds out. */
export function newlyMatched(
  level: StockLevel,
  { connectionId, location }: Pick<ListingDocument, 'connectionId' | 'location'>,
  now: Date,
) {
  const taken = takenBy(level, connectionId, location);
  return {
    desiredVersion: -1,
    taken,
    pushedTaken: taken,
    difference: null,
    refusal: null,
    notBefore: null,
    checkAt: now,
  };
}
