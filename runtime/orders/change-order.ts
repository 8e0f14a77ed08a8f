/** Changes an order as it is now, in one atomic write, whoever else writes to it at the same moment. */
import type { ClientCollection } from '../database/client-collection.ts';
import type { OrderId } from '../ids.ts';
import type { OrderDocument } from './order-document.ts';

/** More turns than this would be a mistake of ours: each lost turn is somebody else's write. */
const ATTEMPTS_MAX = 50;

/**
 * Leaves the order unfinished: whoever finishes orders books what was changed.
 * @param change looks at the order, and says which fields to set; null: none, and why is the caller's business. Asked again
 * about the newer order after each lost turn.
 * @returns the order after the write; null when nothing was written, or there is no such order.
 */
export async function changeOrder(
  orders: ClientCollection<OrderDocument>,
  orderId: OrderId,
  change: (
    order: OrderDocument,
  ) => Readonly<Record<string, unknown>> | null | Promise<Readonly<Record<string, unknown>> | null>,
): Promise<OrderDocument | null> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const order = await orders.findOne({ _id: orderId });
    const fields = order && (await change(order));
    if (!fields) return null;
    const written = await orders.findOneAndUpdate(
      { _id: orderId, revision: order.revision },
      { $set: { ...fields, unfinished: true }, $inc: { revision: 1 } },
      { returnDocument: 'after' },
    );
    if (written) return written;
  }
  throw new Error(`order ${orderId} found no turn to be changed in ${ATTEMPTS_MAX} attempts`);
}
