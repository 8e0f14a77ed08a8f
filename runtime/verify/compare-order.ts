/** An order beside what the ledger's history says of it: every unit of every line must be in the same place in both. */
import type { LocationId, Sku } from '../ids.ts';
import type { OrderDocument, StoredLine } from '../orders/order-document.ts';
import { homeOf } from '../orders/plan-locations.ts';
import { accountedUnits, heldUnits, owedUnits, type StockAccount } from '../orders/stock-account.ts';
import type { TakenChange } from '../orders/stock-change.ts';
import { type LineSums, sumsKey } from './line-sums.ts';

export interface Compared {
  /** What does not agree. */
  readonly deviations: readonly string[];
  /** Lines on their way: not booked to their end, or behind the ledger's fills. */
  readonly waiting: number;
}

/** Takes what it finds out of `sums`: what is left at the end belongs to no order. */
export function compareOrder(order: OrderDocument, sums: Map<string, LineSums>): Compared {
  const deviations: string[] = [];
  let waiting = 0;
  for (const line of order.lines) {
    const found = line.accounts.map(({ sku }) => take(order, line, sku, sums));
    if (line.booked < line.changes.length) {
      // Booked in the ledger, perhaps, but not written down yet.
      if (line.sku !== null) take(order, line, line.sku, sums);
      waiting += 1;
      continue;
    }
    // The channel counts a kit itself, and not what is in it.
    const kit = line.sku !== null && isKit(line) ? take(order, line, line.sku, sums) : undefined;
    if (kit && kit.taken !== line.taken)
      deviations.push(
        `${nameOf(line)} has ${line.taken} units, but its channel is counted with ${kit.taken}`,
      );
    for (const [index, account] of line.accounts.entries()) {
      const theirs = found[index];
      if (theirs && behindFills(account, theirs)) waiting += 1;
      else
        for (const text of differences(order, line, account, theirs))
          deviations.push(`${nameOf(line)} ${text}`);
    }
  }
  return { deviations, waiting };
}

function take(
  { _id }: OrderDocument,
  { lineId }: StoredLine,
  sku: Sku,
  sums: Map<string, LineSums>,
): LineSums | undefined {
  const key = sumsKey(_id, lineId, sku);
  const line = sums.get(key);
  sums.delete(key);
  return line;
}

/** The ledger has filled a backorder, and the order does not know of it yet: it is told within seconds. */
function behindFills(account: StockAccount, { owed }: LineSums): boolean {
  return owedUnits(account) > owed;
}

function* differences(
  order: OrderDocument,
  line: StoredLine,
  account: StockAccount,
  sums: LineSums | undefined,
): Generator<string> {
  const units = accountedUnits(account);
  if (units !== line.taken * account.per)
    yield `has ${line.taken * account.per} units, but ${units} of them are accounted for`;
  // The ledger did not know the SKU for a time: of these units, and of what came back of them, it can't tell all.
  if (account.outsideEver > 0 && !line.takenBefore) return;
  for (const { sequence } of bookedTaken(line))
    if (!sums?.entries.has(sequence)) yield `has no movement for its entry ${sequence}`;
  const numbers = [
    ['promised', heldUnits(account), sums?.reserved ?? 0],
    ['owed', owedUnits(account), sums?.owed ?? 0],
    ['taken by its channel', isKit(line) ? 0 : units - account.outsideEver, sums?.taken ?? 0],
  ] as const;
  for (const [what, ours, theirs] of numbers)
    if (ours !== theirs) yield `has ${ours} units ${what}, but its movements make ${theirs}`;
  const left = leftOf(order, line, account);
  for (const location of new Set([...left.keys(), ...(sums?.left.keys() ?? [])])) {
    const [ours, theirs] = [left.get(location) ?? 0, sums?.left.get(location) ?? 0];
    if (ours !== theirs) yield `got ${ours} units from ${location}, but its movements make ${theirs}`;
  }
}

/** Units that must have left each location: what is sold, less what was gained from others, with what was yielded to them. */
function leftOf({ _id }: OrderDocument, line: StoredLine, account: StockAccount) {
  const { lineId, changes } = line;
  const left = new Map(Object.entries(account.sold) as [LocationId, number][]);
  // What was sold before the first count never left by the ledger's doing; what came back of it came in by it.
  const [home, back] = [homeOf(line, account.sku), account.outsideEver - account.outside];
  if (back > 0) left.set(home, (left.get(home) ?? 0) - back);
  for (const change of changes) {
    if (change.kind !== 'yielded' && change.kind !== 'gained') continue;
    if (change.sku !== account.sku) continue;
    const { location, units, sequence } = change;
    // A yield without a taker was none: one that counted made this line come short.
    const isYield = account.conflicts.some(({ id }) => id === `${_id}:line:${lineId}:${sequence}:yield`);
    if (change.kind === 'yielded' && !isYield) continue;
    left.set(location, (left.get(location) ?? 0) + (change.kind === 'yielded' ? units : -units));
  }
  return left;
}

function isKit({ sku, accounts }: StoredLine): boolean {
  return accounts.some((account) => account.sku !== sku);
}

function bookedTaken({ changes, booked }: StoredLine): TakenChange[] {
  return changes.filter(
    (change): change is TakenChange => change.kind === 'taken' && change.sequence <= booked,
  );
}

function nameOf({ lineId, sku }: StoredLine): string {
  return `line ${lineId}${sku === null ? '' : ` (${sku})`}`;
}
