/**
 * A shop's listings: one for each inventory item and location that SyncFlow keeps in step, with its count there. Small
 * catalogues are read page by page; large ones in bulk, which costs no points, and again in pages where bulk queries
 * are not allowed. Several variants may share one inventory item: they are one listing, since they have one count.
 */
import { z } from 'zod';
import type { Attempt, ChannelAccount, ListingPage, RemoteListing } from '#runtime/sync/channel.ts';
import { BulkCursor, bulkPage, startBulk } from './bulk-listings.ts';
import { numericId } from './gid.ts';
import { type KeptLocation, keptLocations, mappedLocations } from './kept-locations.ts';
import { isListed, listingOf } from './listing-of.ts';
import { listingPage as operation, productListings, variantCount } from './operations/listing-operations.ts';
import type { ShopifySecret } from './secret.ts';
import type { Transport } from './transport.ts';

export interface ListingSizes {
  readonly pageSize: number;
  /** Pages after which a new query begins behind the last id: Shopify pages no deeper than 25,000 objects. */
  readonly pagesPerQuery: number;
  /** Catalogues with more variants are read in bulk. */
  readonly pagedMax: number;
  /** Bytes of a bulk file that are fetched at once. */
  readonly partBytes: number;
}

/** A page of 100 asks for about 500 of the 1000 points that one query may cost, so 20 pages take about a minute. 256 kB have about 650 lines: larger parts only cost memory. */
const SIZES: ListingSizes = { pageSize: 100, pagesPerQuery: 200, pagedMax: 2_000, partBytes: 256 * 1024 };
const PAGES_MAX = 100_000;

const PagedCursor = z.object({
  kind: z.literal('paged'),
  location: z.string(),
  after: z.string().nullable(),
  query: z.string().nullable(),
  /** Pages read so far. */
  pages: z.int(),
  /** How many variants there are, as far as Shopify counts. */
  total: z.int(),
});
type PagedCursor = z.infer<typeof PagedCursor>;

/** Where an import is. Kept over days and processes. */
const Cursor = z.discriminatedUnion('kind', [PagedCursor, BulkCursor]);

export interface ListingSource {
  readonly transport: Transport;
  readonly account: Pick<ChannelAccount<ShopifySecret>, 'baseUrl' | 'locations' | 'secret'>;
}

/** A page of the listings at one location; behind the last one of it begins the next location. */
export async function listingPage(
  source: ListingSource,
  cursor: string | null,
  sizes: ListingSizes = SIZES,
): Promise<ListingPage> {
  const { transport, account } = source;
  const at = cursor === null ? null : Cursor.parse(JSON.parse(cursor));
  const place = at && placeAt(account, at.location);
  // At the beginning; or the locations have been chosen anew meanwhile, and this one is none of them any more.
  if (!at || !place) return await begin(source, (await keptLocations(transport, account))[0], sizes);
  const page =
    at.kind === 'bulk' ? await bulkPage(transport, account.baseUrl, at, place, sizes.partBytes) : null;
  // What was prepared aside came to nothing, or is no longer kept: page by page it goes as well.
  const from = at.kind === 'paged' ? at : firstPage(place, at.total);
  return await onward(source, page ?? (await paged(transport, from, place, sizes)), place, sizes);
}

function placeAt({ locations }: ListingSource['account'], id: string): KeptLocation | undefined {
  const mapped = mappedLocations(locations);
  return mapped.length === 0 ? { id, suffix: '' } : mapped.find((one) => one.id === id);
}

async function begin(
  source: ListingSource,
  place: KeptLocation | undefined,
  sizes: ListingSizes,
): Promise<ListingPage> {
  const { transport } = source;
  if (!place) return { listings: [], next: null, progress: 1 };
  const total = (await transport(variantCount)).productVariantsCount?.count ?? 0;
  if (total > sizes.pagedMax) {
    const bulk = await startBulk(transport, place.id, total);
    if (bulk) return { listings: [], next: JSON.stringify(bulk), progress: 0 };
  }
  const page = await paged(transport, firstPage(place, total), place, sizes);
  return await onward(source, page, place, sizes);
}

