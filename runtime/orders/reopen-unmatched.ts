/** Lines that nobody could match to a SKU are booked after all, once a person has said what they are. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, Sku } from '../ids.ts';
import type { StockDocument } from '../stock/stock-document.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import { changeOrder } from './change-order.ts';
import { lineOfSku, SETTLED_MS } from './line-log.ts';
import type { OrderDocument, StoredLine } from './order-document.ts';

/**
 * Gives the lines of a listing their SKU, and leaves their orders to be booked by whoever finishes orders. What the
 * ledger never knew of was never booked, so nothing is booked twice.
 * @returns how many orders will be booked again.
 */
export async function reopenUnmatched(
  db: Db,
  clientId: ClientId,
  { connectionId, externalId, ref }: Pick<ListingDocument, 'connectionId' | 'externalId' | 'ref'>,
  sku: Sku,
): Promise<number> {
  const orders = new ClientCollection<OrderDocument>(db, 'orders', clientId);
  const stock = new ClientCollection<StockDocument>(db, 'stock', clientId);
  const since = new Date(Date.now() - SETTLED_MS);
  const { variantId } = ref;
  const sold = [{ listing: externalId }, ...(variantId === undefined ? [] : [{ variant: variantId }])];
  const isUnbooked = async (line: StoredLine) =>
    (line.listing === externalId || (variantId !== undefined && line.variant === variantId)) &&
    (line.state === 'unmatched' || (isUntouched(line) && !(await isHeld(stock, line.sku))));
  const wanted = { $elemMatch: { $or: sold, state: { $in: ['unmatched', 'waiting'] } } } as const;
  const found = orders.find(
    { connectionId, receivedAt: { $gte: since }, lines: wanted },
    { projection: { _id: 1 } },
  );
  let count = 0;
  for await (const { _id } of found)
    if (await changeOrder(orders, _id, (order) => reopened(order, isUnbooked, sku))) count += 1;
  return count;
}

/** Nothing of it was booked yet: when it is, it would be found that it is unmatched. */
function isUntouched({ state, accounts }: StoredLine): boolean {
  return state === 'waiting' && accounts.length === 0;
}

/** A line that waits to be booked under a SKU of the ledger stays with it: that may be happening at this moment. */
async function isHeld(stock: ClientCollection<StockDocument>, sku: Sku | null): Promise<boolean> {
  return sku !== null && (await stock.findOne({ sku }, { projection: { _id: 1 } })) !== null;
}

/** Of the order as it is now: it may have been read before the match. @returns null: none of its lines. */
async function reopened(
  order: OrderDocument,
  isUnbooked: (line: StoredLine) => Promise<boolean>,
  sku: Sku,
): Promise<Record<string, StoredLine> | null> {
  const lines: Record<string, StoredLine> = {};
  for (const [index, line] of order.lines.entries())
    if (await isUnbooked(line)) lines[`lines.${index}`] = lineOfSku(line, sku);
  return Object.keys(lines).length > 0 ? lines : null;
}
