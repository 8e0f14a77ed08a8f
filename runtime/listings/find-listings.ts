/** Listings by what a flow knows of them: the product that changed, or a SKU. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, ConnectionId, Sku } from '../ids.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import type { ListingNews } from '../sync/listing-news.ts';
import { type Listing, listingFrom } from './listing.ts';

/** More listings of one product or SKU than this are not told. Shopify's own limit of variants is 2,048. */
const FOUND_MAX = 5_000;

/** The listings of a product, also those that are gone. Nothing for a product that can't be told from others. */
export async function listingsOfNews(
  db: Db,
  clientId: ClientId,
  connectionId: ConnectionId,
  { ref }: ListingNews,
): Promise<Listing[]> {
  const names = Object.entries(ref);
  if (names.length === 0) return [];
  const ofProduct = Object.fromEntries(names.map(([name, value]) => [`ref.${name}`, value]));
  return await found(db, clientId, { connectionId, ...ofProduct });
}

/** @param connectionId null: in all shops. */
export async function listingsOfSku(
  db: Db,
  clientId: ClientId,
  sku: Sku,
  connectionId: ConnectionId | null,
): Promise<Listing[]> {
  return await found(db, clientId, { sku, ...(connectionId && { connectionId }) });
}

async function found(db: Db, clientId: ClientId, filter: object): Promise<Listing[]> {
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const kept = await listings.find(filter).sort({ _id: 1 }).limit(FOUND_MAX).toArray();
  return kept.map(listingFrom);
}
