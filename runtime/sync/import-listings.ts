/** Brings a connection's listings into the database page by page, and opens the ledger with the counts of the shop that counts. */
import { randomUUID } from 'node:crypto';
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import { markDuplicates } from '../listings/duplicates.ts';
import { markGone } from '../listings/gone.ts';
import { askForImport, type ImportDocument, importsOf } from '../listings/import-document.ts';
import { keepPage, knownListings, type MatchedListing } from '../listings/keep-page.ts';
import { lookAgain } from '../listings/look-again.ts';
import { matchPage } from '../listings/match-page.ts';
import { openStock } from '../listings/open-stock.ts';
import { pagesOf } from '../listings/pages.ts';
import { rematch } from '../listings/rematch.ts';
import { tellUntold } from '../listings/tell-untold.ts';
import { patiently } from '../patience.ts';
import type { StockLedger } from '../stock/ledger.ts';
import type { Attempt, Channel, ChannelClient, ListingPage, RemoteListing } from './channel.ts';
import { type ListingDocument, listingIdOf } from './listing-document.ts';

export interface ImportRequest {
  readonly db: Db;
  readonly clientId: ClientId;
  readonly connectionId: ConnectionId;
  readonly channel: Pick<Channel, 'comparesAndSets'> & Partial<Pick<Channel, 'batchMax'>>;
  readonly client: ChannelClient;
  readonly ledger: StockLedger;
  /** true: this shop's counts become the opening stock of SKUs that the ledger does not know yet. */
  readonly countingAuthority: boolean;
  /** Called after each page with the number of listings so far. */
  readonly progress?: (listings: number) => void;
  /** How each page is asked for; patiently without it. */
  readonly attempt?: Attempt;
  /** Ends the import behind the page that is on its way; it goes on when it is asked for again. */
  readonly signal?: AbortSignal;
}

export interface ImportOutcome {
  readonly listings: number;
  readonly matched: number;
  /** Tracked listings that a person must match. */
  readonly unmatched: number;
  /** false: it was ended by the signal, or another process works on it. */
  readonly whole: boolean;
}

const LEASE_MS = 30_000;
const BATCH_MAX = 100;

/**
 * Imports, or goes on with an import that an earlier process began. May be repeated: what is known keeps its state,
 * what is new is added, what is gone from the shop is no longer counted on. Nothing is written to the shop.
 * @throws what the client throws; the import then stands where it was.
 */
export async function importListings(request: ImportRequest): Promise<ImportOutcome> {
  await askForImport(request);
  const holder = randomUUID();
  const begun = await claim(request, holder);
  if (begun) {
    try {
      const whole = await importPages(request, begun, holder);
      if (whole) await finish(request, begun);
    } finally {
      await importsOf(request).updateOne(
        { _id: request.connectionId, 'lease.holder': holder },
        { $set: { lease: null } },
      );
    }
  }
  return await outcomeOf(request);
}

/** @returns null while another process works on it. */
async function claim(request: ImportRequest, holder: string): Promise<ImportDocument | null> {
  const now = new Date();
  return await importsOf(request).findOneAndUpdate(
    {
      _id: request.connectionId,
      state: { $in: ['waiting', 'running'] },
      $or: [{ lease: null }, { 'lease.until': { $lt: now } }],
    },
    { $set: { state: 'running', lease: { holder, until: new Date(now.getTime() + LEASE_MS) } } },
    { returnDocument: 'after' },
  );
}

