/** Contract of every channel: orders come in, whole and once. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  openWebhookListener,
  until,
  type WebhookListener,
} from '#nodes/woocommerce/sandbox/webhook-listener.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import { openInbox } from '#runtime/events/inbox.ts';
import { ClientId, Sku } from '#runtime/ids.ts';
import { matchByHand } from '#runtime/listings/match-by-hand.ts';
import { LineResolver } from '#runtime/listings/resolve-lines.ts';
import type { Order } from '#runtime/orders/order.ts';
import { Poller } from '#runtime/polling/poller.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import type { WebhookDelivery, WebhookReading } from '#runtime/sync/channel.ts';
import { importListings } from '#runtime/sync/import-listings.ts';
import type { ListingDocument } from '#runtime/sync/listing-document.ts';
import { readListingNews } from '#runtime/sync/listing-news.ts';
import { openTestDatabase, type TestDatabase } from '../database/test-database.ts';
import { CHANNEL_TYPES, type ChannelBench, openChannelBench } from './channel-bench.ts';

const PRODUCTS = [
  { sku: 'MUG', title: 'Blue Mug', price: '9.90', quantity: 10 },
  { sku: 'CUP', title: 'Grüne Tasse', price: '7.00', quantity: 2 },
];

describe.each(CHANNEL_TYPES)('orders in from %s', (type) => {
  let shop: ChannelBench;
  let listener: WebhookListener;

  beforeEach(async () => {
    shop = await openChannelBench(type, PRODUCTS);
    listener = await openWebhookListener();
    await shop.client.subscribe(listener.address);
  });
  afterEach(async () => {
    await shop.close();
    await listener.close();
  });

  async function newest(): Promise<Order> {
    await until(() => shop.sandbox.webhooksWaiting() === 0, 'webhooks are sent');
    const readings = listener.deliveries.map((delivery) => shop.reading(delivery));
    const orders = readings.flatMap((reading) => ('order' in reading ? [reading.order] : []));
    return orders.reduce((one, other) => (other.updatedAt >= one.updatedAt ? other : one));
  }

  test('a sale comes as an order that says what the shop took out of its own count', async () => {
    const sale = await shop.buy({ lines: [{ sku: 'MUG', quantity: 3 }] });
    const order = await newest();
    expect(order).toMatchObject({ channel: type, externalId: sale.id, status: 'open' });
    expect(order.lines).toMatchObject([{ lineId: sale.lineIds[0], sku: 'MUG', quantity: 3, taken: 3 }]);
    expect((await shop.quantities()).MUG).toBe(7);
  });

  test.each([
    ['with restock', true, 2],
    ['without restock', false, 3],
  ])('a refund of one unit %s', async (_how, restock, taken) => {
    const sale = await shop.buy({ lines: [{ sku: 'MUG', quantity: 3 }] });
    const lines = [{ lineId: sale.lineIds[0]!, quantity: 1 }];
    await shop.refund({ orderId: sale.id, lines, restock });
    const order = await newest();
    expect(order.lines).toMatchObject([{ quantity: 3, taken }]);
    expect((await shop.quantities()).MUG).toBe(10 - taken);
  });

  test.each([
    ['and puts the units back', true, 0],
    ['and keeps the units out', false, 2],
  ])('a shop that cancels %s', async (_how, restock, taken) => {
    const sale = await shop.buy({ lines: [{ sku: 'MUG', quantity: 2 }] });
    await shop.cancel({ orderId: sale.id, restock });
    const order = await newest();
    expect(order).toMatchObject({ externalId: sale.id, status: 'cancelled', lines: [{ taken }] });
    expect((await shop.quantities()).MUG).toBe(10 - taken);
  });

  test('a customer who gets fewer of one thing, and none of another', async () => {
    const sale = await shop.buy({
      lines: [
        { sku: 'MUG', quantity: 3 },
        { sku: 'CUP', quantity: 1 },
      ],
    });
    const [mugs, cups] = sale.lineIds;
    await shop.edit({
      orderId: sale.id,
      lines: [
        { lineId: mugs!, quantity: 1 },
        { lineId: cups!, quantity: 0 },
      ],
    });
    const order = await newest();
    const taken = Object.fromEntries(order.lines.map((line) => [line.sku, line.taken]));
    expect([taken.MUG, taken.CUP ?? 0]).toEqual([1, 0]);
    expect(await shop.quantities()).toMatchObject({ MUG: 9, CUP: 2 });
  });

  test('a sale beyond what is there: the shop counts below zero, and says so', async () => {
    await shop.buy({ lines: [{ sku: 'CUP', quantity: 5 }] });
    expect((await newest()).lines).toMatchObject([{ sku: 'CUP', taken: 5 }]);
    expect((await shop.quantities()).CUP).toBe(-3);
  });

  test('an order that was placed to try the checkout out is left alone', async () => {
    await shop.buy({ lines: [{ sku: 'MUG', quantity: 1 }], test: true });
    await until(() => shop.sandbox.webhooksWaiting() === 0 && listener.deliveries.length > 0, 'a webhook');
    const readings = listener.deliveries.map((delivery) => shop.reading(delivery));
    expect(readings.filter((reading) => 'order' in reading)).toEqual([]);
  });

  test('the same webhook twice is one event, in the row of its order', async () => {
    await shop.faults({ duplicateWebhooks: true });
    await shop.buy({ lines: [{ sku: 'MUG', quantity: 1 }] });
    await until(() => shop.sandbox.webhooksWaiting() === 0, 'webhooks are sent');
    const events = eventsOf(shop, listener);
    const bodies = new Set(events.map(({ body }) => body.toString()));
    const keys = new Set(events.map(({ reading }) => reading.dedupeKey));
    expect(events.length).toBeGreaterThanOrEqual(bodies.size * 2);
    expect(keys.size).toBeLessThanOrEqual(events.length / 2);
    expect(new Set(events.map(({ reading }) => reading.partition)).size).toBe(1);
  });

  test('a webhook that was changed on the way, or comes from nobody, is refused', async () => {
    await shop.buy({ lines: [{ sku: 'MUG', quantity: 1 }] });
    await until(() => shop.sandbox.webhooksWaiting() === 0, 'webhooks are sent');
    const [{ delivery }] = eventsOf(shop, listener) as [ShopEvent];
    const changed = Buffer.from(delivery.body.toString().replace(/"quantity": ?1/, '"quantity":9'));
    expect(changed.equals(delivery.body)).toBe(false);
    for (const forged of [
      { ...delivery, body: changed },
      { ...delivery, headers: {} },
    ]) {
      expect(shop.channel.readWebhook(forged, shop.account.secret)).toMatchObject({
        kind: 'refused',
        status: 401,
      });
    }
  });

  test('webhooks that somebody deleted or switched off are made anew, and no other is touched', async () => {
    const before = eventsOf(shop, listener).length;
    await shop.client.subscribe(listener.address);
    await shop.buy({ lines: [{ sku: 'MUG', quantity: 1 }] });
    await until(() => shop.sandbox.webhooksWaiting() === 0, 'webhooks are sent');
    const once = eventsOf(shop, listener).length - before;
    const elsewhere = await openWebhookListener();
    await shop.client.subscribe(elsewhere.address);
    await shop.client.subscribe(elsewhere.address);
    await shop.buy({ lines: [{ sku: 'MUG', quantity: 1 }] });
    await until(() => shop.sandbox.webhooksWaiting() === 0, 'webhooks are sent');
    expect(eventsOf(shop, elsewhere)).toHaveLength(once);
    await elsewhere.close();
  });

  test('whatever order its states come in, the newest one wins by its stamp', async () => {
    const sale = await shop.buy({ lines: [{ sku: 'MUG', quantity: 3 }] });
    await until(() => shop.sandbox.webhooksWaiting() === 0, 'the sale is told');
    // Channels stamp whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await shop.cancel({ orderId: sale.id, restock: true });
    const order = await newest();
    expect(order.status).toBe('cancelled');
    const orders = listener.deliveries.flatMap((delivery) => {
      const reading = shop.reading(delivery);
      return 'order' in reading ? [reading.order] : [];
    });
    const older = orders.filter(({ status }) => status === 'open');
    expect(older.length).toBeGreaterThan(0);
    for (const one of older) expect(one.updatedAt.getTime()).toBeLessThan(order.updatedAt.getTime());
    expect(new Set(orders.map(({ placedAt }) => placedAt.getTime())).size).toBe(1);
  });
});

interface ShopEvent {
  readonly delivery: WebhookDelivery;
  readonly body: Buffer;
  readonly reading: Extract<WebhookReading, { readonly kind: 'event' }>;
}

/** The order events that came to a listener. */
function eventsOf(shop: ChannelBench, { deliveries }: WebhookListener): ShopEvent[] {
  return deliveries.flatMap((delivery) => {
    const reading = shop.channel.readWebhook(delivery, shop.account.secret);
    const isOrder = reading.kind === 'event' && reading.topic === 'order.changed';
    return isOrder ? [{ delivery, body: delivery.body, reading }] : [];
  });
}

