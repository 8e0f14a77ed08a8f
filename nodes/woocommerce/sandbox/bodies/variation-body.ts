/** A row of `/products/<id>/variations` as WooCommerce 11.0.1 writes it (recorded: rest-08, 14, 18). */
import type { Product } from '../state.ts';
import { slugOf } from '../wordpress-text.ts';
import { productDates } from './dates.ts';
import { resourceLinks } from './links.ts';
import {
  backordersOf,
  choices,
  noDownloads,
  noSaleDates,
  noShippingClass,
  noSize,
  permalink,
  skuOf,
  stockOf,
} from './parts.ts';
import type { BodyContext } from './product-body.ts';

/** `edit`: the answer to a write (its tax_class is the stored one, a read shows the effective one). */
export function variationBody(
  { shop, catalogue }: BodyContext,
  product: Product,
  mode: 'view' | 'edit' = 'view',
) {
  const stock = stockOf(catalogue, product);
  const api = `${shop}/wp-json/wc/v3`;
  return {
    id: product.id,
    type: 'variation',
    ...productDates(product),
    description: '',
    permalink: permalink(shop, catalogue, product, slugOf(catalogue.byId(product.parentId)?.name ?? '')),
    sku: skuOf(catalogue, product),
    global_unique_id: product.barcode,
    price: product.price,
    regular_price: product.price,
    sale_price: '',
    ...noSaleDates,
    status: 'publish',
    purchasable: product.price !== '',
    ...noDownloads,
    tax_status: 'taxable',
    tax_class: mode === 'edit' ? 'parent' : '',
    manage_stock: stock.managed,
    stock_quantity: stock.quantity,
    stock_status: stock.status,
    ...backordersOf(catalogue, product),
    low_stock_amount: null,
    ...noSize,
    ...noShippingClass,
    image: null,
    gallery_image_ids: [],
    attributes: choices(product),
    menu_order: 0,
    meta_data: [],
    name: product.name,
    parent_id: product.parentId,
    _links: {
      ...resourceLinks(api, `/products/${product.parentId}/variations`, product.id),
      up: [{ href: `${api}/products/${product.parentId}` }],
    },
  };
}
