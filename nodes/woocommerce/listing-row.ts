/** The few fields of a product or variation that SyncFlow reads, and what they mean. */
import { z } from 'zod';
import type { RemoteListing } from '#runtime/sync/channel.ts';

/** Asked for by `_fields`; the full bodies are 2 KB a product. */
export const PRODUCT_FIELDS = 'id,type,name,sku,manage_stock,stock_quantity,backorders,global_unique_id';
export const VARIATION_FIELDS =
  'id,parent_id,name,sku,manage_stock,stock_quantity,backorders,global_unique_id';
export const STOCK_FIELDS = 'id,stock_quantity,manage_stock';

const stock = {
  id: z.int().positive(),
  /** `parent`: this variation has no count of its own, it shares its parent's. */
  manage_stock: z.union([z.boolean(), z.literal('parent')]),
  stock_quantity: z.number().nullable(),
};

export const StockRow = z.object(stock);
export type StockRow = z.infer<typeof StockRow>;

const shown = {
  ...stock,
  sku: z.string().nullish(),
  /** `no`, `notify` or `yes`: whether customers may buy what is not there. */
  backorders: z.string().nullish(),
  /** GTIN, UPC, EAN or ISBN; since WooCommerce 9.2. */
  global_unique_id: z.string().nullish(),
};

export const ProductRow = z.object({ ...shown, type: z.string(), name: z.string() });
export type ProductRow = z.infer<typeof ProductRow>;

/** The `name` of a variation tells its attributes (`M`); older versions of WooCommerce answer without one. */
export const VariationRow = z.object({
  ...shown,
  name: z.string().optional(),
  parent_id: z.int().optional(),
});
export type VariationRow = z.infer<typeof VariationRow>;

/** Neither is sold by itself: a group is a page with other products on it, an external product sells elsewhere. */
const NOT_SOLD_HERE = new Set(['grouped', 'external']);

/** A variable product is a listing itself only if it keeps a count. */
export function isListed(product: ProductRow): boolean {
  if (product.type === 'variable') return product.manage_stock === true;
  return !NOT_SOLD_HERE.has(product.type);
}

export function productListing(product: ProductRow): RemoteListing {
  return {
    externalId: String(product.id),
    ref: { productId: String(product.id) },
    sku: product.sku || null,
    title: product.name,
    ...counted(product),
  };
}

/**
 * A variation without a SKU answers with its parent's. Taken at its word, all sizes of a shirt would become
 * one SKU with as many listings, so such a variation counts as one without a SKU. Variations whose `manage_stock` is
 * "parent" share their product's count: they are not tracked, so that nothing is pushed to them one by one, and say
 * which listing counts for them.
 */
export function variationListing(parent: ProductRow, variation: VariationRow): RemoteListing {
  const shared = variation.manage_stock === 'parent';
  return {
    externalId: String(variation.id),
    ref: { productId: String(variation.id), parentId: String(parent.id) },
    sku: variation.sku && variation.sku !== parent.sku ? variation.sku : null,
    title: variation.name ? `${parent.name} - ${variation.name}` : parent.name,
    ...counted(variation),
    ...(shared ? { countedBy: String(parent.id) } : {}),
  };
}

function counted(row: ProductRow | VariationRow) {
  const quantity = countOf(row);
  return {
    tracked: quantity !== null,
    quantity,
    barcode: row.global_unique_id || null,
    oversell: quantity !== null && (row.backorders ?? 'no') !== 'no',
  };
}

/**
 * The count that the shop goes by, in whole units; null when it keeps none of this row's own. An empty count
 * of a product that is tracked sells like 0. Plugins that sell by weight count in fractions: rounded down, so
 * that we never believe in a unit that is not whole.
 */
export function countOf(row: StockRow): number | null {
  return row.manage_stock === true ? Math.floor(row.stock_quantity ?? 0) : null;
}

/** Digits only, so that an id of ours can't change the address of a call. */
export function numericId(ref: Readonly<Record<string, string>>, name: 'productId' | 'parentId'): number {
  const text = ref[name];
  if (text === undefined || !/^[1-9]\d{0,15}$/.test(text)) {
    throw new TypeError(`A WooCommerce listing needs a numeric ${name} in its ref`);
  }
  return Number(text);
}
