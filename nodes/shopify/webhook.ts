/**
 * Reads a webhook delivery of Shopify. The signature covers the body alone, not the headers
 * (shopify.dev, apps/build/webhooks/verify-deliveries). Shopify's own `webhooks.validate` is not used: it is
 * asynchronous, and takes the body as text where the signature is over its bytes.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { ConnectionId } from '#runtime/ids.ts';
import type { WebhookDelivery, WebhookReading } from '#runtime/sync/channel.ts';
import { countReading, productReading } from './listing-webhook.ts';
import { noticeReading } from './notice-webhook.ts';
import { exactId, GidText, NumericId } from './order-body.ts';
import { orderEvent } from './order-event.ts';
import { readParsedOrder } from './read-order.ts';
import type { ShopifySecret } from './secret.ts';

/** The topics whose body is a whole order. */
const ORDER_TOPICS: ReadonlySet<string> = new Set([
  'orders/cancelled',
  'orders/create',
  'orders/fulfilled',
  'orders/paid',
  'orders/partially_fulfilled',
  'orders/updated',
]);
/** These tell that an order changed, and not what it is now. */
const HINT_TOPICS: ReadonlySet<string> = new Set(['orders/edited', 'refunds/create']);

const OrderHead = z.object({ id: NumericId, admin_graphql_api_id: GidText.nullish() });

const refused = (status: 400 | 401, reason: string): WebhookReading => ({ kind: 'refused', status, reason });

/** Checks and names a delivery; never throws. Compares the signature in constant time before it parses anything. */
export function readWebhook(delivery: WebhookDelivery, secret: ShopifySecret): WebhookReading {
  const { headers, body } = delivery;
  const signature = headers['x-shopify-hmac-sha256'];
  if (!signature) return refused(401, 'The signature is missing.');
  const { clientSecret, previousClientSecret } = secret;
  const genuine =
    signatureFits(body, signature, clientSecret) ||
    (previousClientSecret !== undefined && signatureFits(body, signature, previousClientSecret));
  if (!genuine) return refused(401, 'The signature does not fit.');

  // One app in several shops signs for all of them with one secret: an order must not be booked for another shop.
  const shop = headers['x-shopify-shop-domain'];
  if (shop && shop.toLowerCase() !== secret.shop) return refused(401, 'It comes from another shop.');

  const json = parseJson(body);
  if (json === undefined) return refused(400, 'The body is not JSON.');
  const topic = headers['x-shopify-topic'] ?? '';
  if (HINT_TOPICS.has(topic))
    return { kind: 'hint', reason: 'an order changed, and the body does not tell how' };
  const deliveryKey = keyOf(headers['x-shopify-webhook-id'], body);
  if (ORDER_TOPICS.has(topic)) return orderReading(json, deliveryKey);
  return (
    countReading(topic, json) ??
    productReading(topic, json, deliveryKey) ??
    noticeReading(topic, json, deliveryKey) ?? { kind: 'ignored', reason: 'a topic that nobody listens to' }
  );
}

function orderReading(json: unknown, deliveryKey: string): WebhookReading {
  const topic = 'order.changed' as const;
  try {
    const reading = readParsedOrder(json, ANY_CONNECTION);
    if ('skipped' in reading) return { kind: 'ignored', reason: reading.skipped };
    return { kind: 'event', topic, ...orderEvent(reading.order) };
  } catch {
    const head = OrderHead.safeParse(json);
    if (!head.success) return refused(400, 'The body is not an order.');
    // A person shall hear of an order that can't be read: it is kept under the delivery's own name.
    return { kind: 'event', topic, dedupeKey: deliveryKey, partition: `order:${exactId(head.data)}` };
  }
}

/** The name of a state does not hang on the connection that it came by. */
const ANY_CONNECTION = ConnectionId.parse('any');

function signatureFits(body: Buffer, signature: string, clientSecret: string): boolean {
  const expected = Buffer.from(createHmac('sha256', clientSecret).update(body).digest('base64'));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Refuses bytes that are no text. */
const UTF8 = new TextDecoder('utf-8', { fatal: true });

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(UTF8.decode(body));
  } catch {
    return undefined;
  }
}

/**
 * X-Shopify-Webhook-Id names one delivery with all its repeats. X-Shopify-Event-Id would not do: all
 * subscriptions that an event reaches share it. Where a proxy has dropped the header, the body stands for it.
 */
function keyOf(webhookId: string | undefined, body: Buffer): string {
  if (webhookId && /^[A-Za-z0-9_-]{1,100}$/.test(webhookId)) return webhookId;
  return `body-${createHash('sha256').update(body).digest('hex').slice(0, 32)}`;
}
