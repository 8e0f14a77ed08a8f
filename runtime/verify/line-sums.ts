/** What the ledger's history says about each order line: summed up from its movements, independently of the orders. */
import type { LocationId, OrderId, Sku } from '../ids.ts';
import type { JournalEntry } from '../stock/stock-document.ts';

/** One order line and SKU, as the movements know it. */
export interface LineSums {
  readonly orderId: OrderId;
  readonly lineId: string;
  readonly sku: Sku;
  /** Units that left each location and did not come back. */
  readonly left: Map<LocationId, number>;
  /** Units that are promised. */
  reserved: number;
  /** Units that are owed. */
  owed: number;
  /** Units that the order's channel took from its own count, less what it put back. */
  taken: number;
  /** Numbers of the log's entries that have movements. */
  readonly entries: Set<number>;
}

export type SummedEntry = Pick<
  JournalEntry,
  | 'key'
  | 'location'
  | 'units'
  | 'onHandChange'
  | 'reservedChange'
  | 'owed'
  | 'backorder'
  | 'filled'
  | 'channel'
  | 'cause'
> & { readonly sku: Sku };

/** The name of a line and SKU in a map of sums. */
export function sumsKey(orderId: string, lineId: string, sku: string): string {
  return `${orderId}\n${lineId}\n${sku}`;
}

/**
 * Adds one movement to the lines that it is about: the order's own, and those whose backorders it filled.
 * @param wanted leaves out orders that are not looked at.
 */
export function addMovement(
  sums: Map<string, LineSums>,
  entry: SummedEntry,
  wanted: (orderId: OrderId) => boolean,
): void {
  const { cause, sku, location, units, filled = [] } = entry;
  if (cause.by === 'order' && cause.orderId && cause.lineId && wanted(cause.orderId)) {
    const line = sumsOf(sums, cause.orderId, cause.lineId, sku);
    leave(line, location, -entry.onHandChange);
    line.reserved += entry.reservedChange ?? 0;
    line.owed += (entry.owed ?? 0) - (entry.backorder === undefined ? 0 : units);
    line.taken += entry.channel?.taken ?? 0;
    const number = numberOf(entry.key, cause.orderId, cause.lineId);
    if (number !== null) line.entries.add(number);
  }
  for (const fill of filled) {
    const { orderId, lineId } = fill.cause;
    if (!orderId || !lineId || !wanted(orderId)) continue;
    const line = sumsOf(sums, orderId, lineId, sku);
    leave(line, fill.location, fill.units);
    line.owed -= fill.units;
  }
}

/** The number of the log's entry that a key stands for: `<order>:line:<line>:<number>:<what>`. */
function numberOf(key: string, orderId: string, lineId: string): number | null {
  const prefix = `${orderId}:line:${lineId}:`;
  const number = key.startsWith(prefix) ? Number.parseInt(key.slice(prefix.length), 10) : Number.NaN;
  return Number.isNaN(number) ? null : number;
}

function sumsOf(sums: Map<string, LineSums>, orderId: OrderId, lineId: string, sku: Sku): LineSums {
  const key = sumsKey(orderId, lineId, sku);
  const known = sums.get(key);
  if (known) return known;
  const line: LineSums = {
    orderId,
    lineId,
    sku,
    left: new Map(),
    reserved: 0,
    owed: 0,
    taken: 0,
    entries: new Set(),
  };
  sums.set(key, line);
  return line;
}

function leave({ left }: LineSums, location: LocationId, units: number): void {
  if (units === 0) return;
  const now = (left.get(location) ?? 0) + units;
  if (now === 0) left.delete(location);
  else left.set(location, now);
}
