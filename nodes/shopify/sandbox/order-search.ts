/** The field `orders`: by number, or what changed or was placed in a period. */
import { GraphQLError } from 'graphql';
import type { AppState } from './app-state.ts';
import { seqOfNumber } from './ids.ts';
import type { OrderBook } from './order-book.ts';
import type { OrderNodes } from './order-nodes.ts';
import { figuresOf, type OrderRecord, orderName } from './order-record.ts';
import { connection, type PageArguments, pageSize, placeAfter } from './page.ts';

export type OrderSearch = PageArguments & {
  readonly query?: string | null;
  readonly sortKey?: string | null;
};

/** Shopify stamps whole seconds, and compares them so. */
const SECOND_MS = 1_000;

export function orderSearch(
  orders: OrderBook,
  nodes: OrderNodes,
  app: AppState,
): (search: OrderSearch) => unknown {
  return (search) => {
    const size = pageSize(search);
    const query = search.query ?? '';
    const name = /^(name|id):"?#?([^"]{1,64})"?$/.exec(query);
    if (name)
      return connection(
        named(name[1] ?? '', name[2] ?? '', orders),
        size,
        (order) => [order.seq],
        nodes.order,
      );
    if (search.sortKey === 'UPDATED_AT') return updated(search, query, size, orders, nodes, app);
    const [from, until] = query === '' ? [0, Number.POSITIVE_INFINITY] : placedBounds(query);
    const [last = 0] = placeAfter(search, [0]);
    const rows: OrderRecord[] = [];
    for (let after = last; rows.length <= size; ) {
      const found = orders.after(after, size + 1);
      rows.push(...found.filter(({ placedAtMs }) => placedAtMs >= from && placedAtMs < until));
      after = found.at(-1)?.seq ?? 0;
      if (found.length <= size) break;
    }
    return connection(rows, size, (order) => [order.seq], nodes.order);
  };
}

function updated(
  search: OrderSearch,
  query: string,
  size: number,
  orders: OrderBook,
  nodes: OrderNodes,
  app: AppState,
): unknown {
  const start = query === '' ? [0, 0] : [bound(query, 'updated_at:>=') - 1, Number.MAX_SAFE_INTEGER];
  const [atMs = 0, afterSeq = 0] = placeAfter(search, start);
  const newest = Date.now() - app.searchLagMs;
  const rows = orders
    .updatedSince({ atMs, afterSeq }, size + 1)
    // The index behind the search has not heard of these yet.
    .filter((order) => app.searchLagMs === 0 || figuresOf(order).updatedAtMs <= newest);
  return connection(rows, size, (order) => [figuresOf(order).updatedAtMs, order.seq], nodes.order);
}

function named(field: string, value: string, orders: OrderBook): OrderRecord[] {
  const seq = field === 'id' ? seqOfNumber('Order', value) : Number(value) - Number(orderName(0).slice(1));
  const order = orders.bySeq(seq || 0);
  return order ? [order] : [];
}

/** `processed_at:>='…' processed_at:<'…'` */
function placedBounds(query: string): [number, number] {
  const [from = '', until = '', ...more] = query.split(' ');
  if (more.length > 0) throw unknown(query);
  return [
    bound(from, 'processed_at:>='),
    until === '' ? Number.POSITIVE_INFINITY : bound(until, 'processed_at:<'),
  ];
}

function bound(term: string, field: string): number {
  const text = term.startsWith(field)
    ? /^'?([0-9TZ:.+-]{10,40}?)'?$/.exec(term.slice(field.length))?.[1]
    : '';
  const atMs = Date.parse(text ?? '');
  if (Number.isNaN(atMs)) throw unknown(term);
  return Math.floor(atMs / SECOND_MS) * SECOND_MS;
}

function unknown(query: string): GraphQLError {
  return new GraphQLError(`the sandbox does not know the search "${query.slice(0, 100)}"`);
}
