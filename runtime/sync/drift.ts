/**
 * Drift: a channel shows another number than all that we know explains, for longer than an order can be on its way.
 * Where staff of the shop count (the counting authority), their number is adopted by the ledger; elsewhere ours is
 * written again. Either way it is recorded, for the health page.
 */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { type ClientId, type ConnectionId, MAIN_LOCATION, type Sku } from '../ids.ts';
import { correctByHand } from '../stock/correct-by-hand.ts';
import { isPublished, type ListingDocument } from './listing-document.ts';

export interface DriftDocument {
  /** `<listing>@<when the difference was first seen>`: the same drift is recorded once. */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly connectionId: ConnectionId;
  readonly listingId: string;
  readonly sku: Sku | null;
  readonly title: string;
  readonly expected: number;
  readonly shown: number;
  /** When the difference was first seen. */
  readonly since: Date;
  readonly at: Date;
  /**
   * `adopted`: booked in the ledger, since this shop's staff count. `overwritten`: our number was written again.
   * `refused`: it would have left less than nothing in the ledger, or another listing of the shop shares the SKU, so that
   * nobody can tell what was counted and what that one sold. Ours was written again, if a flow had ever said a number.
   */
  readonly outcome: 'adopted' | 'overwritten' | 'refused';
}

export interface Drift {
  readonly listing: Pick<
    ListingDocument,
    | '_id'
    | 'clientId'
    | 'connectionId'
    | 'externalId'
    | 'sku'
    | 'title'
    | 'location'
    | 'problem'
    | 'desiredVersion'
  >;
  readonly expected: number;
  readonly shown: number;
  /** When the difference was first seen. */
  readonly since: Date;
}

/** Records a drift once. */
export async function recordDrift(db: Db, drift: Drift, outcome: DriftDocument['outcome']): Promise<void> {
  const { _id: listingId, clientId, connectionId, sku, title } = drift.listing;
  const { expected, shown, since } = drift;
  await new ClientCollection<DriftDocument>(db, 'drifts', clientId).insertIfAbsent({
    _id: `${listingId}@${since.getTime()}`,
    clientId,
    connectionId,
    listingId,
    sku,
    title,
    expected,
    shown,
    since,
    at: new Date(),
    outcome,
  });
}

/**
 * Begins to adopt a count: writes down in the listing what will be booked, if the difference is still the same one.
 * @returns false when it is not.
 */
export async function beginAdopting(db: Db, drift: Drift): Promise<boolean> {
  const { listing, since, expected, shown } = drift;
  const begun = await listingsOf(db, listing.clientId).updateOne(
    { _id: listing._id, 'difference.since': since, 'difference.by': expected - shown, adopting: null },
    { $set: { adopting: { since, expected, shown } } },
  );
  return begun.modifiedCount === 1;
}

/**
 * Books what the staff of the counting shop changed, once: the key is made of connection, listing and the moment at
 * which the difference was first seen, which stays in the listing's document until this is done. (Neither Shopify nor
 * WooCommerce stamps a quantity by itself.) May be repeated after a crash.
 * @returns whether the ledger took it. If not, our own number will be written again, where there is one.
 */
export async function finishAdopting(db: Db, drift: Drift): Promise<boolean> {
  const { listing, expected, shown, since } = drift;
  const { _id, clientId, sku, problem } = listing;
  const change = shown - expected;
  const result =
    sku !== null && problem !== 'duplicate-sku'
      ? await correctByHand(db, clientId, operationOf(drift, sku, change))
      : undefined;
  const adopted = result?.outcome === 'applied';
  await recordDrift(db, drift, adopted ? 'adopted' : 'refused');
  // From here on the channel shows what is expected. A push in between has kept the difference in what it remembers.
  await listingsOf(db, clientId).updateOne(
    { _id, 'adopting.since': since },
    {
      $inc: { pushed: change },
      $set: {
        pushedAt: new Date(),
        difference: null,
        adopting: null,
        checkAt: null,
        ...(!adopted && isPublished(listing) && { dirty: true, notBefore: null }),
      },
    },
  );
  return adopted;
}

function operationOf({ listing, since }: Drift, sku: Sku, change: number) {
  const { connectionId, externalId } = listing;
  return {
    kind: 'adjust',
    key: `${connectionId}:listing:${externalId}:drift:${since.getTime()}`,
    sku,
    location: listing.location ?? MAIN_LOCATION,
    change,
    cause: { by: `channel:${connectionId}`, note: 'counted in the shop' },
  } as const;
}

function listingsOf(db: Db, clientId: ClientId): ClientCollection<ListingDocument> {
  return new ClientCollection<ListingDocument>(db, 'listings', clientId);
}
