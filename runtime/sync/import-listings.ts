/** Brings a connection's listings into the database, and opens the ledger with the counts of the shop that counts. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { type ClientId, type ConnectionId, MAIN_LOCATION, Sku } from '../ids.ts';
import { patiently } from '../patience.ts';
import type { StockLedger } from '../stock/ledger.ts';
import type { Channel, ChannelClient, RemoteListing } from './channel.ts';
import { type ListingDocument, listingIdOf } from './listing-document.ts';

export interface ImportRequest {
  readonly db: Db;
  readonly clientId: ClientId;
  readonly connectionId: ConnectionId;
  readonly channel: Pick<Channel, 'comparesAndSets'>;
  readonly client: ChannelClient;
  readonly ledger: StockLedger;
  /** true: this shop's counts become the opening stock of SKUs that the ledger does not know yet. */
  readonly countingAuthority: boolean;
  /** Called after each page with the number of listings so far. */
  readonly progress?: (listings: number) => void;
}

export interface ImportOutcome {
  readonly listings: number;
  readonly matched: number;
  /** Tracked listings without a usable SKU: a person must match them. */
  readonly unmatched: number;
}

/** Imports page by page. May be repeated: what is known keeps its state, what is new is added. */
export async function importListings(request: ImportRequest): Promise<ImportOutcome> {
  const outcome = { listings: 0, matched: 0, unmatched: 0 };
  for await (const page of request.client.listings(patiently)) {
    const counted = page.map((listing) => ({ listing, sku: Sku.safeParse(listing.sku).data ?? null }));
    if (request.countingAuthority) await openStock(request, counted);
    await keep(request, counted);
    outcome.listings += page.length;
    outcome.matched += counted.filter(({ sku }) => sku !== null).length;
    outcome.unmatched += counted.filter(({ listing, sku }) => listing.tracked && sku === null).length;
    request.progress?.(outcome.listings);
  }
  return outcome;
}

type Counted = readonly { readonly listing: RemoteListing; readonly sku: Sku | null }[];

async function openStock({ ledger, connectionId }: ImportRequest, page: Counted): Promise<void> {
  const tracked = page.flatMap(({ listing, sku }) =>
    sku && listing.tracked && listing.quantity !== null
      ? [{ sku, title: listing.title, externalId: listing.externalId, quantity: listing.quantity }]
      : [],
  );
  await ledger.addSkus(tracked);
  const levels = await ledger.levels(tracked.map(({ sku }) => sku));
  const untouched = tracked.filter(({ sku }) => levels.get(sku)?.version === 0);
  await ledger.applyAll(
    untouched.map(({ sku, externalId, quantity }) => ({
      kind: 'count',
      key: `${connectionId}:listing:${externalId}:opening`,
      sku,
      location: MAIN_LOCATION,
      quantity: Math.max(0, quantity),
      // Should anything happen to the SKU meanwhile, the count is stale and changes nothing.
      seenVersion: 0,
      cause: { by: 'import', note: 'opening stock, as the shop counted it' },
    })),
  );
}

async function keep(
  { db, clientId, connectionId, channel, ledger }: ImportRequest,
  page: Counted,
): Promise<void> {
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const levels = await ledger.levels(page.flatMap(({ sku }) => (sku ? [sku] : [])));
  const now = new Date();
  await listings.updateEach(
    page.map(({ listing, sku }) => {
      const taken = (sku && levels.get(sku)?.taken[connectionId]) ?? 0;
      const shown = listing.quantity ?? 0;
      return {
        filter: { _id: listingIdOf(connectionId, listing.externalId) },
        upsert: true,
        update: {
          $set: { ref: listing.ref, sku, title: listing.title, tracked: listing.tracked },
          $setOnInsert: {
            connectionId,
            externalId: listing.externalId,
            readBack: !channel.comparesAndSets,
            desired: shown,
            desiredVersion: -1,
            taken,
            desiredAt: now,
            rules: -1,
            kit: false,
            flowBuffer: 0,
            reasons: null,
            raiseAt: null,
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
          },
        },
      };
    }),
    { ordered: false },
  );
}
