/**
 * The world of recorded events: what the database holds, read and never written. What the events have booked when they
 * really came is put back first, so that a flow that is tried meets the stock that they met.
 */
import type { Db } from 'mongodb';
import type { ConnectionDocument } from '../clients/connection-model.ts';
import { ClientCollection } from '../database/client-collection.ts';
import type { KnownWorld } from '../effects/known-world.ts';
import type { IncomingEvent } from '../events/event.ts';
import { type ClientId, ConnectionId, type OrderId, type Sku } from '../ids.ts';
import { listingsOfNews, listingsOfSku } from '../listings/find-listings.ts';
import type { Listing } from '../listings/listing.ts';
import { LineResolver } from '../listings/resolve-lines.ts';
import { Order } from '../orders/order.ts';
import type { OrderDocument } from '../orders/order-document.ts';
import { type OrderMoment, toldMoments } from '../orders/order-moments.ts';
import { Sharing } from '../sharing/sharing.ts';
import { StockLedger } from '../stock/ledger.ts';
import { readStockChanged } from '../stock/stock-changed.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import type { Channel } from '../sync/channel.ts';
import { readListingNews } from '../sync/listing-news.ts';
import { StockBefore } from './stock-before.ts';

const ORDERS_AT_ONCE = 500;

/** @param orders whose events are tried. */
export async function databaseWorld(
  db: Db,
  clientId: ClientId,
  channels: ReadonlyMap<string, Channel>,
  orders: readonly OrderId[],
): Promise<KnownWorld> {
  const connections = await connectionsOf(db, clientId);
  const sharing = await Sharing.open(db, clientId);
  const lines = new LineResolver(db, clientId);
  const kept = new ClientCollection<OrderDocument>(db, 'orders', clientId);
  const { before, moments } = await pastOf(db, clientId, orders);
  const levels = knownLevels(new StockLedger(db, clientId), before);
  const listings = new Map<string, readonly Listing[]>();
  let newest: { readonly id: string; readonly reading: Order | { readonly skipped: string } } | null = null;

  async function readOrder({ source, body }: IncomingEvent) {
    const connectionId = ConnectionId.parse(source);
    const channel = channels.get(connections.get(connectionId)?.channel ?? '');
    if (!channel) return { skipped: 'its connection no longer exists' };
    const reading = channel.readOrder({ topic: 'order.changed', body, connectionId });
    return 'order' in reading ? await lines.resolve(reading.order) : reading;
  }

  return {
    levels,
    kits: sharing.kits,
    listings: async (sku, connectionId) => {
      const key = `${connectionId ?? ''}/${sku}`;
      const found = listings.get(key) ?? (await listingsOfSku(db, clientId, sku, connectionId));
      listings.set(key, found);
      return found;
    },
    readOrder: async (event) => {
      // Both flows that are compared read the same event, one after the other.
      if (newest?.id === event.id) return newest.reading;
      const reading = await readOrder(event);
      newest = { id: event.id, reading };
      return reading;
    },
    momentsOf: ({ id }) => moments.get(id) ?? null,
    readListingsChanged: async ({ source, body }) =>
      await listingsOfNews(db, clientId, ConnectionId.parse(source), readListingNews(body)),
    readStockChanged: ({ body }) => readStockChanged(body),
    findOrder: async (connectionId, idOrNumber) => {
      const named = [{ externalId: idOrNumber }, { number: idOrNumber }];
      const found = await kept.findOne({ connectionId, $or: named });
      return found ? Order.parse(found) : null;
    },
    nameOf: (connectionId) => connections.get(connectionId)?.name ?? connectionId,
    shows: (wish) => sharing.decide(wish).shows,
  };
}

/** What the orders have booked since, and what their events were told of them. */
async function pastOf(db: Db, clientId: ClientId, orders: readonly OrderId[]) {
  const kept = new ClientCollection<OrderDocument>(db, 'orders', clientId);
  const before = new StockBefore();
  const moments = new Map<string, readonly OrderMoment[]>();
  for (let at = 0; at < orders.length; at += ORDERS_AT_ONCE) {
    const ids = orders.slice(at, at + ORDERS_AT_ONCE);
    const projection = { 'lines.accounts': 1, connectionId: 1 };
    const found = await kept.find({ _id: { $in: ids } }, { projection }).toArray();
    for (const order of found) before.putBack(order);
    for (const [event, told] of await toldMoments(db, clientId, ids)) moments.set(event, told);
  }
  return { before, moments };
}

/** Each SKU is read once. */
function knownLevels(ledger: StockLedger, before: StockBefore): KnownWorld['levels'] {
  const levels = new Map<Sku, StockLevel | null>();
  return async (skus) => {
    const unread = skus.filter((sku) => !levels.has(sku));
    if (unread.length > 0) {
      const found = await ledger.levels(unread);
      for (const sku of unread) {
        const level = found.get(sku);
        levels.set(sku, level ? before.levelOf(level) : null);
      }
    }
    return new Map(
      skus.flatMap((sku) => {
        const level = levels.get(sku);
        return level ? [[sku, level] as const] : [];
      }),
    );
  };
}

/** Without their secrets: nothing that is tried needs them. */
async function connectionsOf(
  db: Db,
  clientId: ClientId,
): Promise<ReadonlyMap<ConnectionId, Pick<ConnectionDocument, 'name' | 'channel'>>> {
  const found = await new ClientCollection<ConnectionDocument>(db, 'connections', clientId)
    .find({}, { projection: { name: 1, channel: 1 } })
    .toArray();
  return new Map(found.map((one) => [one._id, one]));
}
