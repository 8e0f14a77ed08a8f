/** A product was made, changed or deleted in a shop: its listings are read again, and kept as an import keeps them. */
import { ClientCollection } from '../database/client-collection.ts';
import { type ImportRequest, keepListings } from '../sync/import-listings.ts';
import { type ListingDocument, listingIdOf } from '../sync/listing-document.ts';
import type { ListingNews } from '../sync/listing-news.ts';
import { GONE } from './gone.ts';
import { importsOf } from './import-document.ts';

/** May be repeated. @returns the ids of the product's listings as they are now; those that are gone are left out. */
export async function takeListingNews(
  request: Omit<ImportRequest, 'attempt' | 'signal' | 'progress'>,
  { product, ref }: ListingNews,
): Promise<string[]> {
  const { db, clientId, connectionId, client } = request;
  if (!client.listingsOf) return [];
  const asOf = new Date();
  const shown = (await client.listingsOf(product)) ?? [];
  // Before the first import has begun there is no place for it, and the import will see it.
  const run = (await importsOf({ db, clientId }).findOne({ _id: connectionId }))?.run;
  if (run === undefined) return [];
  await keepListings(request, shown, { run, asOf });
  const ids = shown.map(({ externalId }) => listingIdOf(connectionId, externalId));
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const ofProduct = Object.fromEntries(Object.entries(ref).map(([name, value]) => [`ref.${name}`, value]));
  if (Object.keys(ofProduct).length > 0) {
    const gone = { connectionId, ...ofProduct, _id: { $nin: ids }, tracked: true };
    await listings.updateMany(gone, { $set: GONE });
  }
  return ids;
}
