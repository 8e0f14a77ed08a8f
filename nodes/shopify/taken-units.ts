/** How many units of an order's lines the shop has taken out of its own count and not put back. */
import type { LineBody, OrderBody } from './order-body.ts';

/**
 * Shopify takes a line's units when the order is placed, paid or not. It puts units back only where a refund
 * line says so: `cancel` (not shipped yet), `return` (shipped), `legacy_restock` (old records);
 * `no_restock` moves nothing, and neither does a word that we don't know: counting units that may not be
 * there is how one oversells.
 */
const RESTOCKING: ReadonlySet<string> = new Set(['cancel', 'return', 'legacy_restock']);

/**
 * A function from a line to its taken units, for one order.
 *
 * Order edits: Shopify never lowers a line's `quantity`. An edit that removes units lowers `current_quantity`
 * (to 0 for a whole line) and leaves a refund without a payment, whose refund lines say `cancel` where the edit
 * restocked and `no_restock` where it did not. So the refunds alone tell what went back, for refunds,
 * cancellations and edits alike, and `current_quantity` is not read: it falls by units that were not
 * restocked too. (GraphQL schema 2026-10: quantity includes, currentQuantity excludes "refunded and removed
 * units". That edits come as refunds: Microsoft's connector subtracts them as such, BCApps#7447; not tried on a
 * live shop.) Should an edit ever restock without leaving a refund, `taken` stays too high: we undersell by
 * those units until the drift check against Shopify's own count finds them; the other guess would oversell.
 *
 * Units that a return's processing restocks apart from any refund are not in this body at all; the drift check
 * finds those too.
 */
export function takenUnits(order: OrderBody): (line: LineBody) => number {
  const restocked = new Map<number, number>();
  const refundLines = (order.refunds ?? []).flatMap((refund) => refund.refund_line_items);
  for (const { line_item_id, quantity, restock_type } of refundLines) {
    if (!RESTOCKING.has(restock_type ?? '')) continue;
    restocked.set(line_item_id, (restocked.get(line_item_id) ?? 0) + quantity);
  }
  return (line) => Math.max(line.quantity - (restocked.get(line.id) ?? 0), 0);
}
