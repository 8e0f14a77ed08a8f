/** Sends one webhook as Shopify does: its headers, its signature. */
import { createHmac } from 'node:crypto';
import { postWebhook } from '../../kit/post-webhook.ts';
import { API_VERSION } from '../operations/operation.ts';
import type { Delivery, Send } from './deliveries.ts';
import type { OrderBook } from './order-book.ts';
import { asOfStep, type OrderRecord } from './order-record.ts';
import type { ShopSettings } from './settings.ts';

type Json = Readonly<Record<string, unknown>>;

export function webhookSender(
  settings: ShopSettings,
  orders: Pick<OrderBook, 'bySeq'>,
  write: (order: OrderRecord) => Json,
): Send {
  const subjectOf = ({ subject }: Delivery): Json => {
    if ('body' in subject) return subject.body;
    const order = orders.bySeq(subject.orderSeq);
    if (!order) throw new Error(`no order ${subject.orderSeq}`);
    return write(asOfStep(order, subject.steps));
  };
  return async (delivery, signal) => {
    const body = bodyOf(delivery, subjectOf(delivery));
    const status = await postWebhook(delivery.uri, {
      headers: headersOf(delivery, settings, body),
      body,
      signal,
    });
    return status >= 200 && status <= 299;
  };
}

function bodyOf({ includeFields }: Delivery, subject: Json): string {
  if (includeFields.length === 0) return JSON.stringify(subject);
  return JSON.stringify(Object.fromEntries(includeFields.map((field) => [field, subject[field]])));
}

function headersOf(delivery: Delivery, settings: ShopSettings, body: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'Shopify-Captain-Hook',
    'x-shopify-topic': delivery.topic,
    'x-shopify-hmac-sha256': createHmac('sha256', settings.secret.clientSecret).update(body).digest('base64'),
    'x-shopify-shop-domain': settings.secret.shop,
    'x-shopify-api-version': API_VERSION,
    'x-shopify-webhook-id': delivery.webhookId,
    'x-shopify-event-id': delivery.eventId,
    'x-shopify-triggered-at': new Date(delivery.triggeredAtMs).toISOString(),
    ...(delivery.name ? { 'x-shopify-name': delivery.name } : {}),
  };
}
