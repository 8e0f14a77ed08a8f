/** Makes the steps that happen to an order, by the rules of the shop. */
import { NotBookable } from './not-bookable.ts';
import {
  figuresOf,
  isPaid,
  type OrderRecord,
  type OrderStep,
  type RemovedUnits,
  type Tracking,
} from './order-record.ts';

/** Units of lines, by the lines' places in the order. */
export type Units = readonly { readonly line: number; readonly quantity: number }[];

type Step<Kind> = Extract<OrderStep, { kind: Kind }>;

/**
 * Units that leave the order: those that are not shipped yet go first.
 * @throws {NotBookable} when fewer are left.
 */
export function takeOut(order: OrderRecord, units: Units, restock: boolean): RemovedUnits[] {
  const lines = figuresOf(order).lines.map(({ toShip, shipped }) => ({ toShip, shipped }));
  return units.flatMap(({ line, quantity }) => {
    const left = lines[line];
    if (!left) throw new NotBookable(`the order has no line ${line}`);
    if (left.toShip + left.shipped < quantity)
      throw new NotBookable(`line ${line} has only ${left.toShip + left.shipped} units left to take out`);
    const unshipped = Math.min(left.toShip, quantity);
    const shipped = quantity - unshipped;
    left.toShip -= unshipped;
    left.shipped -= shipped;
    const removed: RemovedUnits[] = [];
    if (unshipped > 0)
      removed.push({ line, quantity: unshipped, how: restock ? 'cancel' : 'no_restock', shipped: false });
    if (shipped > 0)
      removed.push({ line, quantity: shipped, how: restock ? 'return' : 'no_restock', shipped: true });
    return removed;
  });
}

/** What the removed units had cost, where they were paid for. */
export function priceOf(order: OrderRecord, removed: readonly RemovedUnits[]): number {
  if (!isPaid(order)) return 0;
  return removed.reduce((total, { line, quantity }) => total + quantity * (order.lines[line]?.price ?? 0), 0);
}

export function refundStep(order: OrderRecord, units: Units, restock: boolean): Step<'refund'> {
  const removed = takeOut(order, units, restock);
  return { kind: 'refund', atMs: nextMs(order), removed, amount: priceOf(order, removed), note: null };
}

/** @throws {NotBookable} when it is cancelled already, or something of it is on its way. */
export function cancelStep(
  order: OrderRecord,
  { restock, refund, reason }: { restock: boolean; refund: boolean; reason: string },
): Step<'cancel'> {
  const { cancelled, lines } = figuresOf(order);
  if (cancelled) throw new NotBookable('the order has already been cancelled');
  if (lines.some(({ shipped }) => shipped > 0))
    throw new NotBookable('an order of which something was shipped cannot be cancelled');
  const units = lines.flatMap(({ toShip }, line) => (toShip > 0 ? [{ line, quantity: toShip }] : []));
  const removed = takeOut(order, units, restock);
  const amount = refund ? priceOf(order, removed) : 0;
  return { kind: 'cancel', atMs: nextMs(order), removed, amount, reason };
}

/** @param wanted units that the customer shall get of each line. @throws {NotBookable} for what was shipped already. */
export function editStep(order: OrderRecord, wanted: Units): Step<'edit'> {
  const { cancelled, lines } = figuresOf(order);
  if (cancelled) throw new NotBookable('a cancelled order cannot be edited');
  const fewer = wanted.flatMap(({ line, quantity }) => {
    const by = (lines[line]?.current ?? 0) - quantity;
    if (by > (lines[line]?.toShip ?? 0)) throw new NotBookable(`line ${line} has units that were shipped`);
    return by > 0 ? [{ line, quantity: by }] : [];
  });
  const raised = wanted.flatMap(({ line, quantity }) => {
    const by = quantity - (lines[line]?.current ?? 0);
    return by > 0 ? [{ line, quantity: by }] : [];
  });
  return { kind: 'edit', atMs: nextMs(order), removed: takeOut(order, fewer, true), raised };
}

/** @throws {NotBookable} when more is shipped than is left to ship. */
export function shipStep(order: OrderRecord, units: Units, tracking: Tracking | null): Step<'ship'> {
  const { lines } = figuresOf(order);
  const tooMuch = units.find(({ line, quantity }) => quantity > (lines[line]?.toShip ?? 0));
  if (tooMuch || units.length === 0) throw new NotBookable('there is less left to ship');
  return { kind: 'ship', atMs: nextMs(order), units, tracking };
}

/** @throws {NotBookable} when the money is there already. */
export function paidStep(order: OrderRecord): Step<'paid'> {
  if (isPaid(order) || figuresOf(order).cancelled) throw new NotBookable('nothing is left to pay');
  return { kind: 'paid', atMs: nextMs(order) };
}

/** Steps of one order have different moments, so that they have an order. */
export function nextMs(order: OrderRecord): number {
  return Math.max(Date.now(), (order.steps.at(-1)?.atMs ?? order.placedAtMs) + 1);
}
