/** Orders, and one of them with its history. */
import { ClientCollection } from '#runtime/database/client-collection.ts';
import { type ClientId, OrderId } from '#runtime/ids.ts';
import type { ConflictDocument } from '#runtime/orders/conflicts.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { findPage } from './find-page.ts';
import { type ConnectionNames, connectionNames } from './names.ts';
import { OrderSearch, searchOfOrders } from './order-search.ts';
import { timelineOf } from './order-timeline.ts';
import { ListQuery, pageFrom } from './paging.ts';
import { clientRoute, type Route } from './route.ts';
import { OrderRow, OrderView, pageOfRows } from './views.ts';

const Query = ListQuery.extend(OrderSearch.shape);

export function orderRoutes({ database }: ApiOptions): Route[] {
  const list = clientRoute({
    method: 'get',
    path: '/orders',
    summary:
      'Orders, newest first. A long list is looked through in parts: a page may be short and still have a next one',
    may: 'see',
    query: Query,
    answer: pageOfRows(OrderRow),
    run: async ({ clientId, query }) => {
      const search = searchOfOrders(query);
      if (!search) return pageFrom([], null);
      const { found, next } = await findPage(ordersOf(clientId), search, query);
      const names = await connectionNames(database, clientId);
      return pageFrom(
        found.map((order) => rowOf(order, names)),
        next,
      );
    },
  });

  const one = clientRoute({
    method: 'get',
    path: '/orders/:id',
    summary: 'One order with what happened to it',
    may: 'see',
    answer: OrderView,
    run: async ({ clientId, params }) => {
      const id = OrderId.safeParse(params.id);
      const order = id.success ? await ordersOf(clientId).findOne({ _id: id.data }) : null;
      if (!order) throw new Problem(404, 'No such order', 'There is no order with this id in your list.');
      const names = await connectionNames(database, clientId);
      const conflicts = await new ClientCollection<ConflictDocument>(database.db, 'conflicts', clientId)
        .find({ orderId: order._id })
        .toArray();
      return {
        ...rowOf(order, names),
        items: order.lines.map(({ lineId, sku, title, quantity, state, unitPrice }) => ({
          lineId,
          sku,
          title,
          quantity,
          state,
          unitPrice,
        })),
        timeline: timelineOf(order, conflicts, names),
      };
    },
  });

  function ordersOf(clientId: ClientId) {
    return new ClientCollection<OrderDocument>(database.db, 'orders', clientId);
  }

  return [list, one];
}

function rowOf(order: OrderDocument, names: ConnectionNames): OrderRow {
  return {
    id: order._id,
    number: order.number,
    connection: names(order.connectionId),
    status: order.status,
    placedAt: order.placedAt.toISOString(),
    receivedAt: order.receivedAt.toISOString(),
    total: order.total,
    lines: order.lines.length,
    units: order.lines.reduce((sum, { quantity }) => sum + quantity, 0),
    firstTitle: order.lines[0]?.title ?? '',
    shortLines: order.shortLines,
  };
}
