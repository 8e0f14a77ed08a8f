/** Flows hear of listings that have yet to be told their number: new ones, and those that came to another SKU or are counted again. */
import { createHash } from 'node:crypto';
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { acceptEvent } from '../events/inbox.ts';
import type { ClientId, ConnectionId, Sku } from '../ids.ts';
import type { StockLedger } from '../stock/ledger.ts';
import { stockChangedBody } from '../stock/stock-changed.ts';
import type { ListingDocument } from '../sync/listing-document.ts';

interface Owner {
  readonly db: Db;
  readonly clientId: ClientId;
  readonly ledger: Pick<StockLedger, 'levels'>;
}

type Untold = Pick<ListingDocument, '_id' | 'connectionId' | 'pushedAt' | 'desiredVersion'> & {
  readonly sku: Sku;
};

const TOGETHER_MAX = 200;
/** Of a shop that is kept in step nearly every listing was told: to look at a few is enough, and costs the same in every shop. */
const LOOKED_AT_MAX = 200;

/**
 * Accepts one `stock.changed` for some listings at a time, with the levels of their SKUs. Goes by what is kept, so it may be
 * repeated after a crash: what was told is left out, and what was not makes the same event.
 * Nothing where no flow has told anything yet: neither a listing of the SKU, nor the shop.
 */
export async function tellUntold(owner: Owner, listingIds: readonly string[]): Promise<void> {
  for (let start = 0; start < listingIds.length; start += TOGETHER_MAX)
    await tellSome(owner, listingIds.slice(start, start + TOGETHER_MAX));
}

async function tellSome(owner: Owner, listingIds: readonly string[]): Promise<void> {
  const { db, clientId, ledger } = owner;
  const waiting = await wanted(listingsOf(owner), await untoldOf(owner, listingIds));
  if (waiting.length === 0) return;
  const levels = await ledger.levels([...new Set(waiting.map(({ sku }) => sku))]);
  const untold = waiting.filter(({ sku, desiredVersion }) => {
    const level = levels.get(sku);
    return level !== undefined && level.version > desiredVersion;
  });
  const [first] = untold;
  if (!first) return;
  const told = new Set(untold.map(({ sku }) => sku));
  await acceptEvent(db, {
    clientId,
    source: 'syncflow',
    topic: 'stock.changed',
    dedupeKey: `untold:${keyOf(untold)}`,
    partition: `untold:${first.connectionId}`,
    body: stockChangedBody({
      by: 'person',
      levels: [...levels.values()].filter(({ sku }) => told.has(sku)),
    }),
  });
}

/** 0 stands for a listing that was told before it was no longer counted: every level is news to it. */
async function untoldOf(owner: Owner, listingIds: readonly string[]): Promise<Untold[]> {
  const found = await listingsOf(owner)
    .find(
      { _id: { $in: [...listingIds] }, tracked: true, sku: { $ne: null }, desiredVersion: { $lte: 0 } },
      { projection: { sku: 1, connectionId: 1, pushedAt: 1, desiredVersion: 1 } },
    )
    .sort({ _id: 1 })
    .toArray();
  return found.flatMap((listing) => (listing.sku ? [{ ...listing, sku: listing.sku }] : []));
}

/** Those of whose SKU some listing was told, and those of shops that are kept in step. */
async function wanted(
  listings: ClientCollection<ListingDocument>,
  untold: readonly Untold[],
): Promise<readonly Untold[]> {
  if (untold.length === 0) return untold;
  const shown = await listings
    .find(
      { sku: { $in: [...new Set(untold.map(({ sku }) => sku))] }, desiredVersion: { $gte: 0 } },
      { projection: { sku: 1 } },
    )
    .toArray();
  const skus = new Set(shown.map(({ sku }) => sku));
  const shops = new Set<ConnectionId>();
  const others = untold.filter(({ sku }) => !skus.has(sku));
  for (const connectionId of new Set(others.map((one) => one.connectionId)))
    if (await isKeptInStep(listings, connectionId)) shops.add(connectionId);
  return untold.filter(({ sku, connectionId }) => skus.has(sku) || shops.has(connectionId));
}

async function isKeptInStep(
  listings: ClientCollection<ListingDocument>,
  connectionId: ConnectionId,
): Promise<boolean> {
  const told = await listings.aggregate([
    { $match: { connectionId, matchedBy: { $in: ['sku', 'barcode', 'person'] } } },
    { $limit: LOOKED_AT_MAX },
    { $match: { desiredVersion: { $gte: 0 } } },
    { $limit: 1 },
  ]);
  return told.length > 0;
}

/** The same as long as nothing was written to these listings, and they stand for the same SKUs. */
function keyOf(untold: readonly Untold[]): string {
  const rows = untold.map(({ _id, sku, pushedAt }) => [_id, sku, pushedAt.getTime()]);
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}

function listingsOf({ db, clientId }: Owner): ClientCollection<ListingDocument> {
  return new ClientCollection<ListingDocument>(db, 'listings', clientId);
}
