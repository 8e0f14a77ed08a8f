/**
 * All listings of a shop, page by page: simple products, variations, and variable products that count for their
 * variations. A page can be asked for by another process, days later.
 *
 * Products come first, then the variations of all of them in one list (since WooCommerce 10.3:
 * class-wc-rest-variations-controller.php; variations-of-parents.ts is for older ones). Both in the order of their ids,
 * so that rows that are edited meanwhile stay where they are; when rows are deleted meanwhile, as many are read again.
 */
import { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';
import type { Attempt, ListingPage, RemoteListing } from '#runtime/sync/channel.ts';
import {
  isListed,
  PRODUCT_FIELDS,
  ProductRow,
  productListing,
  VARIATION_FIELDS,
  VariationRow,
  variationListing,
} from './listing-row.ts';
import type { PageSize } from './page-size.ts';
import type { Parents } from './parents.ts';
import { past } from './past-caches.ts';
import type { Rest } from './rest.ts';
import { ofParentsFrom, variationsOfParents } from './variations-of-parents.ts';

/** `products/200/340/5000`: where in which list, and how long the two were at first; no second length: an older shop. */
const CURSOR = /^(products|variations)\/(\d{1,9})\/(\d{1,9})\/(\d{1,9}|-)$/;

interface Position {
  readonly list: 'products' | 'variations';
  readonly offset: number;
  readonly products: number;
  /** null: the shop has no such list. */
  readonly variations: number | null;
}

export interface Lists {
  readonly rest: Rest;
  readonly size: PageSize;
  readonly parents: Parents;
}

export async function listingPage(lists: Lists, cursor: string | null): Promise<ListingPage> {
  if (cursor !== null && ofParentsFrom(cursor)) return await variationsOfParents(lists, cursor);
  const at = cursor === null ? await start(lists.rest) : positionOf(cursor);
  return at.list === 'products' ? await productPage(lists, at) : await variationPage(lists, at);
}

/** All pages one after another. @param attempt does one call, patiently or not. */
export async function* listings(
  lists: Lists,
  attempt: Attempt = (call) => call(),
): AsyncGenerator<readonly RemoteListing[]> {
  for (let cursor: string | null = null; ; ) {
    const from: string | null = cursor;
    const page: ListingPage = await attempt(() => listingPage(lists, from));
    if (page.listings.length > 0) yield page.listings;
    if (page.next === null) return;
    cursor = page.next;
  }
}

/** Whether the shop lists variations, and how many there are; of the products the first page tells. */
async function start(rest: Rest): Promise<Position> {
  const query = past({ per_page: '1', _fields: 'id' });
  const call = { name: 'GET variations', method: 'GET', path: 'variations', query } as const;
  const variations = await rest(call, z.array(z.object({ id: z.int() }))).then(
    ({ body, total }) => total ?? body.length,
    (error: unknown) => {
      if (error instanceof Rejected && error.message.includes('rest_no_route')) return null;
      throw error;
    },
  );
  return { list: 'products', offset: 0, products: 0, variations };
}

async function productPage({ rest, size }: Lists, at: Position): Promise<ListingPage> {
  const { rows, last, next } = await readRows(rest, size, at, PRODUCT_FIELDS, ProductRow);
  return {
    listings: rows.filter(isListed).map(productListing),
    next: last ? behindProducts(next) : textOf(next),
    ...progress(next),
  };
}

function behindProducts(at: Position): string | null {
  if (at.variations === null) return ofParentsFrom();
  return at.variations === 0 ? null : textOf({ ...at, list: 'variations', offset: 0 });
}

async function variationPage({ rest, size, parents }: Lists, at: Position): Promise<ListingPage> {
  const { rows, last, next } = await readRows(rest, size, at, VARIATION_FIELDS, VariationRow);
  const known = await parents.of(rows.flatMap(({ parent_id }) => parent_id ?? []));
  return {
    listings: rows.flatMap((row) => {
      const parent = known.get(row.parent_id ?? 0);
      // Its product is gone for good: nobody can buy it.
      return parent ? [variationListing(parent, row)] : [];
    }),
    next: last ? null : textOf(next),
    ...progress(next),
  };
}

async function readRows<Row>(
  rest: Rest,
  size: PageSize,
  at: Position,
  fields: string,
  shape: z.ZodType<Row>,
): Promise<{ readonly rows: Row[]; readonly last: boolean; readonly next: Position }> {
  const before = at[at.list] ?? 0;
  return await size.of(at.list, async (perPage) => {
    const query = past({
      per_page: String(perPage),
      offset: String(at.offset),
      orderby: 'id',
      order: 'asc',
      _fields: fields,
    });
    const call = { name: `GET ${at.list}`, method: 'GET', path: at.list, query } as const;
    const { body: rows, total } = await rest(call, z.array(shape));
    const deleted = total === null ? 0 : Math.max(0, before - total);
    // Rows before this page are gone: as many that were never read moved up into what was.
    if (deleted > 0 && at.offset > 0) {
      const offset = Math.max(0, at.offset - deleted);
      return { rows, last: false, next: { ...at, offset, [at.list]: total } };
    }
    const offset = at.offset + rows.length;
    const last = total === null ? rows.length < perPage : rows.length === 0 || offset >= total;
    return { rows, last, next: { ...at, offset, ...(total === null ? {} : { [at.list]: total }) } };
  });
}

/** As far as the beginning of the next page. */
function progress({ list, offset, products, variations }: Position): Pick<ListingPage, 'progress'> {
  const all = products + (variations ?? products);
  const read = (list === 'products' ? 0 : products) + offset;
  return { progress: all === 0 ? 1 : Math.min(1, read / all) };
}

function textOf({ list, offset, products, variations }: Position): string {
  return `${list}/${offset}/${products}/${variations ?? '-'}`;
}

function positionOf(cursor: string): Position {
  const [, list, offset, products, variations] = CURSOR.exec(cursor) ?? [];
  if (!list) throw new TypeError('This cursor was not made by the WooCommerce channel');
  return {
    list: list as Position['list'],
    offset: Number(offset),
    products: Number(products),
    variations: variations === '-' ? null : Number(variations),
  };
}
