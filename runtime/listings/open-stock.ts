/** Opens the ledger with the counts of the shop that counts: for SKUs, and locations of them, that it does not know yet, once. */
import { type ConnectionId, type LocationId, MAIN_LOCATION, type Sku } from '../ids.ts';
import type { StockLedger } from '../stock/ledger.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import type { RemoteListing } from '../sync/channel.ts';

/** What a shop's own listing says about a SKU. */
export interface CountedSku {
  readonly sku: Sku;
  readonly listing: RemoteListing & { readonly quantity: number };
}

/** One for each location, where there are several. */
export function openingKey(
  connectionId: ConnectionId,
  { externalId, location }: { readonly externalId: string; readonly location?: LocationId | null },
): string {
  return `${connectionId}:listing:${externalId}:opening${location ? `:${location}` : ''}`;
}

/** Somebody else may change a SKU between a look and a count; more often than this in a row would be a mistake of ours. */
const ROUNDS_MAX = 20;

/** Adds the SKUs, and counts those to which nothing ever happened. May be repeated: a SKU is opened once. */
export async function openStock(
  ledger: StockLedger,
  connectionId: ConnectionId,
  counted: readonly CountedSku[],
): Promise<void> {
  if (counted.length === 0) return;
  await ledger.addSkus(counted.map(({ sku, listing }) => ({ sku, title: listing.title })));
  let open = counted;
  for (let round = 0; open.length > 0; round += 1) {
    if (round === ROUNDS_MAX)
      throw new Error(`${open.length} SKUs could not be opened in ${ROUNDS_MAX} rounds`);
    open = await openOnce(ledger, connectionId, open);
  }
}

/** One count of each SKU at most. @returns what is still to be counted. */
async function openOnce(
  ledger: StockLedger,
  connectionId: ConnectionId,
  counted: readonly CountedSku[],
): Promise<readonly CountedSku[]> {
  const levels = await ledger.levels(counted.map(({ sku }) => sku));
  const unopened = counted.filter((one) => isUnopened(levels.get(one.sku), one));
  const now = new Map(unopened.map((one) => [one.sku, one]));
  const results = await ledger.applyAll(
    [...now.values()].map(({ sku, listing }) => ({
      kind: 'count',
      key: openingKey(connectionId, listing),
      sku,
      location: listing.location ?? MAIN_LOCATION,
      quantity: Math.max(0, listing.quantity),
      // Should anything happen to the SKU meanwhile, the count is stale and changes nothing.
      seenVersion: levels.get(sku)?.version ?? 0,
      cause: { by: 'import', note: 'opening stock, as the shop counted it' },
    })),
  );
  const stale = new Set([...now.keys()].filter((_sku, index) => results[index]?.outcome === 'stale'));
  return unopened.filter((one) => now.get(one.sku) !== one || stale.has(one.sku));
}

/**
 * Nothing ever happened to the SKU; or, of a shop that counts at several locations, nothing at this one. The key tells a
 * count that was booked before, so that it is not made again.
 */
function isUnopened(level: StockLevel | undefined, { listing: { location } }: CountedSku): boolean {
  if (!level) return false;
  return location === undefined ? level.version === 0 : !Object.hasOwn(level.byLocation, location);
}
