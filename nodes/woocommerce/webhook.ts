/**
 * Reads a webhook delivery of WooCommerce. Facts: recordings of 11.0.1 and class-wc-webhook.php.
 * Headers are not covered by the signature, only the body is: nothing that is kept is taken from them.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { WebhookDelivery, WebhookReading } from '#runtime/sync/channel.ts';
import { isDraft } from './order-status.ts';
import type { WooCommerceSecret } from './secret.ts';

/** `order.deleted` is not here: it says `{"id":n}` only, and `order.updated` comes with status `trash` beside it. */
const ORDER_TOPICS = new Set(['order.created', 'order.updated', 'order.restored']);

const OrderHead = z.object({
  id: z.int().positive(),
  status: z.string().min(1).max(100),
  date_modified_gmt: z.string().max(40).nullish(),
  date_modified: z.string().max(40).nullish(),
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
  if (!ORDER_TOPICS.has(topic)) return ignored('a topic that nobody listens to');
  const json = parseJson(body);
  if (json === undefined) return refused(400, 'The body is not JSON.');
  const order = OrderHead.safeParse(json);
  if (!order.success) {
    return ErrorBody.safeParse(json).success
      ? ignored('the shop sent an error: the user who made the webhook may no longer read orders')
      : refused(400, 'The body is not an order.');
  }
  if (isDraft(order.data.status)) return ignored('a cart that is not an order yet');
  return {
    kind: 'event',
    topic: 'order.changed',
    dedupeKey: dedupeKey(order.data, body),
    partition: `order:${order.data.id}`,
  };
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

/**
 * Made of the order, its stamp and its content, and not of the topic: `order.created` and `order.updated` are
 * built at delivery time, so both show the same latest state (recorded: 16 and 17 are the same bytes), and
 * once is enough. Delivery ids are no use: they are a hash of webhook and second, and new on each delivery.
 * The stamp counts seconds; the content's hash tells two changes within one second apart.
 */
function dedupeKey(order: z.infer<typeof OrderHead>, body: Buffer): string {
  const stamp = order.date_modified_gmt ?? order.date_modified ?? '';
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 32);
  return `order:${order.id}:${stamp}:${hash}`;
}
