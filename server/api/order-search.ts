/** What the list of orders can be filtered, searched and ordered by. */
import type { Filter } from 'mongodb';
import { z } from 'zod';
import { OrderStatus } from '#runtime/orders/order.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import { beginsWith, termsOf } from '#runtime/search/words.ts';
import type { ListOrder, Search } from './find-page.ts';
import { ListQuery } from './paging.ts';

/** What is looked for, and in which order. */
export const OrderSearch = z.object({
  search: ListQuery.shape.search.describe('Beginnings of words: of the number, of SKUs, of titles'),
  channel: z.string().max(64).optional(),
  state: z.enum(['short']).optional().describe('Too little was there'),
  status: OrderStatus.optional(),
  from: z.iso.datetime().optional().describe('Placed at or after'),
  until: z.iso.datetime().optional().describe('Placed before'),
  sort: z
    .enum(['newest', 'oldest', 'total'])
    .default('newest')
    .describe('Newest: placed last; total: the largest first'),
});

const PLACED = { clientId: 1, placedAt: -1, _id: -1 } as const;
const placedAt = ({ placedAt, _id }: OrderDocument) => ({ at: placedAt.getTime(), id: _id });

const ORDERS: Readonly<Record<z.infer<typeof OrderSearch>['sort'], ListOrder<OrderDocument>>> = {
  newest: {
    field: 'placedAt',
    direction: -1,
    tie: '_id',
    tieDirection: -1,
    index: PLACED,
    kind: 'date',
    positionOf: placedAt,
  },
  oldest: {
    field: 'placedAt',
    direction: 1,
    tie: '_id',
    tieDirection: 1,
    index: PLACED,
    kind: 'date',
    positionOf: placedAt,
  },
  total: {
    field: 'total.amount',
    direction: -1,
    tie: '_id',
    tieDirection: -1,
    index: { clientId: 1, 'total.amount': -1, _id: -1 },
    kind: 'number',
    positionOf: ({ total, _id }) => ({ at: total.amount, id: _id }),
  },
};

/** null: nothing can be found by what was typed. */
export function searchOfOrders(query: z.infer<typeof OrderSearch>): Search<OrderDocument> | null {
  const { search, channel, state, status, from, until, sort } = query;
  const order = ORDERS[sort];
  const narrow: { filter: Filter<OrderDocument>; index: Record<string, 1 | -1> }[] = [];
  if (search) {
    const terms = termsOf(search);
    if (terms.length === 0) return null;
    for (const term of terms)
      narrow.push({ filter: { words: beginsWith(term) }, index: { clientId: 1, words: 1 } });
  }
  if (channel)
    narrow.push({
      filter: { connectionId: channel as OrderDocument['connectionId'] },
      index: { clientId: 1, connectionId: 1, receivedAt: -1 },
    });
  if (status) narrow.push({ filter: { status }, index: { clientId: 1, status: 1 } });
  if (state === 'short')
    narrow.push({ filter: { shortLines: { $gt: 0 } }, index: { clientId: 1, shortLines: 1 } });
  const placed =
    from || until
      ? { placedAt: { ...(from && { $gte: new Date(from) }), ...(until && { $lt: new Date(until) }) } }
      : undefined;
  if (!placed || order.field === 'placedAt') return { order, range: placed, narrow };
  return { order, narrow: [...narrow, { filter: placed, index: PLACED }] };
}
