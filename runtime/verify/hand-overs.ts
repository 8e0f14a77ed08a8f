/**
 * Hand-overs have two ends, in two orders: what one line gave up, another one must have got. No movement tells of it, so
 * the ends are compared with each other.
 */
import type { OrderId } from '../ids.ts';
import type { OrderDocument, StoredLine } from '../orders/order-document.ts';
import type { GainedChange, YieldedChange } from '../orders/stock-change.ts';

/** One end, and where the other one has to be. */
export interface HandOver {
  /** The same at both ends. */
  readonly name: string;
  readonly other: OrderId;
  readonly text: string;
}

export interface HandOvers {
  /** What its lines gave up. */
  readonly gave: readonly HandOver[];
  /** What its lines got. */
  readonly got: readonly HandOver[];
}

export function handOversOf(order: OrderDocument): HandOvers {
  const gave: HandOver[] = [];
  const got: HandOver[] = [];
  for (const line of order.lines) {
    for (const change of line.changes) {
      if (change.kind === 'yielded' && counted(order, line, change)) {
        const { conflictId, to, units } = change;
        const name = `${conflictId} ${order._id} ${line.lineId} ${units}`;
        gave.push({
          name,
          other: to.orderId,
          text: `gave ${units} units to order ${to.orderNumber}, which did not get them`,
        });
      }
      if (change.kind === 'gained') got.push(gain(change));
    }
  }
  return { gave, got };
}

function gain({ conflictId, from, units }: GainedChange): HandOver {
  const name = `${conflictId} ${from.orderId} ${from.lineId} ${units}`;
  const text = `got ${units} units from order ${from.orderNumber}, which did not give them`;
  return { name, other: from.orderId, text };
}

/** A yield that is booked and found no taker was none; one that counted made its line come short. */
function counted(
  { _id }: OrderDocument,
  { lineId, booked, accounts }: StoredLine,
  { sequence }: YieldedChange,
): boolean {
  const id = `${_id}:line:${lineId}:${sequence}:yield`;
  return (
    sequence > booked || accounts.some(({ conflicts }) => conflicts.some((conflict) => conflict.id === id))
  );
}
