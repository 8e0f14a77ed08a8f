/** What a person says about a listing: to which SKU it belongs, or that its own SKU is to be kept in the ledger. */
import { ClientCollection } from '../database/client-collection.ts';
import { acceptEvent } from '../events/inbox.ts';
import { MAIN_LOCATION, Sku } from '../ids.ts';
import { reopenUnmatched } from '../orders/reopen-unmatched.ts';
import type { StockLedger } from '../stock/ledger.ts';
import { stockChangedBody } from '../stock/stock-changed.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import { markDuplicates } from './duplicates.ts';
import type { ImportOwner } from './import-document.ts';
import { newlyMatched } from './newly-matched.ts';
import { openingKey } from './open-stock.ts';

/** Nothing is to be written to it, and nothing to be compared. */
const UNMATCHED = { sku: null, dirty: false, checkAt: null, difference: null } as const;

type Owner = Pick<ImportOwner, 'db' | 'clientId'>;

export type HandMatch =
  | { readonly outcome: 'matched'; readonly sku: Sku }
  | { readonly outcome: 'no-such-listing' }
  /** The ledger holds no such SKU. */
  | { readonly outcome: 'unknown-sku' }
  /** The listing has no SKU of its own, or the shop does not count it: there is nothing to take in. */
  | { readonly outcome: 'nothing-to-take-in' };

/**
 * Matches a listing to a SKU of the ledger. Flows hear of the SKU's level, so that those that keep channels in step tell
 * this listing too. No import changes it any more, until it is undone.
 */
export async function matchByHand(
  owner: Owner,
  ledger: StockLedger,
  listingId: string,
  sku: Sku,
): Promise<HandMatch> {
  const listings = listingsOf(owner);
  const listing = await listings.findOne({ _id: listingId });
  if (!listing) return { outcome: 'no-such-listing' };
  const level = (await ledger.levels([sku])).get(sku);
  if (!level) return { outcome: 'unknown-sku' };
  const now = new Date();
  await listings.updateOne(
    { _id: listingId },
    { $set: { sku, matchedBy: 'person', problem: null, ...newlyMatched(level, listing, now) } },
  );
  await markDuplicates({ ...owner, connectionId: listing.connectionId });
  await reopenUnmatched(owner.db, owner.clientId, listing, sku);
  await acceptEvent(owner.db, {
    clientId: owner.clientId,
    source: 'syncflow',
    topic: 'stock.changed',
    dedupeKey: `matched:${listingId}:${now.getTime()}`,
    partition: `sku:${sku}`,
    body: stockChangedBody({ by: 'person', levels: [level] }),
  });
  return { outcome: 'matched', sku };
}

/** Leaves a listing out: no count is ever sent to it, and no import asks about it again, until that is taken back. */
export async function setAside(owner: Owner, listingId: string): Promise<boolean> {
  const listing = await listingsOf(owner).findOneAndUpdate(
    { _id: listingId },
    { $set: { ...UNMATCHED, matchedBy: 'person', problem: null } },
  );
  if (listing?.problem === 'duplicate-sku') {
    await markDuplicates({ ...owner, connectionId: listing.connectionId });
  }
  return listing !== null;
}

/** Takes what a person said about a listing back: the listing waits to be matched anew, by the next import or by a person. */
export async function unmatch(owner: Owner, listingId: string): Promise<boolean> {
  const { matchedCount } = await listingsOf(owner).updateOne(
    { _id: listingId, matchedBy: 'person' },
    { $set: { ...UNMATCHED, matchedBy: null, problem: 'no-sku' } },
  );
  return matchedCount === 1;
}

/** Takes a listing's own SKU into the ledger, with what the shop counts now as its stock, and matches the listing to it. */
export async function takeIn(owner: Owner, ledger: StockLedger, listingId: string): Promise<HandMatch> {
  const listing = await listingsOf(owner).findOne({ _id: listingId });
  if (!listing) return { outcome: 'no-such-listing' };
  const sku = Sku.safeParse(listing.ownSku).data;
  if (!sku || !listing.tracked) return { outcome: 'nothing-to-take-in' };
  await ledger.addSkus([{ sku, title: listing.title }]);
  await ledger.apply({
    kind: 'count',
    key: openingKey(listing.connectionId, listing),
    sku,
    location: listing.location ?? MAIN_LOCATION,
    quantity: Math.max(0, listing.pushed),
    seenVersion: 0,
    cause: { by: 'person', note: 'taken in from a shop, as the shop counted it' },
  });
  return await matchByHand(owner, ledger, listingId, sku);
}

function listingsOf({ db, clientId }: Owner): ClientCollection<ListingDocument> {
  return new ClientCollection<ListingDocument>(db, 'listings', clientId);
}
