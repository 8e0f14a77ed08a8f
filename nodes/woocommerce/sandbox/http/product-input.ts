/** Creates and changes products from what the API is sent. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue.ts';
import type { Product } from '../state.ts';
import { invalidParameter, WordPressError } from './wordpress-error.ts';

const AttributeInput = z.object({
  name: z.string(),
  options: z.array(z.string()).optional(),
  option: z.string().optional(),
});

/** Fields of the real API that are not here are taken and dropped, as WordPress does with unknown ones. */
const ProductInput = z.object({
  name: z.string().optional(),
  type: z.enum(['simple', 'variable']).optional(),
  sku: z.string().optional(),
  regular_price: z.string().optional(),
  manage_stock: z.boolean().optional(),
  stock_quantity: z.int().nullish(),
  backorders: z.enum(['no', 'notify', 'yes']).optional(),
  global_unique_id: z.string().optional(),
  attributes: z.array(AttributeInput).optional(),
});
type ProductInput = z.infer<typeof ProductInput>;

function parse(body: unknown): ProductInput {
  const input = ProductInput.safeParse(body ?? {});
  if (input.success) return input.data;
  const issue = input.error.issues[0];
  throw invalidParameter(String(issue?.path[0] ?? 'body'), issue?.message ?? 'Invalid');
}

export function createProduct(catalogue: Catalogue, body: unknown): Product {
  const input = parse(body);
  demandFreeSku(catalogue, input.sku, undefined);
  return catalogue.add({
    ...fieldsOf(input),
    type: input.type ?? 'simple',
    parentId: 0,
    name: input.name ?? 'Product',
  });
}

export function createVariation(catalogue: Catalogue, parent: Product, body: unknown): Product {
  const input = parse(body);
  demandFreeSku(catalogue, input.sku, undefined);
  const name = (input.attributes ?? []).map((attribute) => attribute.option ?? '').join(', ');
  return catalogue.add({ ...fieldsOf(input), type: 'variation', parentId: parent.id, name });
}

/** A quantity is set as it is sent, over whatever was sold since; without stock management it is dropped, silently. */
export function changeProduct(catalogue: Catalogue, product: Product, body: unknown): void {
  const input = parse(body);
  demandFreeSku(catalogue, input.sku, product);
  const changes = {
    ...(input.name === undefined || product.type === 'variation' ? {} : { name: input.name }),
    ...(input.sku === undefined ? {} : { sku: input.sku }),
    ...(input.regular_price === undefined ? {} : { price: input.regular_price }),
    ...(input.manage_stock === undefined ? {} : { manageStock: input.manage_stock }),
    ...(input.backorders === undefined ? {} : { backorders: input.backorders }),
    ...(input.global_unique_id === undefined ? {} : { barcode: input.global_unique_id }),
  };
  if (Object.keys(changes).length > 0) catalogue.edit(product, changes);
  if (!product.manageStock) catalogue.setQuantity(product, null, 'api');
  else if (typeof input.stock_quantity === 'number')
    catalogue.setQuantity(product, input.stock_quantity, 'api');
}

function fieldsOf(input: ProductInput) {
  const attributes = (input.attributes ?? []).map(({ name, options, option }) => ({
    name,
    options: options ?? [option ?? ''],
  }));
  const manageStock = input.manage_stock ?? false;
  const quantity = manageStock ? (input.stock_quantity ?? null) : null;
  return {
    sku: input.sku ?? '',
    price: input.regular_price ?? '',
    manageStock,
    quantity,
    attributes,
    backorders: input.backorders ?? 'no',
    barcode: input.global_unique_id ?? '',
  };
}

function demandFreeSku(catalogue: Catalogue, sku: string | undefined, own: Product | undefined): void {
  const holder = sku ? catalogue.bySku(sku) : undefined;
  if (!holder || holder === own) return;
  const data = { status: 400, resource_id: holder.id, unique_sku: `${sku}-1` };
  throw new WordPressError(400, 'product_invalid_sku', 'Invalid or duplicated SKU.', data);
}
