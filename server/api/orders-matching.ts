/** Finds orders by what a person types: an order number (its beginning is enough), or a whole SKU. */
import type { Db } from 'mongodb';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { ClientId, OrderId } from '#runtime/ids.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import type { MovementDocument } from '#runtime/stock/stock-document.ts';
import { literally } from './paging.ts';

/** Ids of the newest `max` orders by number, and of the newest `max` sales of a SKU. */
export async function ordersMatching(
  db: Db,
  clientId: ClientId,
  search: string,
  max: number,
): Promise<OrderId[]> {
  const [byNumber, bySku] = await Promise.all([
    new ClientCollection<OrderDocument>(db, 'orders', clientId)
      .find({ number: { $regex: `^#?${literally(search.replace(/^#/, ''))}` } }, { projection: { _id: 1 } })
      .sort({ receivedAt: -1 })
      .limit(max)
      .toArray(),
    new ClientCollection<MovementDocument>(db, 'movements', clientId)
      .find({ sku: search as MovementDocument['sku'] }, { projection: { cause: 1 } })
      .sort({ sequence: -1 })
      .limit(max)
      .toArray(),
  ]);
  const sold = bySku.flatMap(({ cause }) => (cause.orderId ? [cause.orderId] : []));
  return [...new Set([...byNumber.map(({ _id }) => _id), ...sold])];
}
