/** Listings that an import did not see: deleted in the shop, or no longer counted there. */
import { ClientCollection } from '../database/client-collection.ts';
import type { ChannelClient } from '../sync/channel.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import type { ImportOwner } from './import-document.ts';

/** What a listing is once the shop no longer has it. */
export const GONE = {
  tracked: false,
  problem: null,
  dirty: false,
  checkAt: null,
  notBefore: null,
} as const;

/**
 * Asks the shop for each of them once more, since rows may slip through while pages are read, and counts on those that it
 * does not show no longer. Their history stays. @returns how many are gone.
 */
export async function markGone(
  { db, clientId, connectionId }: ImportOwner,
  client: Pick<ChannelClient, 'readQuantities'>,
  run: number,
  batchMax: number,
): Promise<number> {
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const unseen = await listings
    .find({ connectionId, tracked: true, seenRun: { $ne: run } }, { projection: { externalId: 1, ref: 1 } })
    .toArray();
  let gone = 0;
  for (let start = 0; start < unseen.length; start += batchMax) {
    const batch = unseen.slice(start, start + batchMax);
    const shown = await client.readQuantities(batch);
    const ids = batch
      .filter(({ externalId }) => (shown.get(externalId) ?? null) === null)
      .map(({ _id }) => _id);
    if (ids.length === 0) continue;
    await listings.updateMany({ _id: { $in: ids } }, { $set: GONE });
    gone += ids.length;
  }
  return gone;
}