/** Channels that tell what changed when they are asked. */
const POLLED = CHANNEL_TYPES;
const POLL_MS = 300;

describe.each(POLLED)('orders that %s is asked for', (type) => {
  let database: TestDatabase;
  let shop: ChannelBench;
  let poller: Poller;
  let clientId: ClientId;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    clientId = ClientId.parse(`c-${randomUUID()}`);
    shop = await openChannelBench(type, PRODUCTS);
    const { connectionId } = shop.account;
    poller = new Poller({
      db: database.db,
      clientId,
      connectionId,
      client: shop.client,
      accept: openInbox(() => database.db),
      overlapMs: 60_000,
      webhookAddress: null,
      found: () => {},
      troubled: () => {},
      pollMs: POLL_MS,
    });
    await database.db.collection('polls').deleteMany({});
  });
  afterEach(async () => {
    await poller.stop();
    await shop.close();
  });

  async function inbox(): Promise<Order[]> {
    const events = database.db.collection<EventDocument>('events');
    const found = await events.find({ clientId, topic: 'order.changed' }).sort({ _id: 1 }).toArray();
    return found.flatMap(({ body }) => {
      const { connectionId } = shop.account;
      const reading = shop.channel.readOrder({
        topic: 'order.changed',
        connectionId,
        body: Buffer.from(body.value()),
      });
      return 'order' in reading ? [reading.order] : [];
    });
  }

  test('what a person matched to another SKU is known in orders, however they come', async () => {
    const { connectionId } = shop.account;
    const ledger = new StockLedger(database.db, clientId);
    const owner = { db: database.db, clientId };
    await ledger.addSkus([{ sku: Sku.parse('HOUSE-CUP'), title: 'Cup' }]);
    const { channel, client } = shop;
    await importListings({ ...owner, connectionId, channel, client, ledger, countingAuthority: false });
    const cup = await database.db
      .collection<ListingDocument>('listings')
      .findOne({ clientId, ownSku: 'CUP' });
    await matchByHand(owner, ledger, cup?._id ?? '', Sku.parse('HOUSE-CUP'));
    const listener = await openWebhookListener();
    await shop.client.subscribe(listener.address);
    await shop.buy({ lines: [{ sku: 'CUP', quantity: 1 }] });
    await until(() => shop.sandbox.webhooksWaiting() === 0 && listener.deliveries.length > 0, 'a webhook');
    const told = listener.deliveries.flatMap((delivery) => {
      const reading = shop.reading(delivery);
      return 'order' in reading ? [reading.order] : [];
    });
    poller.start();
    let polled: Order[] = [];
    for (const untilMs = Date.now() + 5_000; polled.length === 0 && Date.now() < untilMs; )
      polled = await inbox();
    const resolver = new LineResolver(database.db, clientId);
    for (const order of [told.at(-1), polled[0]]) {
      expect(order?.lines).toMatchObject([{ sku: 'CUP' }]);
      expect((await resolver.resolve(order as Order)).lines).toMatchObject([{ sku: 'HOUSE-CUP' }]);
    }
    await listener.close();
  });

  test('a lost webhook is healed within the time between two polls', async () => {
    poller.start();
    await until(() => shop.calls.length > 0, 'the first poll');
    await shop.faults({ dropWebhooks: true });
    const sale = await shop.buy({ lines: [{ sku: 'MUG', quantity: 2 }] });
    const soldAtMs = Date.now();
    let orders: Order[] = [];
    while (orders.length === 0 && Date.now() - soldAtMs < 5_000) orders = await inbox();
    // The time of the poll itself comes on top of the interval.
    expect(Date.now() - soldAtMs).toBeLessThan(POLL_MS + 700);
    expect(orders).toMatchObject([{ externalId: sale.id, lines: [{ sku: 'MUG', taken: 2 }] }]);
  });

  test('a shop that was away is caught up with, oldest first, within its limits', async () => {
    poller.start();
    await until(() => shop.calls.length > 0, 'the first poll');
    await shop.faults({ away: true, dropWebhooks: true });
    const sold: string[] = [];
    for (let sale = 0; sale < 120; sale += 1) {
      sold.push((await shop.buy({ lines: [{ sku: 'MUG', quantity: 1 }] })).id);
    }
    await until(() => shop.calls.some(({ status }) => status === 503), 'a poll that fails');
    expect(await inbox()).toEqual([]);
    await shop.faults({ callsPerSecondMax: 2 });
    // What the door of the connection does when it finds the shop back.
    poller.resume();
    let ids: string[] = [];
    const giveUpMs = Date.now() + 15_000;
    while (new Set(ids).size < sold.length && Date.now() < giveUpMs) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      ids = (await inbox()).map(({ externalId }) => externalId);
    }
    expect([...new Set(ids)]).toEqual(sold);
    const { refused, tooEarly } = await shop.callsSeen();
    expect(refused).toBeGreaterThan(0);
    expect(tooEarly).toBe(0);
  }, 30_000);
});

