/** Orders, and one of them with its history. */
import type { Filter } from 'mongodb';
import { z } from 'zod';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import { type ClientId, OrderId } from '#runtime/ids.ts';
import type { ConflictDocument } from '#runtime/orders/conflicts.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import type { MovementDocument } from '#runtime/stock/stock-document.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { type ConnectionNames, connectionNames } from './names.ts';
import { timelineOf } from './order-timeline.ts';
import { ListQuery, literally, pageOf, readCursor } from './paging.ts';
import { clientRoute, type Route } from './route.ts';
import { OrderRow, OrderView, pageOfRows } from './views.ts';

const Query = ListQuery.extend({
  channel: z.string().max(64).optional(),
  state: z.enum(['short']).optional(),
});
const Position = z.object({ at: z.coerce.date(), id: OrderId });
/** Orders that a search for a SKU looks through, newest sales first. */
const ORDERS_OF_SKU_MAX = 500;

export function orderRoutes({ database }: ApiOptions): Route[] {
  const list = clientRoute({
    method: 'get',
    path: '/orders',
    summary: 'Orders, newest first; `search`: the beginning of a number, or a SKU',
    may: 'see',
    query: Query,
    answer: pageOfRows(OrderRow),
    run: async ({ clientId, query }) => {
      const after = readCursor(Position, query.cursor);
      const filters: Filter<OrderDocument>[] = [];
      if (query.channel) filters.push({ connectionId: query.channel as OrderDocument['connectionId'] });
      if (query.state === 'short') filters.push({ shortLines: { $gt: 0 } });
      if (query.search) filters.push(await matching(clientId, query.search));
      if (after)
        filters.push({
          $or: [{ receivedAt: { $lt: after.at } }, { receivedAt: after.at, _id: { $lt: after.id } }],
        });
      const found = await ordersOf(clientId)
        .find(filters.length > 0 ? { $and: filters } : {})
        .sort({ receivedAt: -1, _id: -1 })
        .limit(query.limit + 1)
        .toArray();
      const names = await connectionNames(database, clientId);
      return pageOf(
        found,
        query.limit,
        (order) => rowOf(order, names),
        ({ receivedAt, _id }) => ({ at: receivedAt, id: _id }),
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

  /** By order number, or by a SKU: the movements know which orders a SKU was sold in. */
  async function matching(clientId: ClientId, search: string): Promise<Filter<OrderDocument>> {
    const movements = new ClientCollection<MovementDocument>(database.db, 'movements', clientId);
    const sold = await movements
      .find({ sku: search as MovementDocument['sku'] }, { projection: { cause: 1 } })
      .sort({ sequence: -1 })
      .limit(ORDERS_OF_SKU_MAX)
      .toArray();
    const ids = [...new Set(sold.flatMap(({ cause }) => (cause.orderId ? [cause.orderId] : [])))];
    const number: Filter<OrderDocument> = { number: { $regex: `^#?${literally(search.replace(/^#/, ''))}` } };
    return ids.length > 0 ? { $or: [number, { _id: { $in: ids } }] } : number;
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
