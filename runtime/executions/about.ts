/** What an execution dealt with, for search: read from the items that went through it. */
import type { Trace } from './trace.ts';

const ABOUT_MAX = 10;

/**
 * Ids and numbers of orders. SKUs only where no order stands behind it: an order's SKUs are known to the ledger, and
 * a run with thousands of lines would fill the index.
 * @param partition of the event: names the order, where one caused it.
 */
export function aboutOf(trace: Trace, partition: string | undefined): string[] {
  const orders = new Set<string>();
  const skus = new Set<string>();
  if (partition?.includes(':order:')) orders.add(partition);
  for (const { input, outputs } of trace.steps) {
    note(input, orders, skus);
    for (const { item } of outputs) note(item, orders, skus);
    if (orders.size >= ABOUT_MAX || (orders.size > 1 && skus.size >= ABOUT_MAX)) break;
  }
  return [...(orders.size > 0 ? orders : skus)].slice(0, ABOUT_MAX);
}

function note(item: unknown, orders: Set<string>, skus: Set<string>): void {
  if (typeof item !== 'object' || item === null) return;
  const { orderId, orderNumber, number, externalId, sku } = item as Readonly<Record<string, unknown>>;
  add(orders, orderId);
  add(orders, orderNumber);
  if (orderId !== undefined || externalId !== undefined) add(orders, number);
  add(skus, sku);
}

function add(to: Set<string>, value: unknown): void {
  if (typeof value === 'string' && value !== '' && value.length <= 255 && to.size < ABOUT_MAX) to.add(value);
}
