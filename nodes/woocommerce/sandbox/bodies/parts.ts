/** What product and variation bodies have in common, in the order in which WooCommerce 11.0.1 writes it. */
import type { Catalogue } from '../catalogue.ts';
import type { Product } from '../state.ts';

export const noSaleDates = {
  date_on_sale_from: null,
  date_on_sale_from_gmt: null,
  date_on_sale_to: null,
  date_on_sale_to_gmt: null,
  on_sale: false,
};

export const noDownloads = {
  virtual: false,
  downloadable: false,
  downloads: [],
  download_limit: -1,
  download_expiry: -1,
};

export function backordersOf(catalogue: Catalogue, product: Product) {
  const counted = catalogue.countedBy(product) ?? product;
  const allowed = product.backorders !== 'no';
  return {
    backorders: product.backorders,
    backorders_allowed: allowed,
    backordered: allowed && counted.manageStock && (counted.quantity ?? 0) < 0,
  };
}

export const noSize = { weight: '', dimensions: { length: '', width: '', height: '' } };
export const noShippingClass = { shipping_class: '', shipping_class_id: 0 };

/** With a count of its own or its parent's, the state follows the count; without, a product is for sale. */
export function stockOf(catalogue: Catalogue, product: Product) {
  const counted = catalogue.countedBy(product);
  const quantity = counted?.quantity ?? null;
  const empty = product.type === 'variable' && product.variationIds.length === 0;
  const none = counted ? (quantity ?? 0) <= 0 : empty;
  const status = none ? (counted && product.backorders !== 'no' ? 'onbackorder' : 'outofstock') : 'instock';
  const managed: boolean | 'parent' = counted && counted !== product ? 'parent' : product.manageStock;
  return { managed, quantity, status };
}

/** A variation without a SKU shows its parent's. */
export function skuOf(catalogue: Catalogue, product: Product): string {
  return product.sku || catalogue.byId(product.parentId)?.sku || '';
}

/** `T-Shirt - M`: what orders and the product list call a variation. */
export function fullName(catalogue: Catalogue, product: Product): string {
  const parent = catalogue.byId(product.parentId);
  return parent ? `${parent.name} - ${product.name}` : product.name;
}

/** A variation's choices: one attribute, one option. */
export function choices(product: Product) {
  return product.attributes.map(({ name, options }) => ({
    id: 0,
    name,
    slug: name.toLowerCase(),
    option: options[0] ?? '',
  }));
}

export function permalink(shop: string, catalogue: Catalogue, product: Product, slug: string): string {
  const parent = catalogue.byId(product.parentId);
  if (!parent) return `${shop}/product/${slug}/`;
  const query = product.attributes.map(
    ({ name, options }) => `attribute_${name.toLowerCase()}=${options[0] ?? ''}`,
  );
  return `${shop}/product/${slug}/?${query.join('&')}`;
}
