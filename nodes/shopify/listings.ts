/**
 * A shop's listings: one for each inventory item, with its count at the location that SyncFlow keeps in step. Small
 * catalogues are read page by page; large ones in bulk, which costs no points, and again in pages where bulk queries
 * are not allowed. Several variants may share one inventory item: they are one listing, since they have one count.
 */
import { z } from 'zod';
import type { Attempt, ListingPage, RemoteListing } from '#runtime/sync/channel.ts';
import { BulkCursor, bulkPage, startBulk } from './bulk-listings.ts';
import { numericId } from './gid.ts';
import { isListed, listingOf } from './listing-of.ts';
import { readLocations } from './locations.ts';
import { listingPage as operation, productListings, variantCount } from './operations/listing-operations.ts';
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

/** @param chosen the location to keep in step; absent: the primary one. */
export async function listingPage(
  transport: Transport,
  baseUrl: string,
  chosen: string | undefined,
  cursor: string | null,
  sizes: ListingSizes = SIZES,
): Promise<ListingPage> {
  if (cursor === null) return await begin(transport, chosen, sizes);
  const at = Cursor.parse(JSON.parse(cursor));
  if (at.kind === 'paged') return await paged(transport, at, sizes);
  const page = await bulkPage(transport, baseUrl, at, sizes.partBytes);
  // What was prepared aside came to nothing, or is no longer kept: page by page it goes as well.
  return page ?? (await paged(transport, firstPage(at.location, at.total), sizes));
}

async function begin(
  transport: Transport,
  chosen: string | undefined,
  sizes: ListingSizes,
): Promise<ListingPage> {
  const [{ kept }, { productVariantsCount }] = [
    await readLocations(transport, chosen),
    await transport(variantCount),
  ];
  const total = productVariantsCount?.count ?? 0;
  if (total > sizes.pagedMax) {
    const bulk = await startBulk(transport, kept.id, total);
    if (bulk) return { listings: [], next: JSON.stringify(bulk), progress: 0 };
  }
  return await paged(transport, firstPage(kept.id, total), sizes);
}

function firstPage(location: string, total: number): PagedCursor {
  return { kind: 'paged', location, after: null, query: null, pages: 0, total };
}

async function paged(transport: Transport, at: PagedCursor, sizes: ListingSizes): Promise<ListingPage> {
  const { location, after, query, total } = at;
  if (at.pages >= PAGES_MAX) throw new Error(`more than ${PAGES_MAX} pages of listings`);
  const variables = { first: sizes.pageSize, after, query, location };
  const { pageInfo, nodes } = (await transport(operation, variables)).productVariants;
  const listings = nodes.filter(isListed).map((node) => listingOf(node, location));
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
  location: string,
): Promise<RemoteListing[] | null> {
  const found = new Map<string, RemoteListing>();
  for (let after: string | null = null, page = 0; page < VARIANT_PAGES_MAX; page += 1) {
    const variables: Readonly<Record<string, unknown>> = { id: productId, after, location };
    const variants = (await transport(productListings, variables)).node?.variants;
    if (!variants) return null;
    for (const node of variants.nodes.filter(isListed)) {
      const listing = listingOf(node, location);
      found.set(listing.externalId, listing);
    }
    if (!variants.pageInfo.hasNextPage) break;
    after = variants.pageInfo.endCursor;
  }
  return [...found.values()];
}
