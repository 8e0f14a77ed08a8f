/** What WooCommerce's order states mean to us. */
import type { OrderStatus } from '#runtime/orders/order.ts';

/** Carts and unsaved forms that WooCommerce keeps as orders; webhooks bring them too (woocommerce#66995). */
const DRAFTS = new Set(['checkout-draft', 'auto-draft', 'draft', 'new']);

export function isDraft(status: string): boolean {
  return DRAFTS.has(status);
}

/**
 * `on-hold` and `failed` wait for the customer's money like `pending`; how many units an order holds is told by
 * its lines and not by its state. `trash` is an order that staff threw away. What a plugin adds (`shipped`,
 * `wc-packing`) is an order that lives: open.
 */
export function orderStatus(status: string): OrderStatus {
  switch (status) {
    case 'pending':
    case 'on-hold':
    case 'failed':
      return 'pending';
    case 'completed':
      return 'fulfilled';
    case 'cancelled':
    case 'trash':
      return 'cancelled';
    case 'refunded':
      return 'refunded';
    default:
      return 'open';
  }
}
