/** Decides to which SKU of the ledger a listing belongs: by SKU, then by barcode, then a person says. Pure. */
import { Sku } from '../ids.ts';
import type { RemoteListing } from '../sync/channel.ts';
import { comparableBarcode } from './barcode.ts';

/** How a listing came to its SKU. What a person said is never changed by an import. */
export type MatchedBy = 'sku' | 'barcode' | 'person';

/**
 * What a person should look at.
 * - `no-sku`: it has no usable SKU, and no barcode that is known.
 * - `unknown-sku`: the ledger holds no such SKU. It is kept in step from the moment on at which it does.
 * - `duplicate-sku`: another listing of the same shop has this SKU too. Both are kept in step, but an order does not tell
 *   which of the two counts it lowered. Found when all listings are known (duplicates.ts).
 * - `ambiguous-barcode`: its barcode belongs to more than one SKU.
 */
export type ListingProblem = 'no-sku' | 'unknown-sku' | 'duplicate-sku' | 'ambiguous-barcode';

/** Problems that a person solves here, by naming a SKU or by leaving the listing out; the other is mended in the shop. */
export const WAITS_FOR_MATCH = [
  'no-sku',
  'unknown-sku',
  'ambiguous-barcode',
] as const satisfies readonly ListingProblem[];

export interface ListingMatch {
  readonly sku: Sku | null;
  readonly matchedBy: MatchedBy | null;
  readonly problem: ListingProblem | null;
}

/** What is known around a listing. */
export interface MatchingFacts {
  /** How it was matched before; null: it is new. */
  readonly before: Pick<ListingMatch, 'sku' | 'matchedBy'> | null;
  /** The ledger holds this SKU, or will from this very import. */
  readonly isKnown: (sku: Sku) => boolean;
  /** The SKUs of other listings with this barcode, in comparable form. */
  readonly skusOf: (barcode: string) => readonly Sku[];
}

export function matchListing(
  listing: Pick<RemoteListing, 'sku' | 'barcode' | 'tracked'>,
  facts: MatchingFacts,
): ListingMatch {
  if (facts.before?.matchedBy === 'person') return { ...facts.before, problem: null };
  const own = Sku.safeParse(listing.sku).data ?? null;
  // What the shop does not count is never pushed to, and nothing can go wrong with it.
  if (!listing.tracked) return { sku: own, matchedBy: own && 'sku', problem: null };
  if (own && facts.isKnown(own)) {
    return { sku: own, matchedBy: 'sku', problem: null };
  }
  const barcode = comparableBarcode(listing.barcode);
  const found = barcode === null ? [] : facts.skusOf(barcode);
  const [only] = found;
  if (only !== undefined && found.length === 1) {
    return { sku: only, matchedBy: 'barcode', problem: null };
  }
  if (own) return { sku: own, matchedBy: 'sku', problem: 'unknown-sku' };
  return { sku: null, matchedBy: null, problem: found.length > 1 ? 'ambiguous-barcode' : 'no-sku' };
}
