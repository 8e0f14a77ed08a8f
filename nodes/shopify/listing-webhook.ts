/** What webhooks tell of products and counts. Bodies: REST's shapes (shopify.dev, api/webhooks). */
import { z } from 'zod';
import type { WebhookReading } from '#runtime/sync/channel.ts';
import { listingNewsBody } from '#runtime/sync/listing-news.ts';
import { globalId } from './gid.ts';
import { atLocation } from './kept-locations.ts';
import { exactId, GidText, NumericId } from './order-body.ts';

const LevelBody = z.object({
  inventory_item_id: NumericId,
  location_id: NumericId,
  /** null: the item is not counted. */
  available: z.int().nullable(),
});

/** A count at one location. null: another topic. */
export function countReading(topic: string, json: unknown): WebhookReading | null {
  if (topic !== 'inventory_levels/update') return null;
  const level = LevelBody.safeParse(json);
  if (!level.success) return { kind: 'refused', status: 400, reason: 'The body is not a count.' };
  const { inventory_item_id, location_id, available } = level.data;
  const externalId = BigInt(inventory_item_id).toString();
  const locationId = globalId('Location', location_id);
  return {
    kind: 'count',
    externalId,
    externalIdThere: `${externalId}${atLocation(locationId)}`,
    ref: { locationId },
    quantity: available,
  };
}

const ProductBody = z.object({ id: NumericId, admin_graphql_api_id: GidText.nullish() });

const PRODUCT_TOPICS: ReadonlySet<string> = new Set([
  'products/create',
  'products/delete',
  'products/update',
]);

/** A product: read again when it is this event's turn, since its body tells neither what is counted nor where. */
export function productReading(topic: string, json: unknown, dedupeKey: string): WebhookReading | null {
  if (!PRODUCT_TOPICS.has(topic)) return null;
  const product = ProductBody.safeParse(json);
  if (!product.success) return { kind: 'refused', status: 400, reason: 'The body is not a product.' };
  const id = exactId(product.data);
  const productId = globalId('Product', id);
  return {
    kind: 'event',
    topic: 'listing.changed',
    dedupeKey,
    partition: `product:${id}`,
    body: listingNewsBody({ product: productId, ref: { productId } }),
  };
}
