/**
 * Reads a webhook delivery of Shopify. The signature covers the body alone, not the headers
 * (shopify.dev, apps/build/webhooks/verify-deliveries). Shopify's own `webhooks.validate` is not used: it is
 * asynchronous, and takes the body as text where the signature is over its bytes.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { WebhookDelivery, WebhookReading } from '#runtime/sync/channel.ts';
import { exactId, GidText, NumericId } from './order-body.ts';
import type { ShopifySecret } from './secret.ts';

/** The topics whose body is a whole order. `orders/edited` and `orders/delete` tell other things. */
const ORDER_TOPICS: ReadonlySet<string> = new Set(['orders/create', 'orders/updated', 'orders/cancelled']);

const OrderHead = z.object({ id: NumericId, admin_graphql_api_id: GidText.nullish() });

const refused = (status: 400 | 401, reason: string): WebhookReading => ({ kind: 'refused', status, reason });

/** Checks and names a delivery; never throws. Compares the signature in constant time before it parses anything. */
export function readWebhook(delivery: WebhookDelivery, secret: ShopifySecret): WebhookReading {
  const { headers, body } = delivery;
  const signature = headers['x-shopify-hmac-sha256'];
  if (!signature) return refused(401, 'The signature is missing.');
  if (!signatureFits(body, signature, secret.clientSecret))
    return refused(401, 'The signature does not fit.');

  // One app in several shops signs for all of them with one secret: an order must not be booked for another shop.
  const shop = headers['x-shopify-shop-domain'];
  if (shop && shop.toLowerCase() !== secret.shop) return refused(401, 'It comes from another shop.');

  const json = parseJson(body);
  if (json === undefined) return refused(400, 'The body is not JSON.');
  if (!ORDER_TOPICS.has(headers['x-shopify-topic'] ?? '')) {
    return { kind: 'ignored', reason: 'a topic that nobody listens to' };
  }
  const order = OrderHead.safeParse(json);
  if (!order.success) return refused(400, 'The body is not an order.');
  return {
    kind: 'event',
    topic: 'order.changed',
    dedupeKey: dedupeKey(headers['x-shopify-webhook-id'], body),
    partition: `order:${exactId(order.data)}`,
  };
}

function signatureFits(body: Buffer, signature: string, clientSecret: string): boolean {
  const expected = Buffer.from(createHmac('sha256', clientSecret).update(body).digest('base64'));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/**
 * X-Shopify-Webhook-Id names one delivery with all its repeats. X-Shopify-Event-Id would not do: all
 * subscriptions that an event reaches share it. Where a proxy has dropped the header, the body stands for it.
 */
function dedupeKey(webhookId: string | undefined, body: Buffer): string {
  if (webhookId && /^[A-Za-z0-9_-]{1,100}$/.test(webhookId)) return webhookId;
  return `body-${createHash('sha256').update(body).digest('hex').slice(0, 32)}`;
}
