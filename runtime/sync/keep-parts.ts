/**
 * Quota mode: makes the parts of the channels, and moves units from parts that have too much to parts that have run
 * down. A part is lowered on its channel first; only when the channel surely shows the lower number is it lowered in the
 * ledger, and only then are the units given to another channel.
 */
import { ClientCollection } from '../database/client-collection.ts';
import { type ConnectionId, MAIN_LOCATION, type Sku } from '../ids.ts';
import { bufferOf } from '../sharing/decision.ts';
import { movesOf, type Part, splitUnits } from '../sharing/split.ts';
import type { StockOperation } from '../stock/operation.ts';
import type { Quotas } from '../stock/quotas.ts';
import type { StockDocument } from '../stock/stock-document.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import { takenBy } from '../stock/taken.ts';
import { decideAgain } from './decide-again.ts';
import { expectedOf, type ListingDocument } from './listing-document.ts';
import type { SharingKeeperOptions } from './sharing-keeper.ts';

type Parts = Pick<SharingKeeperOptions, 'db' | 'clientId' | 'ledger' | 'sharing'>;
const TOGETHER_MAX = 200;
/** A channel without a cap. */
const NO_CAP = 1_000_000_000;

/** Looks after the parts of products that changed. @returns the connections that have something to push. */
export async function keepParts(parts: Parts): Promise<ReadonlySet<ConnectionId>> {
  const { db, clientId, ledger, sharing } = parts;
  const skus = sharing.takeTouched(TOGETHER_MAX);
  if (skus.length === 0) return new Set();
  const listings = await new ClientCollection<ListingDocument>(db, 'listings', clientId)
    .find({ sku: { $in: skus }, tracked: true, desiredVersion: { $gte: 0 } })
    .sort({ _id: 1 })
    .toArray();
  const bySku = Map.groupBy(listings, ({ sku }) => sku);
  const levels = await ledger.levels(skus);
  const operations: StockOperation[] = [];
  const again = new Set<Sku>();
  for (const level of levels.values()) {
    const step = stepOf(parts, level, bySku.get(level.sku) ?? []);
    if (step.quotas) operations.push(allocation(level, step.quotas));
    if (step.quotas || step.again) again.add(level.sku);
    if (step.waits) sharing.touch(level.sku);
  }
  const results = await ledger.applyAll(operations);
  for (const [index, result] of results.entries()) {
    const sku = operations[index]?.sku;
    // Something was sold meanwhile: planned anew at the next turn.
    if (sku && result.outcome !== 'applied') sharing.touch(sku);
  }
  return again.size > 0 ? await decideAgain(parts, [...again]) : new Set();
}

/**
 * What another process published, or this one before it died, is looked after too: every product that has parts, or that
 * shall have some. Goes through all of them: for the start of a runner only.
 */
export async function touchParts({ db, clientId, sharing }: Parts): Promise<void> {
  const withParts = new ClientCollection<StockDocument>(db, 'stock', clientId).find(
    { quotas: { $ne: null } },
    { projection: { sku: 1 } },
  );
  for await (const { sku } of withParts) sharing.touch(sku);
  if (!sharing.usesParts) return;
  const listed = new ClientCollection<ListingDocument>(db, 'listings', clientId).find(
    { tracked: true, desiredVersion: { $gte: 0 } },
    { projection: { sku: 1 } },
  );
  for await (const { sku } of listed) if (sku && sharing.ruleOf(sku).mode === 'quota') sharing.touch(sku);
}

interface Step {
  /** What the parts become in the ledger now. */
  readonly quotas?: Quotas;
  /** What channels shall show has changed. */
  readonly again?: boolean;
  /** There is more to do when channels have confirmed. */
  readonly waits?: boolean;
}

function stepOf({ sharing }: Parts, level: StockLevel, all: readonly ListingDocument[]): Step {
  const listings = firstOfEach(all);
  const { sku, quotas } = level;
  const rule = sharing.ruleOf(sku);
  if (rule.mode !== 'quota') {
    sharing.takeBack(sku, {});
    return quotas ? { quotas: {} } : {};
  }
  if (listings.length === 0) return {};
  const units = unitsToSplit(sharing, level, listings);
  const parts = listings.map(
    ({ connectionId }): Part => ({
      connectionId,
      perSecond: sharing.soldPerSecond(sku, connectionId),
      cap: rule.caps[connectionId] ?? NO_CAP,
    }),
  );
  if (!quotas) return { quotas: splitUnits(units, parts), waits: true };

  const returned = takenBack(sharing.takingBack(sku), level, showingParts(all));
  const lowered = { ...quotas, ...returned };
  const { give, takeBack } = movesOf(units, lowered, parts);
  const asked = sharing.takeBack(sku, takeBack);
  const next = { ...lowered, ...give };
  const changed = Object.entries(next).some(([connection, part]) => part !== quotas[connection]);
  return {
    ...(changed ? { quotas: next } : {}),
    again: asked,
    waits: changed || Object.keys(takeBack).length > 0,
  };
}

/** Parts that were asked back and that their channels surely show no more. */
function takenBack(
  asked: Quotas,
  level: StockLevel,
  showing: ReadonlyMap<string, readonly ListingDocument[]>,
): Quotas {
  const { quotas = {} } = level;
  const returned: Record<string, number> = {};
  for (const connection of Object.keys(asked)) {
    // A channel that lists the product no more can't sell it.
    const shown = (showing.get(connection) ?? []).map((listing) => surelyShown(listing, level));
    if (shown.includes(null)) continue;
    const now = shown.reduce((sum: number, units) => sum + Math.max(0, units ?? 0), 0);
    if (now < (quotas[connection] ?? 0)) returned[connection] = now;
  }
  return returned;
}

/** The listings that show a channel's part: one of each channel, or one for each of its locations. */
function showingParts(listings: readonly ListingDocument[]): Map<string, ListingDocument[]> {
  const places = new Map(
    listings.toReversed().map((listing) => [`${listing.connectionId}@${listing.location ?? ''}`, listing]),
  );
  return Map.groupBy(places.values(), ({ connectionId }) => connectionId as string);
}

/** What the channel shows, where a write was confirmed or read back and nothing is unexplained; null: not sure yet. */
function surelyShown(listing: ListingDocument, level: StockLevel): number | null {
  const { connectionId, location } = listing;
  const { dirty, difference, readBack, checkAt, refusal } = listing;
  if (dirty || difference || refusal || (readBack && checkAt)) return null;
  return expectedOf({ ...listing, taken: takenBy(level, connectionId, location) });
}

function unitsToSplit(
  sharing: Parts['sharing'],
  { sku, available }: StockLevel,
  listings: readonly ListingDocument[],
): number {
  const buffers = listings.map(({ connectionId, flowBuffer }) => {
    const computed = sharing.computedBufferOf(sku, connectionId);
    return bufferOf({ rule: sharing.ruleOf(sku), available, flowBuffer, computed })?.units ?? 0;
  });
  return Math.max(0, available - Math.max(...buffers));
}

function firstOfEach(listings: readonly ListingDocument[]): ListingDocument[] {
  return [
    ...new Map(listings.toReversed().map((listing) => [listing.connectionId, listing] as const)).values(),
  ];
}

function allocation({ sku, version }: StockLevel, quotas: Quotas): StockOperation {
  return {
    kind: 'allocate',
    key: `syncflow:parts:${sku}:${version}`,
    sku,
    location: MAIN_LOCATION,
    quotas,
    seenVersion: version,
    cause: { by: 'syncflow', note: 'parts of the channels' },
  };
}
