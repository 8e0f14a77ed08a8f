/**
 * Counts that a channel told by webhook. They are claims, and often known already: the echo of our own push, or a sale
 * whose order is still on its way to us. So one that differs is noted down, compared again a little later, and only then
 * has the channel read. A channel that tells of the whole listing whenever its count has changed tells a count, too, as
 * long as we hold all the rest of it.
 */
import type { Db } from 'mongodb';
import { batchCalls } from '../batch-calls.ts';
import { ClientCollection, type SingleUpdate } from '../database/client-collection.ts';
import { inOneAnswer } from '../database/in-one-answer.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import { hasForm } from '../listings/shown-form.ts';
import type { RemoteListing } from './channel.ts';
import { expectedOf, type ListingDocument, listingIdOf } from './listing-document.ts';

export interface HeardCount {
  readonly clientId: ClientId;
  readonly connectionId: ConnectionId;
  readonly externalId: string;
  /** What the listing is called where the shop is kept at several locations. */
  readonly externalIdThere?: string;
  /** Only for the listing whose own ref holds these. */
  readonly ref: Readonly<Record<string, string>>;
  /** null: the channel no longer counts it. */
  readonly quantity: number | null;
  /** What else the channel told of the listing; absent: nothing. */
  readonly listing?: RemoteListing;
}

/** All that is looked at when a count is heard: shops tell of every sale, and a listing holds twice as much. */
const LOOKED_AT = {
  ref: 1,
  title: 1,
  tracked: 1,
  ownSku: 1,
  barcode: 1,
  oversell: 1,
  countedBy: 1,
  pushed: 1,
  pushedTaken: 1,
  taken: 1,
  heard: 1,
  checkAt: 1,
} as const;
type Listing = Pick<ListingDocument, '_id' | keyof typeof LOOKED_AT>;

const TOGETHER_MAX = 200;
const FLIGHTS_MAX = 1;
/** Orders come by webhooks of their own, as a rule within a second or two. */
const SETTLE_MS = 10_000;

/**
 * A door for many: when it has answered, what differs is on disk.
 * @returns false: more than its count has changed, nothing was noted, and the listing must be read again.
 */
export function openHeardCounts(db: () => Db): (count: HeardCount) => Promise<boolean> {
  return batchCalls(
    async (counts) => {
      const byClient = Map.groupBy(counts, ({ clientId }) => clientId);
      const noted = await Promise.all(
        [...byClient].map(([clientId, ofClient]) => note(db(), clientId, ofClient)),
      );
      const changed = new Set(noted.flat());
      return counts.map((count) => !changed.has(count));
    },
    TOGETHER_MAX,
    FLIGHTS_MAX,
  );
}

/** @returns those of listings that are not as we hold them. */
async function note(db: Db, clientId: ClientId, told: readonly HeardCount[]): Promise<HeardCount[]> {
  const listings = listingsOf(db, clientId);
  const asked = [...new Set(told.flatMap(withListingIds).map(({ listingId }) => listingId))];
  const found: Listing[] = await listings
    .find({ _id: { $in: asked } }, { projection: LOOKED_AT, ...inOneAnswer(asked.length) })
    .toArray();
  const kept = new Map(found.map((listing) => [listing._id, listing]));
  const isChanged = (count: HeardCount) => {
    const listing = kept.get(listingIdOf(count.connectionId, count.externalId));
    return count.listing !== undefined && !(listing?.tracked && hasForm(listing, count.listing));
  };
  const changed = told.filter(isChanged);
  const counts = told.filter((count) => !changed.includes(count));
  const byId = Map.groupBy(counts.flatMap(withListingIds), ({ listingId }) => listingId);
  const known = found.filter(({ _id }) => byId.has(_id));
  const dueAt = new Date(Date.now() + SETTLE_MS);
  const updates = known.flatMap((listing): SingleUpdate<ListingDocument>[] => {
    // The newest word on each listing counts; the same product may be counted at other locations beside it.
    const count = byId.get(listing._id)?.findLast(({ count }) => isOf(listing, count))?.count;
    const { heard = null } = listing;
    if (!count) return [];
    const { quantity } = count;
    if (quantity === expectedOf(listing))
      return heard ? [{ filter: { _id: listing._id }, update: { $set: { heard: null } } }] : [];
    const noted = { quantity, dueAt: heard?.dueAt ?? dueAt };
    return [{ filter: { _id: listing._id }, update: { $set: { heard: noted } } }];
  });
  if (updates.length > 0) await listings.updateEach(updates, { ordered: false });
  return changed;
}

function withListingIds(count: HeardCount) {
  const { connectionId, externalId, externalIdThere = externalId } = count;
  return [...new Set([externalId, externalIdThere])].map((id) => ({
    listingId: listingIdOf(connectionId, id),
    count,
  }));
}

function isOf({ ref, tracked }: Listing, count: HeardCount): boolean {
  return tracked && Object.entries(count.ref).every(([name, value]) => ref[name] === value);
}

/** Has those listings checked whose heard count is still not explained. @returns how many. */
export async function settleHeardCounts(
  db: Db,
  clientId: ClientId,
  connectionId: ConnectionId,
): Promise<number> {
  const listings = listingsOf(db, clientId);
  const now = new Date();
  const due: Listing[] = await listings
    .find(
      { connectionId, 'heard.dueAt': { $lte: now } },
      { projection: LOOKED_AT, ...inOneAnswer(TOGETHER_MAX) },
    )
    .limit(TOGETHER_MAX)
    .toArray();
  let unexplained = 0;
  const updates = due.map((listing): SingleUpdate<ListingDocument> => {
    const { _id, heard, checkAt } = listing;
    const explained = heard?.quantity === expectedOf(listing);
    if (!explained) unexplained += 1;
    const sooner = checkAt && checkAt < now ? checkAt : now;
    return {
      // One that was heard meanwhile is judged by itself.
      filter: { _id, 'heard.dueAt': heard?.dueAt ?? now },
      update: { $set: explained ? { heard: null } : { heard: null, checkAt: sooner } },
    };
  });
  if (updates.length > 0) await listings.updateEach(updates, { ordered: false });
  return unexplained;
}

function listingsOf(db: Db, clientId: ClientId): ClientCollection<ListingDocument> {
  return new ClientCollection<ListingDocument>(db, 'listings', clientId);
}
