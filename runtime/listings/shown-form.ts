/** What is to be seen of a listing in its shop, but for its count. */
import { isDeepStrictEqual } from 'node:util';
import type { RemoteListing } from '../sync/channel.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import { comparableBarcode } from './barcode.ts';

type ShownForm = Pick<
  ListingDocument,
  'ref' | 'title' | 'tracked' | 'ownSku' | 'barcode' | 'oversell' | 'countedBy'
>;

/** As it is kept. */
export function shownForm(listing: RemoteListing): ShownForm {
  return {
    ref: listing.ref,
    title: listing.title,
    tracked: listing.tracked,
    ownSku: listing.sku,
    barcode: comparableBarcode(listing.barcode),
    oversell: listing.oversell ?? false,
    countedBy: listing.countedBy ?? null,
  };
}

/** Whether we hold exactly what the shop tells: to read the listing again would change nothing but its count. */
export function hasForm(kept: ShownForm, told: RemoteListing): boolean {
  return Object.entries(shownForm(told)).every(([field, value]) =>
    isDeepStrictEqual(kept[field as keyof ShownForm], value),
  );
}
