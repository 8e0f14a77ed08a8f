/**
 * How a state of an order is named, whichever way it came: by webhook or by poll. Facts: recordings of 11.0.1.
 *
 * The name is made of the order, its stamp and its content, and not of the topic: `order.created` and `order.updated`
 * are built at delivery time, so both show the same latest state (recorded: 16 and 17 are the same bytes), and once
 * is enough. Delivery ids are no use: they are a hash of webhook and second, and new on each delivery. The stamp
 * counts seconds; the content tells two changes within one second apart.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';

/** As much of an order as is needed to name it. What else is wrong with it, `readOrder` tells a person. */
export const OrderRow = z.looseObject({ id: z.int().positive() });
export type OrderRow = z.infer<typeof OrderRow>;

/** The name of this state, and the row in which events of this order run one after another. */
export function orderEvent(order: OrderRow): { readonly dedupeKey: string; readonly partition: string } {
  const stamp = order.date_modified_gmt ?? order.date_modified;
  const hash = createHash('sha256').update(contentOf(order)).digest('hex').slice(0, 32);
  const shown = typeof stamp === 'string' ? stamp.slice(0, 40) : '';
  return { dedupeKey: `order:${order.id}:${shown}:${hash}`, partition: `order:${order.id}` };
}

/**
 * The order's JSON without what hangs on how it was asked for: webhooks are built by WP-Cron, often over http, so the
 * addresses in them begin otherwise than in an answer over https. All else is the same (recorded: rest-36 and 16).
 */
function contentOf(order: OrderRow): string {
  const { id, _links, payment_url, ...content } = order;
  return JSON.stringify(content).replaceAll('http://', 'https://');
}
