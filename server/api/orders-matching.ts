/** Finds orders by what a person types: beginnings of words of the number, of SKUs, of titles. */
import type { Db } from 'mongodb';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { ClientId, OrderId } from '#runtime/ids.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import { findPage } from './find-page.ts';
import { OrderSearch, searchOfOrders } from './order-search.ts';

/** Ids of `max` orders at most: of a search that finds very many, of those among the newest. */
export async function ordersMatching(
  db: Db,
  clientId: ClientId,
  text: string,
  max: number,
): Promise<OrderId[]> {
  const search = searchOfOrders(OrderSearch.parse({ search: text }));
  if (!search) return [];
  const orders = new ClientCollection<OrderDocument>(db, 'orders', clientId);
  const { found } = await findPage(orders, { ...search, projection: { placedAt: 1 } }, { limit: max });
  return found.map(({ _id }) => _id);
}
