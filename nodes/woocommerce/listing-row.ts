/** The few fields of a product or variation that SyncFlow reads, and what they mean. */
import { z } from 'zod';

/** Asked for by `_fields`; the full bodies are 2 KB a product. */
export const PRODUCT_FIELDS = 'id,type,name,sku,manage_stock,stock_quantity';
export const VARIATION_FIELDS = 'id,name,sku,manage_stock,stock_quantity';
export const STOCK_FIELDS = 'id,stock_quantity,manage_stock';

const stock = {
  id: z.int().positive(),
  /** `parent`: this variation has no count of its own, it shares its parent's. */
  manage_stock: z.union([z.boolean(), z.literal('parent')]),
  stock_quantity: z.number().nullable(),
};

export const StockRow = z.object(stock);
export type StockRow = z.infer<typeof StockRow>;

export const ProductRow = z.object({
  ...stock,
  type: z.string(),
  name: z.string(),
  sku: z.string().nullish(),
});
export type ProductRow = z.infer<typeof ProductRow>;

/** The `name` of a variation tells its attributes (`M`); older versions of WooCommerce answer without one. */
export const VariationRow = z.object({ ...stock, name: z.string().optional(), sku: z.string().nullish() });
export type VariationRow = z.infer<typeof VariationRow>;

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
