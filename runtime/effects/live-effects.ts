/** The effects that really happen: orders are kept, stock is booked, channels are told, people are warned. */
import type { Db } from 'mongodb';
import type { Alerts } from '../alerts/alerts.ts';
import { batchCalls } from '../batch-calls.ts';
import type { ReadAnswer, ReadRequest } from '../clients/service.ts';
import { orderChanged } from '../endpoints/happenings.ts';
import { isToldOf, tellEndpoints } from '../endpoints/tell-endpoints.ts';
import { Rejected } from '../errors.ts';
import type { EventTopic, IncomingEvent } from '../events/event.ts';
import { acceptEvent } from '../events/inbox.ts';
import { type ClientId, ConnectionId, type PipelineId } from '../ids.ts';
import { withKits } from '../kits/with-kits.ts';
import type { LiveLater } from '../later/live-later.ts';
import { listingsOfNews, listingsOfSku } from '../listings/find-listings.ts';
import { LineResolver } from '../listings/resolve-lines.ts';
import { captureOrder } from '../orders/capture-order.ts';
import type { Order } from '../orders/order.ts';
import type { OrderBooking } from '../orders/order-booking.ts';
import { orderMoments } from '../orders/order-moments.ts';
import { withShelves } from '../orders/shelves.ts';
import { enqueue, type OutboxMessage } from '../outbox/enqueue.ts';
import type { Sharing } from '../sharing/sharing.ts';
import type { StockLedger } from '../stock/ledger.ts';
import { newestLevelOf } from '../stock/newest-level.ts';
import { setStock } from '../stock/set-stock.ts';
import { readStockChanged, stockChangedBody } from '../stock/stock-changed.ts';
import type { Channel, ChannelClient, LocationLink } from '../sync/channel.ts';
import { readListingNews } from '../sync/listing-news.ts';
import { type PublishRequest, publish } from '../sync/publish.ts';
import type { Effects } from './node-context.ts';

/** Something of a client changed: the page that shows it asks again. */
export type ChangedTopic =
  | 'orders'
  | 'stock'
  | 'conflicts'
  | 'alerts'
  | 'connections'
  | 'pipelines'
  | 'dead-letters'
  | 'outbox'
  | 'executions';

/** What of a running connection is needed to act at its channel. */
interface RunningShop {
  readonly channel: Channel;
  readonly client: ChannelClient;
  readonly connection: { readonly locations?: readonly LocationLink[] };
}

export interface LiveEffectsOptions {
  readonly db: Db;
  readonly clientId: ClientId;
  readonly booking: OrderBooking;
  readonly alerts: Alerts;
  readonly sharing: Sharing;
  readonly ledger: StockLedger;
  readonly later: LiveLater;
  readonly read: (connectionId: ConnectionId, request: ReadRequest) => Promise<ReadAnswer>;
  /** The channel of a connection, with its client; undefined when the connection is gone. */
  readonly channelOf: (connectionId: ConnectionId) => RunningShop | undefined;
  /** Whether any running pipeline listens to the topic. */
  readonly wanted: (topic: EventTopic) => boolean;
  /** These connections have something to push. */
  readonly pushes: (connections: ReadonlySet<ConnectionId>) => void;
  /** The inbox has something new that SyncFlow itself put there. */
  readonly eventMade: () => void;
  /** The outbox has something new. */
  readonly messageMade: () => void;
  readonly changed: (topics: readonly ChangedTopic[]) => void;
}

/** For one execution: which event it runs for, and in which pipeline. */
export type EffectsOf = (event: IncomingEvent, pipelineId: PipelineId) => Effects;

const PUBLISHED_TOGETHER_MAX = 500;

