/** From stock levels to what each listing shall show. Desired state, not messages: the newest level wins. */

import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, ConnectionId, LocationId, Sku } from '../ids.ts';
import type { Sharing } from '../sharing/sharing.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import { takenBy } from '../stock/taken.ts';
import { decideAt } from './decide-at.ts';
import { expectedOf, type ListingDocument } from './listing-document.ts';

export interface PublishRequest {
  readonly level: StockLevel;
  /** Units that the flow keeps back from every channel; null: as many as it did last. */
  readonly buffer: number | null;
  /** When what caused the level reached us. */
  readonly causedAt: Date;
  /** The rules or the parts of the channels have changed: decides also what was decided from this very level before. */
  readonly again?: boolean;
}

type Listing = Pick<
  ListingDocument,
  | '_id'
  | 'sku'
  | 'title'
  | 'connectionId'
  | 'desiredVersion'
  | 'flowBuffer'
  | 'kit'
  | 'rules'
  | 'raiseAt'
  | 'pushed'
  | 'pushedTaken'
  | 'pushedAt'
  | 'readBack'
  | 'location'
  | 'problem'
>;
const PROJECTION = {
  sku: 1,
  title: 1,
  connectionId: 1,
  desiredVersion: 1,
  flowBuffer: 1,
  kit: 1,
  rules: 1,
  raiseAt: 1,
  pushed: 1,
  pushedTaken: 1,
  pushedAt: 1,
  readBack: 1,
  location: 1,
  problem: 1,
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
  sharing: Sharing,
): Promise<{ readonly connections: ReadonlySet<ConnectionId>; readonly listings: number }> {
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const told = await wishesOf(listings, requests, sharing);
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

/** What a listing shows by all we know, and what it would show. */
export interface PlannedListing {
  readonly listingId: string;
  readonly title: string;
  readonly sku: Sku;
  readonly connectionId: ConnectionId;
  readonly shows: number;
  readonly willShow: number;
  readonly version: number;
}

/** What `publish` would write down now; it writes nothing. */
export async function planPublish(
  db: Db,
  clientId: ClientId,
  requests: readonly PublishRequest[],
  sharing: Sharing,
): Promise<PlannedListing[]> {
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const wishes = await wishesOf(listings, requests, sharing);
  return wishes.map(({ listing, request: { level }, fields }) => {
    const { _id: listingId, title, connectionId } = listing;
    const { desired = 0, taken = 0 } = fields;
    const shows = expectedOf({ ...listing, taken });
    return {
      listingId,
      title,
      sku: level.sku,
      connectionId,
      shows,
      willShow: desired,
      version: level.version,
    };
  });
}

async function wishesOf(
  listings: ClientCollection<ListingDocument>,
  requests: readonly PublishRequest[],
  sharing: Sharing,
): Promise<Wish[]> {
  const newest = newestBySku(requests);
  for (const { level } of newest.values()) sharing.saw(level);
  const found: Listing[] = await listings
    .find({ sku: { $in: [...newest.keys()] }, tracked: true }, { projection: PROJECTION })
    .toArray();
  const first = firstOnTheirChannel(found);
  const placesOf = locationsOfChannels(found);
  return found.flatMap((listing) => {
    const request = listing.sku ? newest.get(listing.sku) : undefined;
    if (!request || !isNews(listing, request, sharing)) return [];
    return [wish(listing, request, sharing, !first.has(listing._id), placesOf(listing))];
  });
}

interface Wish {
  readonly listing: Listing;
  readonly request: PublishRequest;
  readonly fields: Partial<ListingDocument>;
  dirty: boolean;
}

/**
 * What no flow has ever published is not decided again: then no flow wants this channel to be told. What became a kit, is
 * one no longer, or is made of other components has versions of another kind, which can't be compared with those before;
 * whoever published by the new rules meanwhile has left their revision.
 */
function isNews(listing: Listing, { level, again }: PublishRequest, sharing: Sharing): boolean {
  const { desiredVersion, kit = false, rules } = listing;
  if (!again) return level.version > desiredVersion;
  const otherKind = (kit || sharing.kits.kit(level.sku) !== undefined) && rules !== sharing.revision;
  return desiredVersion >= 0 && (level.version >= desiredVersion || otherKind);
}

function wish(
  listing: Listing,
  request: PublishRequest,
  sharing: Sharing,
  shownByAnother: boolean,
  places: readonly LocationId[],
): Wish {
  const { level, causedAt } = request;
  const { connectionId, location } = listing;
  const flowBuffer = request.buffer ?? listing.flowBuffer ?? 0;
  const told = { connectionId, flowBuffer, shownByAnother };
  const { shows, reasons } = location
    ? decideAt({ level, ...told }, location, places, sharing)
    : sharing.decide({ level, ...told });
  const taken = takenBy(level, connectionId, location);
  const expected = expectedOf({ ...listing, taken });
  const fields = {
    desired: shows,
    desiredVersion: level.version,
    taken,
    desiredAt: causedAt,
    rules: sharing.revision,
    kit: sharing.kits.kit(level.sku) !== undefined,
    flowBuffer,
    reasons: reasons.length > 1 ? reasons : null,
    raiseAt: shows > expected ? (listing.raiseAt ?? causedAt) : null,
  };
  return { listing, request, fields, dirty: expected !== shows };
}

function updateOf({ listing, request: { level, again }, fields, dirty }: Wish) {
  const { version } = level;
  const newest = Math.max(version, again ? listing.desiredVersion : 0);
  const older = { _id: listing._id, desiredVersion: again ? { $lte: newest } : { $lt: version } };
  if (dirty) return { filter: older, update: { $set: { ...fields, dirty: true, notBefore: null } } };
  // Of two listings with one SKU only one has sold it: what the other shows is found out by looking.
  const looks = listing.readBack || listing.problem === 'duplicate-sku';
  const readBack = looks && !again ? { checkAt: new Date(Date.now() + READ_BACK_MS) } : {};
  return { filter: { ...older, pushedAt: listing.pushedAt }, update: { $set: { ...fields, ...readBack } } };
}

/** The locations at which each channel lists each product, always in the same order. */
function locationsOfChannels(found: readonly Listing[]): (listing: Listing) => readonly LocationId[] {
  const places = new Map<string, Set<LocationId>>();
  for (const { connectionId, sku, location } of found) {
    if (!location) continue;
    const product = `${connectionId}/${sku}`;
    places.set(product, (places.get(product) ?? new Set()).add(location));
  }
  return ({ connectionId, sku }) => [...(places.get(`${connectionId}/${sku}`) ?? [])].sort();
}

/** Where a channel lists a product more than once (at one location), the first listing shows the channel's own part of it. */
function firstOnTheirChannel(found: readonly Listing[]): Set<string> {
  const first = new Map<string, string>();
  for (const { _id, connectionId, sku, location } of found) {
    const product = `${connectionId}/${sku}@${location ?? ''}`;
    const other = first.get(product);
    if (other === undefined || _id < other) first.set(product, _id);
  }
  return new Set(first.values());
}

function newestBySku(requests: readonly PublishRequest[]): Map<Sku, PublishRequest> {
  const newest = new Map<Sku, PublishRequest>();
  for (const request of requests) {
    const kept = newest.get(request.level.sku);
    if (!kept || kept.level.version < request.level.version) newest.set(request.level.sku, request);
  }
  return newest;
}
