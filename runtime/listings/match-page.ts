/** Gathers what has to be known to match a page of listings: what was, what the ledger holds, whose barcodes these are. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { type ClientId, Sku } from '../ids.ts';
import type { StockLedger } from '../stock/ledger.ts';
import type { RemoteListing } from '../sync/channel.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import { comparableBarcode } from './barcode.ts';
import { type ListingMatch, matchListing } from './match-listing.ts';

export interface Matching {
  readonly db: Db;
  readonly clientId: ClientId;
  readonly ledger: Pick<StockLedger, 'levels'>;
  /** true: what these listings have as SKU becomes one of the ledger, if it is not there. */
  readonly opensSkus: boolean;
}

/** A listing to match, by what is to be seen of it in the shop. */
type Matchable = Pick<RemoteListing, 'sku' | 'barcode' | 'tracked'>;
type Before = Pick<ListingMatch, 'sku' | 'matchedBy'> | null;

/** Matches listings in three round trips at most. @returns the matches in their order. */
export async function matchPage(
  matching: Matching,
  listings: readonly (Matchable & { readonly before: Before })[],
): Promise<ListingMatch[]> {
  const own = listings.flatMap(({ sku }) => Sku.safeParse(sku).data ?? []);
  const known = await matching.ledger.levels(own);
  const isKnown = (sku: Sku) => matching.opensSkus || known.has(sku);
  const needBarcodes = listings.filter(({ sku, tracked }) => {
    const parsed = Sku.safeParse(sku).data;
    return tracked && !(parsed && isKnown(parsed));
  });
  const skusOf = await skusByBarcode(
    matching,
    needBarcodes.flatMap(({ barcode }) => comparableBarcode(barcode) ?? []),
  );
  return listings.map(({ before, ...listing }) =>
    matchListing(listing, { before, isKnown, skusOf: (barcode) => skusOf.get(barcode) ?? [] }),
  );
}

/** The SKUs of counted listings with these barcodes, as far as the ledger holds them. */
export async function skusByBarcode(
  { db, clientId, ledger }: Pick<Matching, 'db' | 'clientId' | 'ledger'>,
  barcodes: readonly string[],
): Promise<Map<string, Sku[]>> {
  const byBarcode = new Map<string, Sku[]>();
  if (barcodes.length === 0) return byBarcode;
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const found = await listings
    .find(
      { barcode: { $in: [...barcodes] }, sku: { $ne: null }, matchedBy: { $in: ['sku', 'person'] } },
      { projection: { barcode: 1, sku: 1 } },
    )
    .toArray();
  const held = await ledger.levels(found.flatMap(({ sku }) => sku ?? []));
  for (const { barcode, sku } of found) {
    if (!barcode || !sku || !held.has(sku)) continue;
    const skus = byBarcode.get(barcode) ?? [];
    if (!skus.includes(sku)) byBarcode.set(barcode, [...skus, sku]);
  }
  return byBarcode;
}
