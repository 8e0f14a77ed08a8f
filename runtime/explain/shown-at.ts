/** What a listing showed at a moment, by all we know: the last push before it, less what the channel sold since. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { DriftDocument } from '../sync/drift.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import type { PushDocument, PushItem } from '../sync/push-document.ts';

export interface ShownAt {
  /** null: nothing is known of that time; pushes are kept for 30 days. */
  readonly shows: number | null;
  /** The last write that the channel took. */
  readonly push: { readonly to: number; readonly at: Date; readonly confirmedAt: Date | null } | null;
  /** A write that was under way at that moment. */
  readonly inFlight: { readonly to: number; readonly at: Date } | null;
  /** Units that the channel sold since that push, less what came back. */
  readonly soldSince: number;
  /** How that push's number was decided, where anything stood between. */
  readonly reasons: PushItem['reasons'];
}

/** @param taken units that the channel had taken by that moment, by the ledger. */
export async function shownAt(db: Db, listing: ListingDocument, at: Date, taken: number): Promise<ShownAt> {
  const { _id, clientId, externalId } = listing;
  // Pushes are found by their time and not by an index over their items, which every push would have to pay for. What
  // was never pushed since is found at once, by when the listing was last pushed to.
  const until = listing.pushedVersion >= 0 && listing.pushedAt < at ? listing.pushedAt : at;
  const itemOf = (push: PushDocument) => push.items.find(({ listingId }) => listingId === _id);
  const pushes = new ClientCollection<PushDocument>(db, 'pushes', clientId)
    .find(
      { connectionId: listing.connectionId, sentAt: { $lte: until }, 'items.listingId': _id },
      // One by one: as a rule the first one is the answer, and to find a second one may mean to go through all.
      { batchSize: 1 },
    )
    .sort({ sentAt: -1 });
  let took: PushDocument | null = null;
  let inFlight: ShownAt['inFlight'] = null;
  for await (const push of pushes) {
    if (push.doneAt === null || push.doneAt > at) inFlight ??= { to: itemOf(push)?.to ?? 0, at: push.sentAt };
    else if (!push.notSet?.includes(externalId)) took = push;
    if (took) break;
  }
  const item = took ? itemOf(took) : undefined;
  if (!took || !item) {
    // It was never written to: it still shows what it showed when it was connected, less its own sales.
    const untouched = listing.pushedVersion < 0;
    const soldSince = taken - listing.pushedTaken;
    const shows = untouched ? listing.pushed - soldSince : null;
    return { shows, push: null, inFlight, soldSince: untouched ? soldSince : 0, reasons: null };
  }
  const soldSince = taken - item.taken;
  const adopted = await adoptedBetween(db, listing, took.sentAt, at);
  return {
    shows: item.pushed + adopted - soldSince,
    push: { to: item.to, at: took.sentAt, confirmedAt: took.doneAt },
    inFlight,
    soldSince,
    reasons: item.reasons,
  };
}

/** Units by which the shop's staff changed the number themselves, and the ledger followed. */
async function adoptedBetween(db: Db, listing: ListingDocument, from: Date, to: Date): Promise<number> {
  const drifts = await new ClientCollection<DriftDocument>(db, 'drifts', listing.clientId)
    .find({ listingId: listing._id, at: { $gt: from, $lte: to }, outcome: 'adopted' })
    .toArray();
  return drifts.reduce((sum, { shown, expected }) => sum + shown - expected, 0);
}
