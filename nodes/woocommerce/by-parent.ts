/** Stock is read and written by one endpoint for products and by one for the variations of each parent. */
import type { ListingRef } from '#runtime/sync/channel.ts';
import { numericId } from './listing-row.ts';

export interface StockGroup<T> {
  /** `products` or `products/<parent>/variations`. */
  readonly path: string;
  /** The same without ids, for the limiter and the metrics. */
  readonly name: string;
  readonly variations: boolean;
  /** By WooCommerce's own id. */
  readonly items: ReadonlyMap<number, T>;
}

/** @throws {TypeError} when a ref was not made by this channel, or a listing is there twice. */
export function byParent<T extends ListingRef>(listings: readonly T[]): StockGroup<T>[] {
  const groups = new Map<string, StockGroup<T> & { items: Map<number, T> }>();
  for (const listing of listings) {
    const id = numericId(listing.ref, 'productId');
    const variations = listing.ref.parentId !== undefined;
    const path = variations ? `products/${numericId(listing.ref, 'parentId')}/variations` : 'products';
    const name = variations ? 'products/*/variations' : 'products';
    const group = groups.get(path) ?? { path, name, variations, items: new Map<number, T>() };
    if (group.items.has(id)) throw new TypeError(`Listing ${listing.externalId} was given twice`);
    group.items.set(id, listing);
    groups.set(path, group);
  }
  return [...groups.values()];
}
