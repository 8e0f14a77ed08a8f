/** A listing as flows get it: what a shop sells, and what it belongs to here. */
import { z } from 'zod';
import { ConnectionId, Sku } from '../ids.ts';
import { expectedOf, type ListingDocument } from '../sync/listing-document.ts';

export const Listing = z.object({
  connectionId: ConnectionId,
  /** The channel's own id. */
  externalId: z.string(),
  title: z.string(),
  /** The SKU of the stock to which it belongs; null: nobody has matched it yet. */
  sku: Sku.nullable(),
  /** What stands in the shop as its SKU. */
  ownSku: z.string().nullable(),
  barcode: z.string().nullable(),
  /** false: the shop does not count it, or no longer has it. */
  tracked: z.boolean(),
  /** Units that the shop shows, as far as it is known; null: it is not counted. */
  quantity: z.int().nullable(),
  /** The shop goes on selling when nothing is left. */
  oversell: z.boolean(),
});
export type Listing = z.infer<typeof Listing>;

/** A kept listing for a flow. */
export function listingFrom(kept: ListingDocument): Listing {
  const { connectionId, externalId, title, sku, tracked, oversell = false } = kept;
  return {
    connectionId,
    externalId,
    title,
    sku,
    ownSku: kept.ownSku ?? null,
    barcode: kept.barcode ?? null,
    tracked,
    quantity: tracked ? expectedOf(kept) : null,
    oversell,
  };
}
