/**
 * Shipped: WooCommerce itself knows no parcels, only whether an order is completed. Everything shipped makes it
 * completed, and WooCommerce mails its customer; a part of it stands in a note. The tracking number goes into a note as
 * well, which WooCommerce mails where the customer is to be told.
 */
import type { Fulfilment, OrderAction } from '#runtime/sync/order-action.ts';
import type { Rest } from '../rest.ts';
import type { ShopOrder } from './shop-order.ts';
import { changeOrder, demandOrder, isMarked, markOf, noteOnce, readOrderOf } from './shop-order.ts';

/** States in which goods can still leave; others are left as they are. */
const OPEN = new Set(['pending', 'on-hold', 'processing']);

export function fulfilAction(rest: Rest): OrderAction<Fulfilment> {
  return {
    perform: async (fulfilment, { key }) => {
      const { externalId, notify } = fulfilment;
      const order = await demandOrder(rest, externalId);
      if (isMarked(order, key)) return { receipt: null };
      const text = noteText(fulfilment, order);
      if (text) await noteOnce(rest, externalId, key, { text, forCustomer: notify });
      const status = isWhole(fulfilment, order) && OPEN.has(order.status) ? { status: 'completed' } : {};
      // Both in one write: what is marked is done.
      await changeOrder(rest, externalId, {
        ...status,
        meta_data: [{ key: markOf(key), value: 'fulfilled' }],
      });
      return { receipt: null };
    },
    wasDone: async ({ externalId }, { key }) => {
      const order = await readOrderOf(rest, externalId);
      return order && isMarked(order, key);
    },
  };
}

function isWhole({ lines }: Fulfilment, { line_items: items }: ShopOrder): boolean {
  if (lines === null) return true;
  const shipped = new Map(lines.map(({ lineId, quantity }) => [lineId, quantity]));
  return items.every(({ id, quantity }) => (shipped.get(String(id)) ?? 0) >= quantity);
}

/** null: there is nothing to say that the state does not say. */
function noteText(fulfilment: Fulfilment, order: ShopOrder): string | null {
  const { lines, tracking } = fulfilment;
  const units = lines?.reduce((sum, { quantity }) => sum + quantity, 0) ?? 0;
  const what = isWhole(fulfilment, order) ? 'Shipped' : `${units} ${units === 1 ? 'unit' : 'units'} shipped`;
  if (!tracking) return isWhole(fulfilment, order) ? null : `${what}.`;
  const { number, company, url } = tracking;
  return `${what}${company ? ` with ${company}` : ''}, tracking number ${number}${url ? ` (${url})` : ''}.`;
}
