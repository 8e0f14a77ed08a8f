/** The body of a product webhook: REST's shape, as in the examples of shopify.dev, api/webhooks. */
import type { Product } from './catalogue.ts';
import { gid, idOf } from './ids.ts';
import { stamp } from './order-record.ts';

export function restProduct(product: Product): Readonly<Record<string, unknown>> {
  const id = idOf('Product', product.seq);
  const variant = idOf('ProductVariant', product.seq);
  const now = stamp(Date.now());
  return {
    id,
    admin_graphql_api_id: gid('Product', id),
    title: product.title,
    body_html: null,
    vendor: 'Sandbox',
    status: 'active',
    created_at: now,
    updated_at: now,
    published_at: now,
    tags: '',
    options: [{ name: 'Title', position: 1, values: ['Default Title'] }],
    variants: [
      {
        id: variant,
        admin_graphql_api_id: gid('ProductVariant', variant),
        product_id: id,
        title: 'Default Title',
        sku: product.sku === '' ? null : product.sku,
        barcode: product.barcode,
        price: product.price,
        position: 1,
        inventory_item_id: idOf('InventoryItem', product.seq),
        inventory_policy: product.oversell ? 'continue' : 'deny',
        inventory_quantity: product.quantity ?? 0,
        old_inventory_quantity: product.quantity ?? 0,
        created_at: now,
        updated_at: now,
      },
    ],
  };
}
