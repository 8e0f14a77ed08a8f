/** Adds an entry to the log of a line, in one atomic write, whoever else writes to the order at the same moment. */
import type { ClientCollection } from '../database/client-collection.ts';
import type { OrderId } from '../ids.ts';
import type { OrderDocument, StoredLine } from './order-document.ts';
import { type UnnumberedChange, withChange } from './stock-change.ts';

/** More turns than this would be a mistake of ours: each lost turn is somebody else's write. */
const ATTEMPTS_MAX = 50;

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
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const order = await orders.findOne({ _id: orderId });
    const index = order?.lines.findIndex((line) => line.lineId === lineId) ?? -1;
    const line = order?.lines[index];
    if (!order || !line) return null;
    const change = make(order, line);
    if (!change) return null;
    const written = await orders.findOneAndUpdate(
      { _id: orderId, revision: order.revision },
      {
        $set: { [`lines.${index}.changes`]: withChange(line.changes, change), unfinished: true },
        $inc: { revision: 1 },
      },
      { returnDocument: 'after' },
    );
    if (written) return written;
  }
  throw new Error(`order ${orderId} found no turn to be added to in ${ATTEMPTS_MAX} attempts`);
}