/** @returns true when the last page is kept. */
async function importPages(request: ImportRequest, begun: ImportDocument, holder: string): Promise<boolean> {
  const { connectionId, client, attempt = patiently } = request;
  const pages = pagesOf(client, attempt);
  const fetched = (cursor: string | null) => {
    const askedAt = new Date();
    const page = pages(cursor).then((found) => ({ asOf: askedAt, ...found }));
    // Awaited in its turn: until then a failure is nobody's.
    page.catch(() => {});
    return page;
  };
  let listings = begun.listings;
  let coming = fetched(begun.cursor);
  for (;;) {
    const page: ListingPage & Pick<Seen, 'asOf'> = await coming;
    // The shop is asked for the next page while this one is written.
    if (page.next !== null && !request.signal?.aborted) coming = fetched(page.next);
    await keepListings(request, page.listings, { run: begun.run, asOf: page.asOf });
    listings += page.listings.length;
    const until = new Date(Date.now() + LEASE_MS);
    const $set = {
      cursor: page.next,
      listings,
      progress: page.progress ?? null,
      trouble: null,
      'lease.until': until,
    };
    const kept = await importsOf(request).updateOne(
      { _id: connectionId, run: begun.run, 'lease.holder': holder },
      { $set },
    );
    request.progress?.(listings);
    if (page.next === null) return kept.matchedCount === 1;
    if (request.signal?.aborted || kept.matchedCount === 0) return false;
  }
}

/** The import that has seen listings, and the earliest moment at which their counts can have been read. */
interface Seen {
  readonly run: number;
  readonly asOf: Date;
}

/**
 * Keeps listings as an import does, also of one product that changed. Where the shop is kept in step, flows hear of those that
 * have yet to be told their number.
 */
export async function keepListings(
  request: ImportRequest,
  page: readonly RemoteListing[],
  seen: Seen,
): Promise<void> {
  const { connectionId, countingAuthority, channel, ledger } = request;
  if (page.length === 0) return;
  const known = await knownListings(request, page);
  const knownOf = (externalId: string) => known.get(listingIdOf(connectionId, externalId)) ?? null;
  const matches = await matchPage(
    { ...request, opensSkus: countingAuthority },
    page.map((listing) => {
      const own = knownOf(listing.externalId);
      const same = listing.sameAs === undefined ? null : knownOf(listing.sameAs);
      const before = own?.matchedBy !== 'person' && same?.matchedBy === 'person' ? same : own;
      return { ...listing, before: before && { sku: before.sku, matchedBy: before.matchedBy ?? null } };
    }),
  );
  const matched = page.flatMap((listing, index): MatchedListing[] => {
    const match = matches[index];
    return match ? [{ listing, match, known: knownOf(listing.externalId) }] : [];
  });
  if (countingAuthority) {
    const counted = matched.flatMap(({ listing, match: { sku, matchedBy } }) =>
      sku && matchedBy === 'sku' && listing.tracked && listing.quantity !== null
        ? [{ sku, listing: { ...listing, quantity: listing.quantity } }]
        : [],
    );
    await openStock(ledger, connectionId, counted);
  }
  await keepPage({ ...request, readBack: !channel.comparesAndSets, ...seen }, matched);
  await tellUntold(
    request,
    page.map(({ externalId }) => listingIdOf(connectionId, externalId)),
  );
}

async function finish(request: ImportRequest, { run, openedToAt }: ImportDocument): Promise<void> {
  const { db, clientId, connectionId, client, channel, ledger } = request;
  await markGone(request, client, run, channel.batchMax ?? BATCH_MAX);
  await rematch(request, ledger);
  await markDuplicates(request);
  // The shop went on selling while it was counted, and nobody watched it yet.
  if (openedToAt === null) await lookAgain(db, clientId, { connectionId });
  const now = new Date();
  // First this: an import that is done is looked at again tomorrow, and until then every order would count as one of before.
  await importsOf(request).updateOne(
    { _id: connectionId, run, openedToAt: null },
    { $set: { openedToAt: now } },
  );
  await importsOf(request).updateOne({ _id: connectionId, run }, { $set: { state: 'done', endedAt: now } });
}

async function outcomeOf({ db, clientId, connectionId }: ImportRequest): Promise<ImportOutcome> {
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const [kept, matched, unmatched] = await Promise.all([
    importsOf({ db, clientId }).findOne({ _id: connectionId }),
    listings.count({ connectionId, sku: { $ne: null } }),
    listings.count({ connectionId, sku: null, tracked: true }),
  ]);
  return { listings: kept?.listings ?? 0, matched, unmatched, whole: kept?.state === 'done' };
}
