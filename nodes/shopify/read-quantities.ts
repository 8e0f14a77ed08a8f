/** What the shop offers now. */
import { z } from 'zod';
import type { ListingRef } from '#runtime/sync/channel.ts';
import { availableAt } from './listing-of.ts';
import { itemLevels } from './operations/quantity-operations.ts';
import type { Transport } from './transport.ts';

/** Shopify takes at most 250 values in a list argument. */
export const BATCH_MAX = 250;

/** What listings() put into a listing's `ref`. */
export const Ref = z.object({ inventoryItemId: z.string(), locationId: z.string() });

/** Available units by externalId; null: the item is gone or no longer counted. One call for each location. */
export async function readQuantities(
  transport: Transport,
  listings: readonly ListingRef[],
): Promise<Map<string, number | null>> {
  if (listings.length > BATCH_MAX) throw new Error(`${listings.length} listings in one read`);
  const quantities = new Map<string, number | null>();
  const byLocation = Map.groupBy(listings, (listing) => Ref.parse(listing.ref).locationId);
  for (const [location, wanted] of byLocation) {
    const ids = wanted.map((listing) => Ref.parse(listing.ref).inventoryItemId);
    const { nodes } = await transport(itemLevels, { ids, location });
    const byId = new Map(nodes.filter((node) => node !== null).map((node) => [node.id, node]));
    for (const [index, listing] of wanted.entries()) {
      const item = byId.get(ids[index] ?? '');
      quantities.set(listing.externalId, item?.tracked ? availableAt(item.inventoryLevel) : null);
    }
  }
  return quantities;
}
