/** From a variant as Shopify shows it to a listing. */
import type { RemoteListing } from '#runtime/sync/channel.ts';
import { numericId } from './gid.ts';
import type { KeptLocation } from './kept-locations.ts';
import type { VariantRow } from './operations/listing-operations.ts';

/** Archived products are not on sale. */
export function isListed({ product }: VariantRow): boolean {
  return product.status !== 'ARCHIVED';
}

export function listingOf(variant: VariantRow, place: KeptLocation): RemoteListing {
  const { id, sku, tracked, inventoryLevel } = variant.inventoryItem;
  const { title, product, barcode, inventoryPolicy } = variant;
  return {
    externalId: `${numericId(id)}${place.suffix}`,
    ref: { inventoryItemId: id, locationId: place.id, variantId: variant.id, productId: product.id },
    sku: sku?.trim() ? sku : null,
    // A product without options has one variant that bears this name.
    title: title === 'Default Title' ? product.title : `${product.title} – ${title}`,
    tracked,
    quantity: tracked ? availableAt(inventoryLevel) : null,
    barcode: barcode?.trim() ? barcode : null,
    oversell: inventoryPolicy === 'CONTINUE',
    ...(place.location !== undefined && { location: place.location }),
    ...(place.suffix !== '' && { sameAs: numericId(id) }),
  };
}

/** An item that was never stocked at the location has no level there: nothing of it is on offer. */
export function availableAt(level: VariantRow['inventoryItem']['inventoryLevel']): number {
  return level?.quantities[0]?.quantity ?? 0;
}
