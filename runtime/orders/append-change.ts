/** Adds an entry to the log of a line, in one atomic write, whoever else writes to the order at the same moment. */
import type { ClientCollection } from '../database/client-collection.ts';
import type { OrderId } from '../ids.ts';
import { changeOrder } from './change-order.ts';
import type { OrderDocument, StoredLine } from './order-document.ts';
import { type UnnumberedChange, withChange } from './stock-change.ts';

/**
 * @param make looks at the order as it is now, and says what to add; null: nothing, and why is the caller's business.
 * @returns the entry's order after the write, or null when nothing was added.
 */
export async function appendChange(
  orders: ClientCollection<OrderDocument>,
  orderId: OrderId,
  lineId: string,
  make: (order: OrderDocument, line: StoredLine) => UnnumberedChange | null,
): Promise<OrderDocument | null> {
  return await changeOrder(orders, orderId, (order) => {
    const index = order.lines.findIndex((line) => line.lineId === lineId);
    const line = order.lines[index];
    const change = line && make(order, line);
    return change ? { [`lines.${index}.changes`]: withChange(line.changes, change) } : null;
  });
}
