/**
 * A hand-over between two orders, step by step, so that a process may die between any two of them: the earlier sale
 * writes down whom it asks; the later one writes down that it yields; the earlier one writes down that it gains; then
 * each is booked. Whoever finds a step done does the next one, and no step can be done twice.
 */
import type { ClientCollection } from '../database/client-collection.ts';
import type { Sku } from '../ids.ts';
import { appendChange } from './append-change.ts';
import { endOf, type LaterSales } from './later-sales.ts';
import type { OrderDocument, StoredLine } from './order-document.ts';
import { openConflictOf, type StockAccount } from './stock-account.ts';
import type { HandOverEnd, YieldedChange } from './stock-change.ts';

/** @returns false when the later sale can't, or can't any more: it has shipped, closed, or yielded to others. */
export async function askToYield(
  orders: ClientCollection<OrderDocument>,
  sales: LaterSales,
  asked: HandOverEnd,
  taker: { readonly order: OrderDocument; readonly lineId: string; readonly account: StockAccount },
): Promise<boolean> {
  const conflictId = openConflictOf(taker.account)?.id;
  if (!conflictId) return false;
  const { sku, short: units } = taker.account;
  let yields = false;
  await appendChange(orders, asked.orderId, asked.lineId, (order, line) => {
    yields = line.changes.some((change) => change.kind === 'yielded' && change.conflictId === conflictId);
    if (yields) return null;
    const location = sales.canHandOver(order, asked.lineId, sku, units);
    if (!location) return null;
    yields = true;
    const to = endOf(taker.order, taker.lineId);
    return { kind: 'yielded', sku, units, location, conflictId, to, at: new Date() };
  });
  return yields;
}

/**
 * Makes sure that what is yielded is gained, before the yield is booked.
 * @returns false when the earlier sale has no use for it any more: then it is not yielded either.
 */
export async function offerGain(
  orders: ClientCollection<OrderDocument>,
  sales: LaterSales,
  from: { readonly order: OrderDocument; readonly line: StoredLine },
  { sku, units, location, conflictId, to }: YieldedChange,
): Promise<boolean> {
  const end = endOf(from.order, from.line.lineId);
  let gained = false;
  sales.remember(to, sku);
  await appendChange(orders, to.orderId, to.lineId, (_order, line) => {
    gained = line.changes.some(
      (change) =>
        change.kind === 'gained' &&
        change.conflictId === conflictId &&
        change.from.orderId === end.orderId &&
        change.from.lineId === end.lineId,
    );
    if (gained || !isOpen(line, sku, conflictId)) return null;
    gained = true;
    return { kind: 'gained', sku, units, location, conflictId, from: end, at: new Date() };
  });
  return gained;
}

function isOpen({ accounts }: StoredLine, sku: Sku, conflictId: string): boolean {
  const account = accounts.find((candidate) => candidate.sku === sku);
  return account !== undefined && openConflictOf(account)?.id === conflictId;
}
