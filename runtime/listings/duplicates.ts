/** Finds listings of one shop that share a SKU, once all of them are known. */
import { ClientCollection } from '../database/client-collection.ts';
import type { Sku } from '../ids.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import type { ImportOwner } from './import-document.ts';

/** SKUs that are written in one go. */
const TOGETHER_MAX = 500;

/** Marks all of them, and takes the mark from those that are alone by now. @returns how many SKUs are listed more than once. */
export async function markDuplicates({ db, clientId, connectionId }: ImportOwner): Promise<number> {
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const shared = await listings.aggregate<{ readonly _id: { readonly sku: Sku } }>([
    { $match: { connectionId, tracked: true, sku: { $ne: null } } },
    // One product at two locations is no duplicate: each of its listings shows another count.
    { $group: { _id: { sku: '$sku', location: { $ifNull: ['$location', null] } }, listings: { $sum: 1 } } },
    { $match: { listings: { $gt: 1 } } },
  ]);
  const skus = [...new Set(shared.map(({ _id }) => _id.sku))];
  await listings.updateMany(
    { connectionId, problem: 'duplicate-sku', sku: { $nin: skus } },
    { $set: { problem: null } },
  );
  for (let start = 0; start < skus.length; start += TOGETHER_MAX) {
    await listings.updateMany(
      { connectionId, tracked: true, problem: null, sku: { $in: skus.slice(start, start + TOGETHER_MAX) } },
      { $set: { problem: 'duplicate-sku' } },
    );
  }
  return skus.length;
}