/** Makes the live effects of a client. What many messages publish, or ask of levels, at one moment is done as one. */
export function liveEffects(options: LiveEffectsOptions): EffectsOf {
  const { db, clientId, booking, alerts, sharing } = options;
  const lines = new LineResolver(db, clientId);
  const publishOne = batchCalls<PublishRequest, void>(async (requests) => {
    const { connections } = await publish(
      db,
      clientId,
      sharing.kits.isEmpty ? requests : await requestsWithKits(options.ledger, sharing, requests),
      sharing,
    );
    if (connections.size > 0) options.pushes(connections);
    return requests.map(() => undefined);
  }, PUBLISHED_TOGETHER_MAX);

  const levelNow = newestLevelOf(options.ledger);

  async function send(message: OutboxMessage): Promise<void> {
    if (await enqueue(db, clientId, message)) options.messageMade();
  }

  async function isWanted(topic: 'stock.changed'): Promise<boolean> {
    return options.wanted(topic) || (await isToldOf(db, clientId, topic));
  }

  async function placed(order: Order, { client, connection }: RunningShop): Promise<Order> {
    const { locations = [] } = connection;
    return await withShelves(db, clientId, await lines.resolve(order), { client, locations });
  }

  function channelOf(connectionId: ConnectionId) {
    const found = options.channelOf(connectionId);
    if (found) return found;
    throw new Rejected(`connection ${connectionId} no longer exists`, {
      code: 'connection.gone',
      fix: 'Connect the shop again, then retry.',
    });
  }

  return (event, pipelineId) => ({
    readOrder: async (from) => {
      const connectionId = ConnectionId.parse(from.source);
      const shop = channelOf(connectionId);
      const reading = shop.channel.readOrder({ topic: 'order.changed', body: from.body, connectionId });
      return 'order' in reading ? await placed(reading.order, shop) : reading;
    },

    momentsOf: async (order) => await orderMoments(db, clientId, order, event.id),

    readListingsChanged: async (from) =>
      await listingsOfNews(db, clientId, ConnectionId.parse(from.source), readListingNews(from.body)),

    readStockChanged: async (from) => readStockChanged(from.body),

    levelNow,

    soldUnheard: async (sku) => sharing.soldUnheard(sku),

    setStock: async (target) => {
      const level = await setStock(db, clientId, options.ledger, target);
      options.changed(['stock']);
      options.eventMade();
      return level;
    },

    findOrder: async (connectionId, idOrNumber) => {
      const shop = channelOf(connectionId);
      const { channel, client } = shop;
      if (!client.findOrder) {
        throw new Rejected(`SyncFlow can't look up orders on ${channel.title} yet.`, {
          code: 'far-side.unable',
          fix: 'Choose a shop of another kind in the settings of this node.',
        });
      }
      const found = await client.findOrder(idOrNumber);
      if (!found) return null;
      const reading = channel.readOrder({ topic: found.topic, body: found.body, connectionId });
      return 'order' in reading ? await placed(reading.order, shop) : null;
    },

    findListings: async ({ sku, connectionId }) => await listingsOfSku(db, clientId, sku, connectionId),

    captureOrder: async (order) => {
      sharing.heard(order.connectionId, event.receivedAt.getTime() - order.updatedAt.getTime());
      const captured = await captureOrder(db, clientId, order, event.receivedAt);
      if (await tellEndpoints(db, clientId, orderChanged(captured))) options.messageMade();
      options.changed(['orders']);
      return captured;
    },

    bookOrder: async (orderId) => {
      const booked = await booking.book(orderId);
      options.changed(booked.short.length > 0 ? ['orders', 'stock', 'conflicts'] : ['orders', 'stock']);
      if (booked.levels.length > 0 && (await isWanted('stock.changed'))) {
        const made = await acceptEvent(db, {
          clientId,
          source: 'syncflow',
          topic: 'stock.changed',
          dedupeKey: `booked:${event.id}`,
          partition: orderId,
          body: stockChangedBody({ by: 'order', levels: [...booked.levels] }),
        });
        if (made) options.eventMade();
      }
      return booked;
    },

    publish: async (levels, { buffer }) => {
      await Promise.all(levels.map((level) => publishOne({ level, buffer, causedAt: event.receivedAt })));
    },

    raiseAlert: async (request) => {
      const raised = await alerts.raise(pipelineId, request);
      if (raised === 'quiet') return;
      if (request.webhook) {
        const { key, level, title, text } = request;
        await send({
          key: `${key}:webhook`,
          effect: 'webhook',
          connectionId: request.webhook,
          pipelineId,
          subject: `Alert: ${title}`,
          payload: { type: 'alert.raised', data: { level, title, text } },
        });
      }
      if (raised === 'new') options.changed(['alerts']);
    },

    read: async ({ connectionId, ...request }) => await options.read(connectionId, request),

    later: options.later.effectsOf(event, pipelineId),

    send: async (message) => await send({ pipelineId, ...message }),
  });
}

/** Kits that use a component are told with it, and keep back what its flow keeps back. */
async function requestsWithKits(
  ledger: Pick<StockLedger, 'levels'>,
  sharing: Sharing,
  requests: readonly PublishRequest[],
): Promise<PublishRequest[]> {
  const levels = requests.map(({ level }) => level);
  const byLevel = new Map(requests.map((request) => [request.level, request]));
  return (await withKits(ledger, sharing.kits, levels)).flatMap(({ level, cause }) => {
    const request = byLevel.get(cause);
    return request ? [{ ...request, level }] : [];
  });
}
