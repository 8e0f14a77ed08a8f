/** From what a channel shows of an order to the entries of its lines' logs. Pure: knows nothing of stock or storage. */
import type { Sku } from '../ids.ts';
import type { Order, OrderLine, OrderStatus } from './order.ts';
import type { StoredLine } from './order-document.ts';
import { newAccount } from './stock-account.ts';
import { type StockChange, withChange } from './stock-change.ts';

/** Orders that came in longer ago are settled in the world: their stock has been counted since. */
export const SETTLED_MS = 90 * 86_400_000;

/** A line that is seen for the first time, whatever became of it before. */
export function firstLine(line: OrderLine, status: OrderStatus, at: Date): StoredLine {
  const { takenBefore = 0, ...shown } = line;
  const fresh = line.taken - takenBefore;
  const taken = takenChange([], fresh, status, at);
  const changes = isClosed(status) && fresh > 0 ? withChange(taken, { kind: 'closed', at }) : taken;
  if (takenBefore === 0) return { ...shown, changes, booked: 0, state: 'waiting', accounts: [] };
  const unbooked = { ...line, changes, booked: 0, state: 'before', accounts: [] } as const;
  return line.sku === null ? unbooked : lineOfSku(unbooked, line.sku);
}

/** A line of which nothing was booked, now that its SKU is known: all of its log is to be booked under that. */
export function lineOfSku(line: StoredLine, sku: Sku): StoredLine {
  const { takenBefore: outside = 0 } = line;
  if (outside === 0) return { ...line, sku, booked: 0, state: 'waiting', accounts: [] };
  const account = { ...newAccount(sku), outside, outsideEver: outside };
  return { ...line, sku, booked: 0, state: 'before', accounts: [account] };
}

/**
 * A kept line brought up to a newer snapshot; the same object when that says nothing new. A line that the channel no
 * longer names was removed by an edit: nothing of it is taken any more. The SKU stays the one that was sold: shops
 * that rename a product show its old orders with the new name. A line without one gets it as soon as it is known: the
 * order may have been read before its product was matched, and kept after that.
 */
export function nextLine(
  kept: StoredLine,
  line: OrderLine | undefined,
  before: OrderStatus,
  { status }: Pick<Order, 'status'>,
  at: Date,
): StoredLine {
  const taken = line?.taken ?? 0;
  const quantity = line?.quantity ?? kept.quantity;
  let changes = takenChange(kept.changes, taken - kept.taken, status, at);
  if (!isClosed(before) && isClosed(status) && taken > 0)
    changes = withChange(changes, { kind: 'closed', at });
  if (before === 'pending' && status !== 'pending' && !isClosed(status) && holds(changes))
    changes = withChange(changes, { kind: 'paid', at });
  const sku = kept.sku === null && kept.accounts.length === 0 ? (line?.sku ?? null) : null;
  if (sku !== null) return lineOfSku({ ...kept, quantity, taken, changes }, sku);
  if (changes === kept.changes && quantity === kept.quantity && taken === kept.taken) return kept;
  return { ...kept, quantity, taken, changes };
}

/** Nobody waits for anything any more. */
export function isClosed(status: OrderStatus): boolean {
  return status === 'cancelled' || status === 'refunded';
}

function takenChange(
  changes: readonly StockChange[],
  units: number,
  status: OrderStatus,
  at: Date,
): readonly StockChange[] {
  if (units === 0) return changes;
  return withChange(changes, { kind: 'taken', units, held: units > 0 && status === 'pending', at });
}

/** Some units were promised since the order was last paid or closed. */
function holds(changes: readonly StockChange[]): boolean {
  const settled = changes.findLastIndex(({ kind }) => kind === 'paid' || kind === 'closed');
  return changes.some((change, index) => index > settled && change.kind === 'taken' && change.held);
}
