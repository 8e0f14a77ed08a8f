/** The counts that a shop shows now. */
import { z } from 'zod';
import type { ListingRef } from '#runtime/sync/channel.ts';
import { byParent } from './by-parent.ts';
import { countOf, STOCK_FIELDS, StockRow } from './listing-row.ts';
import { past } from './past-caches.ts';
import type { Rest } from './rest.ts';

const LISTINGS_MAX = 100;

/**
 * One call for all products and one for each parent of variations.
 * @returns the quantity by externalId; null: not tracked, shared with the parent, or gone.
 */
export async function readQuantities(
  rest: Rest,
  wanted: readonly ListingRef[],
): Promise<Map<string, number | null>> {
  if (wanted.length > LISTINGS_MAX)
    throw new RangeError(`readQuantities takes at most ${LISTINGS_MAX} listings`);
  const quantities = new Map<string, number | null>(wanted.map((listing) => [listing.externalId, null]));
  for (const { path, name, items } of byParent(wanted)) {
    const query = past({
      include: [...items.keys()].join(','),
      per_page: String(LISTINGS_MAX),
      _fields: STOCK_FIELDS,
    });
    const { body } = await rest({ name: `GET ${name}`, method: 'GET', path, query }, z.array(StockRow));
    for (const row of body) {
      const listing = items.get(row.id);
      if (listing) quantities.set(listing.externalId, countOf(row));
    }
  }
  return quantities;
}
