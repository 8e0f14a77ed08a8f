/** A shop's listings: one for each inventory item, with its count at the location that SyncFlow keeps in step. */
import type { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';
import type { Attempt, RemoteListing } from '#runtime/sync/channel.ts';
import { numericId } from './gid.ts';
import { listingPage, shopLocations } from './operations.ts';
import type { Transport } from './transport.ts';

export interface ListingPages {
  readonly pageSize: number;
  /** Pages after which a new query begins behind the last id: Shopify pages no deeper than 25,000 objects. */
  readonly pagesPerQuery: number;
}

/** A page of 100 asks for about 500 of the 1000 points that one query may cost. */
const PAGES: ListingPages = { pageSize: 100, pagesPerQuery: 200 };
const PAGES_MAX = 100_000;

type Page = z.infer<typeof listingPage.answer>['productVariants'];
type Variant = Page['nodes'][number];

/**
 * Yields all listings but those of archived products, page by page. Several variants may share one inventory
 * item: they are one listing, since they have one count.
 */
export async function* listings(
  transport: Transport,
  attempt: Attempt = (call) => call(),
  pages: ListingPages = PAGES,
): AsyncGenerator<readonly RemoteListing[]> {
  const location = await locationOf(transport);
  const seen = new Set<string>();
  let query: string | null = null;
  let after: string | null = null;
  for (let page = 1; page <= PAGES_MAX; page++) {
    const variables: Readonly<Record<string, unknown>> = { first: pages.pageSize, after, query, location };
    const { pageInfo, nodes }: Page = (await attempt(() => transport(listingPage, variables)))
      .productVariants;
    const fresh = nodes.filter((node) => isNew(node, seen));
    if (fresh.length > 0) yield fresh.map((node) => listingOf(node, location));
    if (!pageInfo.hasNextPage) return;
    const last = nodes.at(-1);
    if (!last) throw new Error('Shopify tells of a next page behind an empty one');
    const fullyPaged = page % pages.pagesPerQuery === 0;
    query = fullyPaged ? `id:>${numericId(last.id)}` : query;
    after = fullyPaged ? null : pageInfo.endCursor;
  }
  throw new Error(`more than ${PAGES_MAX} pages of listings`);
}

/**
 * The primary location where it is active, else the first active one by name.
 * @throws {Rejected} when the shop has none.
 */
async function locationOf(transport: Transport): Promise<string> {
  const { location, locations } = await transport(shopLocations);
  const id = location?.isActive ? location.id : locations.nodes[0]?.id;
  if (id) return id;
  throw new Rejected('The shop has no active location, so there is no stock to keep in step.', {
    code: 'far-side.refused',
    fix: 'Activate a location in Shopify under Settings → Locations, then retry.',
  });
}

function isNew(node: Variant, seen: Set<string>): boolean {
  if (node.product.status === 'ARCHIVED' || seen.has(node.inventoryItem.id)) return false;
  seen.add(node.inventoryItem.id);
  return true;
}

function listingOf(node: Variant, locationId: string): RemoteListing {
  const { id, sku, tracked, inventoryLevel } = node.inventoryItem;
  return {
    externalId: numericId(id),
    ref: { inventoryItemId: id, locationId, variantId: node.id },
    sku: sku?.trim() ? sku : null,
    // A product without options has one variant that bears this name.
    title: node.title === 'Default Title' ? node.product.title : `${node.product.title} – ${node.title}`,
    tracked,
    quantity: tracked ? availableAt(inventoryLevel) : null,
  };
}

/** An item that was never stocked at the location has no level there: nothing of it is on offer. */
export function availableAt(level: Variant['inventoryItem']['inventoryLevel']): number {
  return level?.quantities[0]?.quantity ?? 0;
}
