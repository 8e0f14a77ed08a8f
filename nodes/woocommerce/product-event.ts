/**
 * What a webhook tells of a product: that it is to be read again. WooCommerce tells it also when a sale or a push of ours
 * changed the count alone. A simple product's body is all of its listing, so that is found out by comparing it with what is
 * kept. For others the name of the event is made of the form and the hour: in one hour the same form is read once, and
 * each other form once. What an hour hides (changed and changed back) the daily import finds.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { WebhookReading } from '#runtime/sync/channel.ts';
import { listingNewsBody } from '#runtime/sync/listing-news.ts';
import { ProductRow, productListing } from './listing-row.ts';

const HOUR_CHARACTERS = '2026-11-22T17'.length;

const ProductHead = z.looseObject({
  id: z.int().positive(),
  type: z.string(),
  /** Of a variation: its product. */
  parent_id: z.int().min(0).catch(0),
  date_modified_gmt: z.string().nullish(),
});

export const PRODUCT_TOPICS: ReadonlySet<string> = new Set([
  'product.created',
  'product.updated',
  'product.restored',
]);

/** null: the body is no product. */
export function productEvent(json: unknown): WebhookReading | null {
  const head = ProductHead.safeParse(json);
  if (!head.success) return null;
  const { id, type, parent_id: parent, date_modified_gmt: modified, ...rest } = head.data;
  const product = String(type === 'variation' ? parent : id);
  const { name, sku, status, manage_stock, backorders, global_unique_id } = rest;
  const form = JSON.stringify([id, type, name, sku, status, manage_stock, backorders, global_unique_id]);
  const hash = createHash('sha256').update(form).digest('hex').slice(0, 32);
  const hour = (modified ?? '').slice(0, HOUR_CHARACTERS);
  // Of a product with variations these are its listings; its own count is looked after by the import.
  const ref = type === 'simple' ? { productId: product } : { parentId: product };
  const event = news(product, ref, `product:${id}:${hour}:${hash}`);
  const row = type === 'simple' && status !== 'trash' ? ProductRow.safeParse(json) : null;
  return row?.success ? { ...event, listing: productListing(row.data) } : event;
}

/** `product.deleted` says `{"id":n}` only. null: it does not even say that. */
export function goneProductEvent(json: unknown): WebhookReading | null {
  const gone = z.object({ id: z.int().positive() }).safeParse(json);
  if (!gone.success) return null;
  const product = String(gone.data.id);
  return news(product, { productId: product }, `product:${product}:gone`);
}

function news(product: string, ref: Readonly<Record<string, string>>, dedupeKey: string) {
  return {
    kind: 'event',
    topic: 'listing.changed',
    dedupeKey,
    partition: `product:${product}`,
    body: listingNewsBody({ product, ref }),
  } as const;
}
