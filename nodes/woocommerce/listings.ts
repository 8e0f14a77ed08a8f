/** All listings of a shop: simple products, variations, and variable products that count for their variations. */
import { z } from 'zod';
import type { Attempt, RemoteListing } from '#runtime/sync/channel.ts';
import {
  countOf,
  PRODUCT_FIELDS,
  ProductRow,
  type StockRow,
  VARIATION_FIELDS,
  VariationRow,
} from './listing-row.ts';
import { past } from './past-caches.ts';
import type { Rest, RestResult } from './rest.ts';

const PER_PAGE = 100;
/** A million rows: beyond it a shop's paging must be broken. */
const PAGES_MAX = 10_000;
/** Neither is sold by itself: a group is a page with other products on it, an external product sells elsewhere. */
const NOT_SOLD_HERE = new Set(['grouped', 'external']);

/**
 * Page by page. A variable product is listed itself only if it keeps a count: then its variations whose
 * `manage_stock` is "parent" share that one count, and are listed as not tracked, so that nothing is ever
 * pushed to them one by one. Variations with a count of their own are listings like any other.
 */
export async function* listings(
  rest: Rest,
  attempt: Attempt = (call) => call(),
): AsyncGenerator<readonly RemoteListing[]> {
  for await (const products of pages(rest, attempt, 'products', 'products', PRODUCT_FIELDS, ProductRow)) {
    yield products.filter(isListed).map(productListing);
    for (const parent of products) {
      if (parent.type !== 'variable') continue;
      const path = `products/${parent.id}/variations`;
      for await (const variations of pages(
        rest,
        attempt,
        path,
        'products/*/variations',
        VARIATION_FIELDS,
        VariationRow,
      )) {
        yield variations.map((variation) => variationListing(parent, variation));
      }
    }
  }
}

function isListed(product: ProductRow): boolean {
  if (product.type === 'variable') return product.manage_stock === true;
  return !NOT_SOLD_HERE.has(product.type);
}

function productListing(product: ProductRow): RemoteListing {
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
 * one SKU with as many listings, so such a variation counts as one without a SKU.
 */
function variationListing(parent: ProductRow, variation: VariationRow): RemoteListing {
  return {
    externalId: String(variation.id),
    ref: { productId: String(variation.id), parentId: String(parent.id) },
    sku: variation.sku && variation.sku !== parent.sku ? variation.sku : null,
    title: variation.name ? `${parent.name} - ${variation.name}` : parent.name,
    ...counted(variation),
  };
}

function counted(row: StockRow): Pick<RemoteListing, 'tracked' | 'quantity'> {
  const quantity = countOf(row);
  return { tracked: quantity !== null, quantity };
}

/** Ordered by id, so that rows that are edited meanwhile do not move to another page. */
async function* pages<Row>(
  rest: Rest,
  attempt: Attempt,
  path: string,
  name: string,
  fields: string,
  row: z.ZodType<Row>,
): AsyncGenerator<Row[]> {
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const query = past({
      per_page: String(PER_PAGE),
      page: String(page),
      orderby: 'id',
      order: 'asc',
      _fields: fields,
    });
    const result: RestResult<Row[]> = await attempt(() =>
      rest({ name: `GET ${name}`, method: 'GET', path, query }, z.array(row)),
    );
    if (result.body.length > 0) yield result.body;
    const last = result.totalPages === null ? result.body.length < PER_PAGE : page >= result.totalPages;
    if (last) return;
  }
}