describe.each(CHANNEL_TYPES)('products of %s', (type) => {
  test('one that staff change or delete is told, and can be read again by what was told', async () => {
    const shop = await openChannelBench(type, PRODUCTS);
    const listener = await openWebhookListener();
    await shop.client.subscribe(listener.address);
    const news = async () => {
      await until(() => shop.sandbox.webhooksWaiting() === 0, 'webhooks are sent');
      const readings = listener.deliveries.map((one) => shop.channel.readWebhook(one, shop.account.secret));
      const events = readings.flatMap((reading) =>
        reading.kind === 'event' && reading.topic === 'listing.changed' && reading.body ? [reading.body] : [],
      );
      return readListingNews(events.at(-1) ?? Buffer.alloc(0));
    };
    await shop.change({ sku: 'MUG', newSku: 'MUG-BLUE', title: 'Bluer Mug' });
    const told = await news();
    const [listing] = (await shop.client.listingsOf?.(told.product)) ?? [];
    expect(listing).toMatchObject({ sku: 'MUG-BLUE', title: expect.stringContaining('Bluer'), quantity: 10 });
    expect(listing?.ref).toMatchObject(told.ref);
    await shop.change({ sku: 'MUG-BLUE', removed: true });
    const gone = await news();
    expect(listing?.ref).toMatchObject(gone.ref);
    expect((await shop.client.listingsOf?.(gone.product)) ?? []).toEqual([]);
    await Promise.all([shop.close(), listener.close()]);
  });
});
