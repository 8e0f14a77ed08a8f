/** From what a channel shows of an order to the entries of its lines' logs. Pure: knows nothing of stock or storage. */
import type { Order, OrderLine, OrderStatus } from './order.ts';
import type { StoredLine } from './order-document.ts';
import { newAccount } from './stock-account.ts';
import { type StockChange, withChange } from './stock-change.ts';

/** A line that is seen for the first time, whatever became of it before. */
export function firstLine(line: OrderLine, status: OrderStatus, at: Date): StoredLine {
  const { takenBefore = 0, ...shown } = line;
  const fresh = line.taken - takenBefore;
  const taken = takenChange([], fresh, status, at);
  const changes = isClosed(status) && fresh > 0 ? withChange(taken, { kind: 'closed', at }) : taken;
  if (takenBefore === 0) return { ...shown, changes, booked: 0, state: 'waiting', accounts: [] };
  const accounts =
    line.sku === null ? [] : [{ ...newAccount(line.sku), outside: takenBefore, outsideEver: takenBefore }];
  return { ...line, changes, booked: 0, state: 'before', accounts };
}

/**
 * A kept line brought up to a newer snapshot; the same object when that says nothing new. A line that the channel no
 * longer names was removed by an edit: nothing of it is taken any more. The SKU stays the one that was sold: shops
 * that rename a product show its old orders with the new name.
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
