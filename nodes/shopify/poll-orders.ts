/**
 * Orders as they changed or as they were placed, oldest first, and single ones. Facts: shopify.dev,
 * api/usage/search-syntax; the sort key must be that of the search, else Shopify may answer with an error or leave some
 * out. A page's cursor holds the sort value and id of its last row, so rows that change meanwhile leave no gap: they
 * move behind the end.
 */
import { z } from 'zod';
import type { ConnectionId } from '#runtime/ids.ts';
import type { OrdersPage, OrdersQuery, PolledEvent } from '#runtime/sync/channel.ts';
import { bodyOfNode } from './body-of-node.ts';
import { ORDERS_PER_PAGE, type OrderNode, orderPage } from './operations/order-operations.ts';
import { orderEvent } from './order-event.ts';
import { readOrder } from './read-order.ts';
import type { Transport } from './transport.ts';
import { readWhole, wholeOrder } from './whole-order.ts';

export interface OrderSource {
  readonly transport: Transport;
  readonly connectionId: ConnectionId;
}

/** Pages after which a new query begins at the last stamp: Shopify pages no deeper than 25,000 rows. */
const PAGES_PER_QUERY = 2_000;

const Cursor = z.object({
  since: z.string(),
  after: z.string().nullable(),
  pages: z.int(),
});
type Cursor = z.infer<typeof Cursor>;

export async function ordersChanged(
  source: OrderSource,
  { since, cursor }: OrdersQuery,
): Promise<OrdersPage> {
  const at = positionOf(cursor, since);
  const { nodes, next } = await readPage(
    source,
    at,
    'UPDATED_AT',
    `updated_at:>='${at.since}'`,
    (order) => order.updatedAt,
  );
  const last = nodes.at(-1);
  return {
    events: await eventsOf(source, nodes),
    reached: last ? new Date(last.updatedAt) : null,
    next,
  };
}

/** Without the scope `read_all_orders`, Shopify shows those of the last 60 days alone. */
export async function ordersPlaced(
  source: OrderSource,
  { since, until, cursor }: OrdersQuery & { readonly until: Date },
): Promise<OrdersPage> {
  const at = positionOf(cursor, since);
  const query = `processed_at:>='${at.since}' processed_at:<'${until.toISOString()}'`;
  const { nodes, next } = await readPage(source, at, 'PROCESSED_AT', query, (order) => order.processedAt);
  return { events: await eventsOf(source, nodes), reached: null, next };
}

/** By Shopify's own id, or by the number that people call it (`#1001`, `1001`). */
export async function findOrder(source: OrderSource, idOrNumber: string): Promise<PolledEvent | null> {
  const byId = /^\d{5,20}$/.test(idOrNumber)
    ? await readWhole(source.transport, `gid://shopify/Order/${idOrNumber}`)
    : null;
  if (byId) return eventOf(source, byId);
  const name = idOrNumber.replace(/["\\\s]/g, '').slice(0, 64);
  if (name === '') return null;
  const variables = { first: 5, after: null, query: `name:"${name}"`, sortKey: 'PROCESSED_AT' };
  const { nodes } = (await source.transport(orderPage, variables)).orders;
  // The search also finds names that begin so.
  const plain = (text: string) => text.replace(/^#/, '');
  const found = nodes.find((order) => plain(order.name) === plain(name));
  const whole = found && (await wholeOrder(source.transport, found));
  return whole ? eventOf(source, whole) : null;
}

async function readPage(
  { transport }: OrderSource,
  at: Cursor,
  sortKey: 'UPDATED_AT' | 'PROCESSED_AT',
  query: string,
  stampOf: (order: OrderNode) => string,
): Promise<{ readonly nodes: readonly OrderNode[]; readonly next: string | null }> {
  const variables = { first: ORDERS_PER_PAGE, after: at.after, query, sortKey };
  const { pageInfo, nodes } = (await transport(orderPage, variables)).orders;
  const last = nodes.at(-1);
  if (!pageInfo.hasNextPage || !last) return { nodes, next: null };
  const pages = at.pages + 1;
  const deep = pages >= PAGES_PER_QUERY && stampOf(last) > at.since;
  const next: Cursor = deep
    ? { since: new Date(stampOf(last)).toISOString(), after: null, pages: 0 }
    : { ...at, after: pageInfo.endCursor, pages };
  return { nodes, next: JSON.stringify(next) };
}

function positionOf(cursor: string | null, since: Date): Cursor {
  if (cursor === null) return { since: since.toISOString(), after: null, pages: 0 };
  return Cursor.parse(JSON.parse(cursor));
}

async function eventsOf(source: OrderSource, nodes: readonly OrderNode[]): Promise<PolledEvent[]> {
  const events: PolledEvent[] = [];
  for (const node of nodes) {
    const whole = await wholeOrder(source.transport, node);
    const event = whole && eventOf(source, whole);
    if (event) events.push(event);
  }
  return events;
}

/** null: a test order. One that can't be read goes in all the same, so that a person hears of it. */
function eventOf({ connectionId }: OrderSource, node: OrderNode): PolledEvent | null {
  const body = Buffer.from(JSON.stringify(bodyOfNode(node)));
  const topic = 'order.changed' as const;
  try {
    const reading = readOrder({ topic, body, connectionId });
    return 'order' in reading ? { topic, ...orderEvent(reading.order), body } : null;
  } catch {
    const id = node.id.split('/').at(-1);
    return { topic, dedupeKey: `order:${id}:${node.updatedAt}:unreadable`, partition: `order:${id}`, body };
  }
}
