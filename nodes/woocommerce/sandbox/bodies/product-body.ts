/** A row of `/products` as WooCommerce 11.0.1 writes it (recorded: rest-06, 07, 12, 16). */
import type { Catalogue } from '../catalogue.ts';
import type { Product } from '../state.ts';
import { currencySymbol, slugOf } from '../wordpress-text.ts';
import { productDates } from './dates.ts';
import { resourceLinks } from './links.ts';
import {
  backordersOf,
  choices,
  fullName,
  noDownloads,
  noSaleDates,
  noShippingClass,
  noSize,
  permalink,
  skuOf,
  stockOf,
} from './parts.ts';

export interface BodyContext {
  /** Address of the shop, without a slash at the end. */
  readonly shop: string;
  readonly currency: string;
  readonly catalogue: Catalogue;
}

/** `edit`: the answer to a write, which has two fields more. */
export function productBody(context: BodyContext, product: Product, mode: 'view' | 'edit' = 'view') {
  const { shop, catalogue } = context;
  const name = fullName(catalogue, product);
  const slug = slugOf(name);
  const address = permalink(shop, catalogue, product, slugOf(catalogue.byId(product.parentId)?.name ?? name));
  const stock = stockOf(catalogue, product);
  const variation = product.type === 'variation';
  const price = product.type === 'variable' ? lowestPrice(catalogue, product) : product.price;
  return {
    id: product.id,
    name,
    slug,
    permalink: address,
    ...productDates(product),
    type: product.type,
    status: 'publish',
    featured: false,
    catalog_visibility: 'visible',
    description: '',
    short_description: '',
    sku: skuOf(catalogue, product),
    price,
    regular_price: product.price,
    sale_price: '',
    ...noSaleDates,
    purchasable: price !== '',
    total_sales: variation ? '0' : product.sales,
    ...noDownloads,
    external_url: '',
    button_text: '',
    tax_status: 'taxable',
    tax_class: '',
    manage_stock: stock.managed,
    stock_quantity: stock.quantity,
    ...backordersOf(catalogue, product),
    low_stock_amount: null,
    sold_individually: false,
    ...noSize,
    shipping_required: true,
    shipping_taxable: true,
    ...noShippingClass,
    reviews_allowed: !variation,
    average_rating: mode === 'edit' ? '0' : '0.00',
    rating_count: 0,
    upsell_ids: [],
    cross_sell_ids: [],
    parent_id: product.parentId,
    purchase_note: '',
    categories: variation ? [] : [{ id: 15, name: 'Uncategorized', slug: 'uncategorized' }],
    brands: [],
    tags: [],
    images: [],
    attributes: variation ? choices(product) : product.attributes.map(attribute),
    default_attributes: [],
    variations: product.variationIds,
    grouped_products: [],
    menu_order: 0,
    price_html: price === '' ? '' : priceHtml(price, context.currency),
    related_ids: [],
    meta_data: [],
    stock_status: stock.status,
    has_options: product.type === 'variable',
    post_password: '',
    global_unique_id: product.barcode,
    ...(mode === 'edit' ? { permalink_template: `${shop}/product/%pagename%/`, generated_slug: slug } : {}),
    _links: productLinks(shop, product),
  };
}

function lowestPrice(catalogue: Catalogue, product: Product): string {
  const prices = product.variationIds
    .map((id) => catalogue.byId(id)?.price ?? '')
    .filter((price) => price !== '');
  return prices.sort((one, other) => Number(one) - Number(other))[0] ?? product.price;
}

function attribute({ name, options }: Product['attributes'][number], position: number) {
  return { id: 0, name, slug: name, position, visible: true, variation: true, options };
}

function priceHtml(price: string, currency: string): string {
  const symbol = currencySymbol(currency).replace(/[^\w ]/gu, (sign) => `&#${sign.codePointAt(0)};`);
  return `<span class="woocommerce-Price-amount amount"><bdi><span class="woocommerce-Price-currencySymbol" translate="no">${symbol}</span>${price}</bdi></span>`;
}

function productLinks(shop: string, product: Product) {
  const api = `${shop}/wp-json/wc/v3`;
  const links = resourceLinks(api, '/products', product.id);
  return product.parentId ? { ...links, up: [{ href: `${api}/products/${product.parentId}` }] } : links;
}
