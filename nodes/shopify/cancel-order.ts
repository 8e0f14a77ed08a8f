/** Cancels an order. Shopify does it by a job, after it has answered. */

import { cancelOrder as operation, orderState } from './operations/order-action-operations.ts';
import { noSuchOrder, orderGid, refusedAction } from './order-refusals.ts';
import type { Transport } from './transport.ts';

/**
 * Refunds by the way the customer paid, restocks, and tells the customer. One that is cancelled already counts as done.
 * @throws {Rejected} when Shopify refuses: something is shipped, or a return is open.
 */
export async function cancelOrder(
  transport: Transport,
  { externalId, reason }: { readonly externalId: string; readonly reason: 'inventory' | 'other' },
): Promise<void> {
  const id = orderGid(externalId);
  const { order } = await transport(orderState, { id });
  if (!order) throw noSuchOrder(externalId);
  if (order.cancelledAt) return;
  const variables = {
    id,
    reason: reason === 'inventory' ? 'INVENTORY' : 'OTHER',
    staffNote: 'Cancelled by SyncFlow',
  };
  const { orderCancel } = await transport(operation, variables);
  if (orderCancel?.job) return;
  const errors = orderCancel?.orderCancelUserErrors ?? [];
  // Somebody else was first.
  if (await isCancelled(transport, externalId)) return;
  throw refusedAction(`cancel order ${order.name}`, errors);
}

/** null: the shop knows no such order. */
export async function isCancelled(transport: Transport, externalId: string): Promise<boolean | null> {
  const { order } = await transport(orderState, { id: orderGid(externalId) });
  return order ? order.cancelledAt !== null : null;
}
