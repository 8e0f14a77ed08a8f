/**
 * What webhooks tell of the app itself, and the three that the law asks for (shopify.dev,
 * apps/build/compliance/privacy-law-compliance): those come from Shopify, not by a subscription.
 */
import { z } from 'zod';
import type { WebhookReading } from '#runtime/sync/channel.ts';
import { type ConnectionNotice, connectionNoticeBody } from '#runtime/sync/connection-notice.ts';
import { NumericId } from './order-body.ts';

const text = (id: number) => BigInt(id).toString();
const Customer = z.object({ id: NumericId.nullish() }).nullish();
const OrderIds = z
  .array(NumericId)
  .max(100_000)
  .nullish()
  .transform((ids) => (ids ?? []).map(text));

const DataRequest = z.object({
  customer: Customer,
  orders_requested: OrderIds,
  data_request: z.object({ id: NumericId }).nullish(),
});
const CustomerRedact = z.object({ customer: Customer, orders_to_redact: OrderIds });

const NOTICES: Readonly<Record<string, z.ZodType<ConnectionNotice>>> = {
  'app/uninstalled': z.unknown().transform((): ConnectionNotice => ({ kind: 'uninstalled' })),
  'app/scopes_update': z.unknown().transform((): ConnectionNotice => ({ kind: 'rights-changed' })),
  'customers/data_request': DataRequest.transform(
    ({ customer, orders_requested, data_request }): ConnectionNotice => ({
      kind: 'customer-data-request',
      request: data_request ? text(data_request.id) : null,
      customer: customer?.id ? text(customer.id) : null,
      orders: orders_requested,
    }),
  ),
  'customers/redact': CustomerRedact.transform(
    ({ customer, orders_to_redact }): ConnectionNotice => ({
      kind: 'customer-redact',
      customer: customer?.id ? text(customer.id) : null,
      orders: orders_to_redact,
    }),
  ),
  'shop/redact': z.unknown().transform((): ConnectionNotice => ({ kind: 'shop-redact' })),
};

/** null: another topic. What is kept of it holds no address, no name and no phone number. */
export function noticeReading(topic: string, json: unknown, dedupeKey: string): WebhookReading | null {
  const shape = NOTICES[topic];
  if (!shape) return null;
  const notice = shape.safeParse(json);
  if (!notice.success) return { kind: 'refused', status: 400, reason: `The body is not one of ${topic}.` };
  return {
    kind: 'event',
    topic: 'connection.notice',
    dedupeKey,
    partition: 'connection',
    body: connectionNoticeBody(notice.data),
  };
}
