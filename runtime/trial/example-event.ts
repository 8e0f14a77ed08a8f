/** An example for a flow's trigger, made of what the client has: its shop, two of its products, the stock of today. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { KnownWorld } from '../effects/known-world.ts';
import type { EventTopic } from '../events/event.ts';
import { runningPart } from '../flow/running-part.ts';
import { type ClientId, ConnectionId, MAIN_LOCATION, Sku } from '../ids.ts';
import { type Listing, listingFrom } from '../listings/listing.ts';
import type { Order } from '../orders/order.ts';
import type { Graph } from '../pipelines/graph.ts';
import type { NodeTypes } from '../pipelines/node-type.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import type { SampleEvent } from './sample-event.ts';

const PRODUCTS = 2;
const CONNECTION = ConnectionId.parse('example-shop');
const UNITS = 20;

/** The topic of the first trigger that is switched on; null: the flow has none that an example can be made for. */
export function topicOf(graph: Graph, types: NodeTypes): SampleEvent['topic'] | null {
  const wanted = runningPart(graph).nodes.map(({ type }) => types.get(type)?.wants ?? null);
  const known: readonly (EventTopic | null)[] = ['order.changed', 'stock.changed', 'listing.changed'];
  return (wanted.find((topic) => known.includes(topic)) ?? null) as SampleEvent['topic'] | null;
}

/** What a flow may meet: of two products that are counted and listed, or made-up ones where the client has none yet. */
export async function exampleEvent(
  topic: SampleEvent['topic'],
  { db, clientId, world }: { readonly db: Db; readonly clientId: ClientId; readonly world: KnownWorld },
): Promise<SampleEvent> {
  const found = await new ClientCollection<ListingDocument>(db, 'listings', clientId)
    .find({ tracked: true, sku: { $gt: Sku.parse(' ') } })
    .sort({ _id: 1 })
    .limit(PRODUCTS)
    .toArray();
  const skus = [...new Set(found.flatMap(({ sku }) => sku ?? []))];
  const levels = [...(await world.levels(skus)).values()];
  if (levels.length === 0)
    return sampleOf(topic, [madeUpLevel()], [madeUpListing()], { [CONNECTION]: 'Example shop' });
  const listings = (await Promise.all(levels.map(({ sku }) => world.listings(sku, null)))).flat();
  const names = Object.fromEntries(listings.map(({ connectionId: id }) => [id, world.nameOf(id)]));
  return sampleOf(
    topic,
    levels,
    found.length > 0 ? [...listings, ...found.map(listingFrom)].filter(isFirst) : listings,
    names,
  );
}

const isFirst = (one: Listing, index: number, all: readonly Listing[]): boolean =>
  all.findIndex(
    ({ connectionId: id, externalId }) => id === one.connectionId && externalId === one.externalId,
  ) === index;

function sampleOf(
  topic: SampleEvent['topic'],
  levels: StockLevel[],
  listings: Listing[],
  names: Record<string, string>,
): SampleEvent {
  const receivedAt = new Date();
  const source = listings[0]?.connectionId ?? CONNECTION;
  const common = { receivedAt, world: { levels, listings, kits: [], orders: [], names } };
  if (topic === 'stock.changed')
    return { topic, source: 'syncflow', stock: { by: 'order', levels }, ...common };
  if (topic === 'listing.changed') return { topic, source, listings: listings.slice(0, 1), ...common };
  return {
    topic,
    source,
    order: orderOf(source, levels, receivedAt),
    moments: ['created', 'paid'],
    ...common,
  };
}

/** One unit of each product, paid a moment ago. */
function orderOf(connectionId: ConnectionId, levels: readonly StockLevel[], at: Date): Order {
  const unitPrice = { amount: 1_950, currency: 'EUR' };
  return {
    connectionId,
    channel: 'example',
    externalId: 'example-1001',
    number: '#1001',
    status: 'open',
    placedAt: at,
    updatedAt: at,
    paid: true,
    total: { amount: unitPrice.amount * levels.length, currency: 'EUR' },
    lines: levels.map(({ sku, title }, index) => ({
      lineId: String(index + 1),
      sku,
      title,
      quantity: 1,
      taken: 1,
      unitPrice,
    })),
  };
}

function madeUpLevel(): StockLevel {
  const counts = { onHand: UNITS, reserved: 0, available: UNITS };
  const sku = Sku.parse('EXAMPLE-1');
  return {
    sku,
    title: 'Example',
    ...counts,
    backordered: 0,
    byLocation: { [MAIN_LOCATION]: counts },
    version: 1,
    taken: {},
  };
}

function madeUpListing(): Listing {
  const sku = Sku.parse('EXAMPLE-1');
  return {
    connectionId: CONNECTION,
    externalId: '1',
    title: 'Example',
    sku,
    ownSku: sku,
    barcode: null,
    tracked: true,
    quantity: UNITS,
    oversell: false,
  };
}