/** Each location is read as if it were the only one; the last page of one leads to the first page of the next. */
async function onward(
  source: ListingSource,
  page: ListingPage,
  { id }: KeptLocation,
  sizes: ListingSizes,
): Promise<ListingPage> {
  const { transport, account } = source;
  const mapped = mappedLocations(account.locations).map((one) => one.id);
  if (mapped.length < 2) return page;
  const index = mapped.indexOf(id);
  const progress = (index + (page.progress ?? 0)) / mapped.length;
  if (page.next !== null) return { ...page, progress };
  const next = (await keptLocations(transport, account)).find((one) => mapped.indexOf(one.id) > index);
  const more = await begin(source, next, sizes);
  return {
    // Its counts are the older ones.
    ...page,
    listings: [...page.listings, ...more.listings],
    next: more.next,
    progress: more.next === null ? 1 : progress,
  };
}

function firstPage({ id }: KeptLocation, total: number): PagedCursor {
  return { kind: 'paged', location: id, after: null, query: null, pages: 0, total };
}

async function paged(
  transport: Transport,
  at: PagedCursor,
  place: KeptLocation,
  sizes: ListingSizes,
): Promise<ListingPage> {
  const { location, after, query, total } = at;
  if (at.pages >= PAGES_MAX) throw new Error(`more than ${PAGES_MAX} pages of listings`);
  const variables = { first: sizes.pageSize, after, query, location };
  const { pageInfo, nodes } = (await transport(operation, variables)).productVariants;
  const listings = nodes.filter(isListed).map((node) => listingOf(node, place));
  const pages = at.pages + 1;
  const progress = Math.min(1, (pages * sizes.pageSize) / Math.max(1, total));
  if (!pageInfo.hasNextPage) return { listings, next: null, progress: 1 };
  const last = nodes.at(-1);
  if (!last) throw new Error('Shopify tells of a next page behind an empty one');
  const fullyPaged = pages % sizes.pagesPerQuery === 0;
  const next: PagedCursor = {
    ...at,
    pages,
    query: fullyPaged ? `id:>${numericId(last.id)}` : query,
    after: fullyPaged ? null : pageInfo.endCursor,
  };
  return { listings, next: JSON.stringify(next), progress };
}

/** All listings but those of archived products, each inventory item once. */
export async function* allListings(
  page: (cursor: string | null) => Promise<ListingPage>,
  attempt: Attempt = (call) => call(),
): AsyncGenerator<readonly RemoteListing[]> {
  const seen = new Set<string>();
  for (let cursor: string | null = null, turn = 0; turn < PAGES_MAX; turn += 1) {
    const at: string | null = cursor;
    const { listings, next }: ListingPage = await attempt(() => page(at));
    const fresh = listings.filter(({ externalId }) => !seen.has(externalId));
    for (const { externalId } of fresh) seen.add(externalId);
    if (fresh.length > 0) yield fresh;
    if (next === null) return;
    cursor = next;
  }
  throw new Error(`more than ${PAGES_MAX} pages of listings`);
}

const VARIANT_PAGES_MAX = 25;

/** The listings of one product as they are now; null: it is gone. */
export async function listingsOfProduct(
  transport: Transport,
  productId: string,
  kept: readonly KeptLocation[],
): Promise<RemoteListing[] | null> {
  const found: RemoteListing[] = [];
  for (const place of kept) {
    const there = await listingsOfProductAt(transport, productId, place);
    if (!there) return null;
    found.push(...there);
  }
  return found;
}

async function listingsOfProductAt(
  transport: Transport,
  productId: string,
  place: KeptLocation,
): Promise<RemoteListing[] | null> {
  const found = new Map<string, RemoteListing>();
  for (let after: string | null = null, page = 0; page < VARIANT_PAGES_MAX; page += 1) {
    const variables: Readonly<Record<string, unknown>> = { id: productId, after, location: place.id };
    const variants = (await transport(productListings, variables)).node?.variants;
    if (!variants) return null;
    for (const node of variants.nodes.filter(isListed)) {
      const listing = listingOf(node, place);
      found.set(listing.externalId, listing);
    }
    if (!variants.pageInfo.hasNextPage) break;
    after = variants.pageInfo.endCursor;
  }
  return [...found.values()];
}
