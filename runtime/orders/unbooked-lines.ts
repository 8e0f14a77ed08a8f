/**
 * Tells apart the lines that the ledger has no part in: products that the shop does not count, products that nobody
 * matched to a SKU, and lines that came back before we first saw the order.
 */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, Sku } from '../ids.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import type { LineState, StoredLine } from './order-document.ts';

/** The states of such lines, in their order. */
export async function statesOfUnbooked(
  db: Db,
  clientId: ClientId,
  lines: readonly Pick<StoredLine, 'sku' | 'changes'>[],
): Promise<LineState[]> {
  const skus = lines.flatMap(({ sku }) => (sku === null ? [] : [sku]));
  const notCounted = skus.length === 0 ? new Set<Sku>() : await notCountedOf(db, clientId, skus);
  return lines.map(({ sku, changes }) => {
    if (sku === null) return 'unmatched';
    if (notCounted.has(sku)) return 'not-counted';
    return changes.length > 0 ? 'unmatched' : 'returned';
  });
}

async function notCountedOf(db: Db, clientId: ClientId, skus: readonly Sku[]): Promise<Set<Sku>> {
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const found = listings.find({ sku: { $in: [...skus] }, tracked: false }, { projection: { sku: 1 } });
  const notCounted = new Set<Sku>();
  for await (const { sku } of found) if (sku) notCounted.add(sku);
  return notCounted;
}
