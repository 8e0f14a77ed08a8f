/**
 * Reads a webhook delivery of WooCommerce. Facts: recordings of 11.0.1 and class-wc-webhook.php.
 * Headers are not covered by the signature, only the body is: nothing that is kept is taken from them.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { WebhookDelivery, WebhookReading } from '#runtime/sync/channel.ts';
import { type OrderRow, orderEvent } from './order-event.ts';
import { isDraft } from './order-status.ts';
import { goneProductEvent, PRODUCT_TOPICS, productEvent } from './product-event.ts';
import type { WooCommerceSecret } from './secret.ts';

const ORDER_TOPICS = new Set(['order.created', 'order.updated', 'order.restored']);

const OrderHead = z.looseObject({
  id: z.int().positive(),
  status: z.string().min(1).max(100),
  line_items: z.array(z.unknown()),
});
const ErrorBody = z.object({ code: z.string(), message: z.string() });

const refused = (status: 400 | 401, reason: string): WebhookReading => ({ kind: 'refused', status, reason });
const ignored = (reason: string): WebhookReading => ({ kind: 'ignored', reason });

/**
 * Checks and names a delivery; never throws.
 * - The ping of a new webhook is unsigned and answered with 200, else WooCommerce reports the address as broken.
 * - A signed error body (the webhook's owner lost the right to read orders) is ignored and not refused: a
 *   refusal counts as a failed delivery and would switch the webhook off for good, though the right may return.
 */
export function readWebhook(delivery: WebhookDelivery, secret: WooCommerceSecret): WebhookReading {
  const { headers, body } = delivery;
  const signature = headers['x-wc-webhook-signature'];
  if (!signature) {
    return isPing(body) ? ignored('the ping of a new webhook') : refused(401, 'The signature is missing.');
  }
  if (!signatureFits(body, signature, secret.webhookSecret))
    return refused(401, 'The signature does not fit.');

  const topic = headers['x-wc-webhook-topic'] ?? '';
  // It says `{"id":n}` only; as a rule, an `order.updated` with status `trash` comes beside it (recorded: 21 and 22).
  if (topic === 'order.deleted') return { kind: 'hint', reason: 'an order was thrown away' };
  const isProduct = PRODUCT_TOPICS.has(topic) || topic === 'product.deleted';
  if (!isProduct && !ORDER_TOPICS.has(topic)) return ignored('a topic that nobody listens to');
  const json = parseJson(body);
  if (json === undefined) return refused(400, 'The body is not JSON.');
  if (isProduct) {
    const event = topic === 'product.deleted' ? goneProductEvent(json) : productEvent(json);
    return event ?? notA('product', json);
  }
  const order = OrderHead.safeParse(json);
  if (!order.success) return notA('order', json);
  if (isDraft(order.data.status)) return ignored('a cart that is not an order yet');
  return { kind: 'event', topic: 'order.changed', ...orderEvent(json as OrderRow) };
}

function notA(what: string, json: unknown): WebhookReading {
  return ErrorBody.safeParse(json).success
    ? ignored(`the shop sent an error: the user who made the webhook may no longer read ${what}s`)
    : refused(400, `The body is not ${what === 'order' ? 'an' : 'a'} ${what}.`);
}

function isPing(body: Buffer): boolean {
  return body.length <= 40 && /^webhook_id=\d+$/.test(body.toString('latin1'));
}

/** Base64 of HMAC-SHA256 over the raw bytes, compared in constant time. */
function signatureFits(body: Buffer, signature: string, secret: string): boolean {
  const expected = Buffer.from(createHmac('sha256', secret).update(body).digest('base64'));
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
