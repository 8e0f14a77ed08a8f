/** Cancels an order as staff would: what was paid is refunded where the payment method can, the rest is put in a note. */
import { Rejected } from '#runtime/errors.ts';
import { CannotPayBack } from '../cannot-pay-back.ts';
import type { Rest } from '../rest.ts';
import { refundAction } from './refund-order.ts';
import { changeOrder, demandOrder, markOf, noteOnce, readOrderOf, type ShopOrder } from './shop-order.ts';

/** Over and done with; what lies in the trash was thrown away by somebody. */
const CLOSED = new Set(['cancelled', 'refunded', 'trash']);
const REASONS = {
  inventory: 'Cancelled by SyncFlow: there was too little stock.',
  other: 'Cancelled by SyncFlow.',
};

/**
 * A paid order is refunded in full with restock, which makes it `refunded`; one that is not paid, or whose payment
 * method can't pay back by itself, becomes `cancelled`, which restocks by WooCommerce's own rule.
 */
export async function cancelOrder(
  rest: Rest,
  { externalId, reason }: { readonly externalId: string; readonly reason: 'inventory' | 'other' },
  key: string,
): Promise<void> {
  const order = await demandOrder(rest, externalId);
  if (CLOSED.has(order.status)) return;
  const text = REASONS[reason];
  if (order.date_paid_gmt && (await payBack(rest, order, key, text))) return;
  await noteOnce(rest, externalId, key, {
    text: order.date_paid_gmt
      ? `${text} Its payment method can't pay back by itself: pay it back by hand.`
      : text,
    forCustomer: false,
  });
  const meta_data = [{ key: markOf(key), value: 'cancelled' }];
  await changeOrder(rest, externalId, { status: 'cancelled', meta_data });
}

/** null: the shop knows no such order. */
export async function isCancelled(rest: Rest, externalId: string): Promise<boolean | null> {
  const order = await readOrderOf(rest, externalId);
  return order && CLOSED.has(order.status);
}

/** @returns false when nothing was paid back, since it can't be or nothing is left. */
async function payBack(rest: Rest, order: ShopOrder, key: string, reason: string): Promise<boolean> {
  const externalId = String(order.id);
  const refund = { externalId, lines: null, restock: true, payBack: true, reason, notify: true };
  try {
    await refundAction(rest).perform(refund, { key, since: new Date(0) });
    return (await isCancelled(rest, externalId)) === true;
  } catch (error) {
    if (error instanceof CannotPayBack || (error instanceof Rejected && error.concerns === 'call'))
      return false;
    throw error;
  }
}
