/** Variations of shops before WooCommerce 10.3: one list for each product, some products at a time. */
import { z } from 'zod';
import type { ListingPage, RemoteListing } from '#runtime/sync/channel.ts';
import {
  PRODUCT_FIELDS,
  ProductRow,
  VARIATION_FIELDS,
  VariationRow,
  variationListing,
} from './listing-row.ts';
import type { Lists } from './listings.ts';
import { PAGE_MAX } from './page-size.ts';
import { past } from './past-caches.ts';
import type { Rest } from './rest.ts';

/** Products of one page of listings, and calls that are made side by side: hosts that are small bear no more. */
const PARENTS_MAX = 20;
const SIDE_BY_SIDE_MAX = 3;
const PAGES_MAX = 1_000;
const CURSOR = /^of-parents\/(\d{1,9})$/;

/** The cursor of the first page; with a text, whether it is such a cursor. */
export function ofParentsFrom(): string;
export function ofParentsFrom(cursor: string): boolean;
export function ofParentsFrom(cursor?: string): string | boolean {
  return cursor === undefined ? 'of-parents/0' : CURSOR.test(cursor);
}

export async function variationsOfParents({ rest }: Lists, cursor: string): Promise<ListingPage> {
  const offset = Number(CURSOR.exec(cursor)?.[1]);
  const query = past({
    type: 'variable',
    per_page: String(PARENTS_MAX),
    offset: String(offset),
    orderby: 'id',
    order: 'asc',
    _fields: PRODUCT_FIELDS,
  });
  const call = { name: 'GET products', method: 'GET', path: 'products', query } as const;
  const { body: products } = await rest(call, z.array(ProductRow));
  // Older versions of the sandbox and some plugins drop the filter without a word.
  const parents = products.filter(({ type }) => type === 'variable');
  const listings: RemoteListing[] = [];
  for (let start = 0; start < parents.length; start += SIDE_BY_SIDE_MAX) {
    const some = parents.slice(start, start + SIDE_BY_SIDE_MAX);
    listings.push(...(await Promise.all(some.map((parent) => variationsOf(rest, parent)))).flat());
  }
  const next = products.length < PARENTS_MAX ? null : `of-parents/${offset + products.length}`;
  return { listings, next };
}

/** All variations of one variable product. */
export async function variationsOf(rest: Rest, parent: ProductRow): Promise<RemoteListing[]> {
  const found: RemoteListing[] = [];
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const query = past({
      per_page: String(PAGE_MAX),
      page: String(page),
      orderby: 'id',
      order: 'asc',
      _fields: VARIATION_FIELDS,
    });
    const path = `products/${parent.id}/variations`;
    const call = { name: 'GET products/*/variations', method: 'GET', path, query } as const;
    const { body, totalPages } = await rest(call, z.array(VariationRow));
    found.push(...body.map((variation) => variationListing(parent, variation)));
    if (totalPages === null ? body.length < PAGE_MAX : page >= totalPages) break;
  }
  return found;
}
