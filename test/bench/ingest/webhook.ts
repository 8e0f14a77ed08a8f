/** What is sent: order webhooks as Shopify sends them, each of another order, signed. */
import { createHmac } from 'node:crypto';
import { ConnectionId } from '#runtime/ids.ts';

export const CONNECTION = ConnectionId.parse('bench-shop');
export const SECRET = 'shpss_0123456789abcdef0123456789abcdef';
export const SHOP = 'bench.myshopify.com';
export const PATH = `/hooks/shopify/${CONNECTION}`;

export interface Webhook {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string | number>>;
}

/** How the events of this webhook's order are told apart: the row that they are worked off in. */
export function partitionOf(number: number): string {
  return `order:${10_000_000 + number}`;
}

/** An order of three lines, about 2 kB: what a small shop sends. */
export function webhookOf(number: number): Webhook {
  const line = (id: number) => ({
    id,
    sku: `SKU-${id % 500}`,
    title: 'White hanging heart t-light holder',
    quantity: 2,
    current_quantity: 2,
    price: '2.95',
    properties: [],
    note: 'x'.repeat(300),
  });
  const body = Buffer.from(
    JSON.stringify({
      id: 10_000_000 + number,
      name: `#${number}`,
      created_at: '2026-11-22T10:00:00Z',
      updated_at: '2026-11-22T10:00:00Z',
      currency: 'GBP',
      total_price: '17.70',
      line_items: [line(number), line(number + 1), line(number + 2)],
    }),
  );
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    'x-shopify-topic': 'orders/create',
    'x-shopify-hmac-sha256': createHmac('sha256', SECRET).update(body).digest('base64'),
    'x-shopify-shop-domain': SHOP,
    'x-shopify-api-version': '2026-10',
    'x-shopify-webhook-id': `delivery-${number}`,
    'x-shopify-event-id': `event-${number}`,
    'x-shopify-triggered-at': '2026-11-22T10:00:00Z',
  };
  return { body, headers };
}
