/** From stock levels to what each listing shall show. Desired state, not messages: the newest level wins. */

import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, ConnectionId, Sku } from '../ids.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import { expectedOf, type ListingDocument } from './listing-document.ts';

export interface PublishRequest {
  readonly level: StockLevel;
  /** Units that are kept back from every channel. */
  readonly buffer: number;
  /** When what caused the level reached us. */
  readonly causedAt: Date;
}

type Listing = Pick<
  ListingDocument,
  '_id' | 'sku' | 'connectionId' | 'desiredVersion' | 'pushed' | 'pushedTaken' | 'pushedAt' | 'readBack'
>;
const PROJECTION = {
  sku: 1,
  connectionId: 1,
  desiredVersion: 1,
  pushed: 1,
  pushedTaken: 1,
  pushedAt: 1,
  readBack: 1,
};
/** A channel's own sale is compared with what it shows after this time: a push of ours may have crossed it. */
const READ_BACK_MS = 2_000;

/**
 * Writes down what every listing of these SKUs shall show. A level that is older than the one that a listing
 * has changes nothing. A listing that shows the right number already (its own sale made the change) is not pushed.
 * @returns the connections that have something to push, and how many listings were told.
 */
export async function publish(
  db: Db,
  clientId: ClientId,
  requests: readonly PublishRequest[],
): Promise<{ readonly connections: ReadonlySet<ConnectionId>; readonly listings: number }> {
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const newest = newestBySku(requests);
  const found: Listing[] = await listings
    .find({ sku: { $in: [...newest.keys()] }, tracked: true }, { projection: PROJECTION })
    .toArray();
  const told = found.flatMap((listing) => {
    const request = listing.sku ? newest.get(listing.sku) : undefined;
    return request && request.level.version > listing.desiredVersion ? [wish(listing, request)] : [];
  });
  if (told.length > 0) {
    const quiet = told.filter(({ dirty }) => !dirty);
    const written = await listings.updateEach(told.map(updateOf), { ordered: false });
    // A quiet listing was pushed to while we looked: what it shows is known to the pusher only, so let it look.
    if (written.matchedCount < told.length && quiet.length > 0) {
      await listings.updateEach(
        quiet.map((one) => updateOf({ ...one, dirty: true })),
        { ordered: false },
      );
    }
    if (written.matchedCount < told.length) for (const one of quiet) one.dirty = true;
  }
  const connections = new Set(told.filter(({ dirty }) => dirty).map(({ listing }) => listing.connectionId));
  return { connections, listings: told.length };
}

interface Wish {
  readonly listing: Listing;
  readonly request: PublishRequest;
  readonly desired: number;
  readonly taken: number;
  dirty: boolean;
}

function wish(listing: Listing, request: PublishRequest): Wish {
  const { level, buffer } = request;
  const desired = Math.max(0, level.available - buffer);
  const taken = level.taken[listing.connectionId] ?? 0;
  return { listing, request, desired, taken, dirty: expectedOf({ ...listing, taken }) !== desired };
}

function updateOf({ listing, request, desired, taken, dirty }: Wish) {
  const { version } = request.level;
  const older = { _id: listing._id, desiredVersion: { $lt: version } };
  const $set = { desired, desiredVersion: version, taken, desiredAt: request.causedAt };
  if (dirty) return { filter: older, update: { $set: { ...$set, dirty: true, notBefore: null } } };
  const readBack = listing.readBack ? { checkAt: new Date(Date.now() + READ_BACK_MS) } : {};
  return { filter: { ...older, pushedAt: listing.pushedAt }, update: { $set: { ...$set, ...readBack } } };
}

function newestBySku(requests: readonly PublishRequest[]): Map<Sku, PublishRequest> {
  const newest = new Map<Sku, PublishRequest>();
  for (const request of requests) {
    const kept = newest.get(request.level.sku);
    if (!kept || kept.level.version < request.level.version) newest.set(request.level.sku, request);
  }
  return newest;
}
