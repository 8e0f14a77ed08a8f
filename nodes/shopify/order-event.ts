/**
 * How a state of an order is named, whichever way it came. Made of what SyncFlow reads of it, and not of Shopify's
 * delivery ids: those tell repetitions of one delivery apart, but `orders/create`, `orders/paid`, `orders/updated` and
 * a poll that show one and the same state have four of them, or none.
 */
import { hash } from 'node:crypto';
import type { Order } from '#runtime/orders/order.ts';

/** The name of this state, and the row in which events of this order run one after another. */
export function orderEvent(order: Order): { readonly dedupeKey: string; readonly partition: string } {
  const { connectionId: _same, ...content } = order;
  const name = hash('sha256', JSON.stringify(content), 'hex').slice(0, 32);
  const { externalId, updatedAt } = order;
  return {
    dedupeKey: `order:${externalId}:${updatedAt.getTime()}:${name}`,
    partition: `order:${externalId}`,
  };
}
