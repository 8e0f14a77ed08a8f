/** Writes a page of listings down: what is new is added, what is known keeps its state. */
import { ClientCollection, type SingleUpdate } from '../database/client-collection.ts';
import type { StockLedger } from '../stock/ledger.ts';
import { takenBy } from '../stock/taken.ts';
import type { RemoteListing } from '../sync/channel.ts';
import { expectedOf, type ListingDocument, listingIdOf } from '../sync/listing-document.ts';
import type { ImportOwner } from './import-document.ts';
import type { ListingMatch } from './match-listing.ts';
import { shownForm } from './shown-form.ts';

export interface KeptPage extends ImportOwner {
  readonly ledger: StockLedger;
  /** The channel can't compare before it sets: see ListingDocument.readBack. */
  readonly readBack: boolean;
  readonly run: number;
  /** The earliest moment at which the counts can have been read. */
  readonly asOf: Date;
}

/** What is read of a listing that is known already. */
export type KnownListing = Pick<
  ListingDocument,
  | '_id'
  | 'sku'
  | 'matchedBy'
  | 'tracked'
  | 'pushed'
  | 'pushedTaken'
  | 'taken'
  | 'dirty'
  | 'checkAt'
  | 'location'
  | 'desiredVersion'
>;

export interface MatchedListing {
  readonly listing: RemoteListing;
  readonly match: ListingMatch;
  readonly known: KnownListing | null;
}

export async function knownListings(
  { db, clientId, connectionId }: ImportOwner,
  page: readonly RemoteListing[],
): Promise<Map<string, KnownListing>> {
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const ids = page
    .flatMap(({ externalId, sameAs = externalId }) => [externalId, sameAs])
    .map((externalId) => listingIdOf(connectionId, externalId));
  const projection = {
    sku: 1,
    matchedBy: 1,
    tracked: 1,
    pushed: 1,
    pushedTaken: 1,
    taken: 1,
    dirty: 1,
    checkAt: 1,
    location: 1,
    desiredVersion: 1,
  };
  const known = await listings.find({ _id: { $in: [...new Set(ids)] } }, { projection }).toArray();
  return new Map(known.map((listing) => [listing._id, listing]));
}

export async function keepPage(owner: KeptPage, page: readonly MatchedListing[]): Promise<void> {
  const { db, clientId, connectionId, ledger } = owner;
  const levels = await ledger.levels(page.flatMap(({ match }) => match.sku ?? []));
  const takenOf = ({ listing, match: { sku } }: MatchedListing) => {
    const level = sku && levels.get(sku);
    return level ? takenBy(level, connectionId, listing.location) : 0;
  };
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const updates = page.flatMap((one) => updatesOf(owner, one, takenOf(one)));
  await listings.updateEach(updates, { ordered: true });
}

function updatesOf(
  owner: KeptPage,
  { listing, match, known }: MatchedListing,
  taken: number,
): SingleUpdate<ListingDocument>[] {
  const _id = listingIdOf(owner.connectionId, listing.externalId);
  const now = new Date();
  const shown = { ...shownForm(listing), location: listing.location ?? null, seenRun: owner.run };
  if (!known) {
    const $setOnInsert = { ...firstState(owner, listing, taken, now), ...match };
    return [{ filter: { _id }, update: { $set: shown, $setOnInsert }, upsert: true }];
  }
  // Another location's count, or another part of the whole: what was said about the one before is over.
  const isAnother = known.sku !== match.sku || (known.location ?? null) !== shown.location;
  const check = looksOtherwise(listing, known) ? { checkAt: now } : {};
  const anew = { ...stateOfAnother(listing, taken, now), ...(isAnother ? {} : toldBefore(known)) };
  return [
    { filter: { _id }, update: { $set: { ...shown, ...check } } },
    // A person may have matched it since it was read: what a person said stands.
    {
      filter:
        known.matchedBy === 'person'
          ? { _id, sku: known.sku }
          : { _id, matchedBy: { $ne: 'person' as const } },
      update: { $set: { ...match, ...(isAnother || isCountedAgain(listing, known) ? anew : {}) } },
    },
  ];
}

/** The shop shows another number than we expect, and nobody has noticed yet: it is read and judged. */
function looksOtherwise({ tracked, quantity }: RemoteListing, known: KnownListing): boolean {
  if (!tracked || quantity === null || known.dirty || known.checkAt) return false;
  return expectedOf(known) !== quantity;
}

/** What it sold meanwhile, and what it was told before, says nothing about the count that it has now. */
function isCountedAgain({ tracked }: RemoteListing, known: KnownListing): boolean {
  return tracked && !known.tracked;
}

/** A listing that flows have told stays one, and whatever level they hear next is news to it. */
function toldBefore({ desiredVersion }: KnownListing): Pick<ListingDocument, 'desiredVersion'> {
  return { desiredVersion: Math.min(desiredVersion, 0) };
}

/** It belongs to another SKU, or location, now, or is counted again: what was said before is over, and nothing is pushed before a flow says so. */
function stateOfAnother(listing: RemoteListing, taken: number, now: Date) {
  const shown = listing.quantity ?? 0;
  return {
    desired: shown,
    desiredVersion: -1,
    taken,
    pushed: shown,
    pushedTaken: taken,
    pushedVersion: -1,
    pushedAt: now,
    dirty: false,
    notBefore: null,
    checkAt: null,
    difference: null,
    adopting: null,
    refusal: null,
    kit: false,
    reasons: null,
    raiseAt: null,
  };
}

function firstState(
  { connectionId, readBack, asOf }: KeptPage,
  listing: RemoteListing,
  taken: number,
  now: Date,
) {
  return {
    connectionId,
    externalId: listing.externalId,
    readBack,
    desiredAt: now,
    openedAt: asOf,
    rules: -1,
    flowBuffer: 0,
    ...stateOfAnother(listing, taken, now),
  };
}
