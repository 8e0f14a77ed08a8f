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
import { ClientId } from '#runtime/ids.ts';
import type { Order } from '#runtime/orders/order.ts';
import { Poller } from '#runtime/polling/poller.ts';
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
});

/** Channels that tell what changed when they are asked. */
const POLLED = ['woocommerce'];
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
    const found = await events.find({ clientId }).sort({ _id: 1 }).toArray();
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
    for (let sale = 0; sale < 150; sale += 1) {
      sold.push((await shop.buy({ lines: [{ sku: 'MUG', quantity: 1 }] })).id);
    }
    await until(() => shop.calls.some(({ status }) => status === 503), 'a poll that fails');
    expect(await inbox()).toEqual([]);
    await shop.faults({ callsPerSecondMax: 1 });
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
