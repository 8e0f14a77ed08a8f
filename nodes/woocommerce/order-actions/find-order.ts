/** Finds one order, by WooCommerce's id or by the number that people call it. */
import { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';
import type { PolledEvent } from '#runtime/sync/channel.ts';
import { OrderRow, orderEvent } from '../order-event.ts';
import { past } from '../past-caches.ts';
import type { Rest } from '../rest.ts';

/** Plugins give orders numbers of their own; few orders share the letters of one. */
const FOUND_MAX = 20;

export async function findOrder(rest: Rest, idOrNumber: string): Promise<PolledEvent | null> {
  const text = idOrNumber.trim().replace(/^#/, '');
  const order = (await byId(rest, text)) ?? (await byNumber(rest, text));
  if (!order) return null;
  return { topic: 'order.changed', ...orderEvent(order), body: Buffer.from(JSON.stringify(order)) };
}

async function byId(rest: Rest, text: string): Promise<OrderRow | null> {
  if (!/^[1-9]\d{0,15}$/.test(text)) return null;
  const call = { name: 'GET orders/*', method: 'GET', path: `orders/${text}`, query: past({}) } as const;
  return await rest(call, OrderRow).then(
    ({ body }) => body,
    (error: unknown) => {
      if (error instanceof Rejected && error.message.includes('shop_order_invalid_id')) return null;
      throw error;
    },
  );
}

async function byNumber(rest: Rest, text: string): Promise<OrderRow | null> {
  if (text === '') return null;
  const query = past({ search: text, per_page: String(FOUND_MAX) });
  const { body } = await rest(
    { name: 'GET orders', method: 'GET', path: 'orders', query },
    z.array(OrderRow),
  );
  return body.find(({ number }) => String(number).replace(/^#/, '') === text) ?? null;
}
