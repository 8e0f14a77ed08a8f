/** Contract of every channel: what happens to an order starts each trigger once, whatever comes twice, late or not at all. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ALL_NODE_TYPES } from '#nodes/all-node-types.ts';
import {
  openWebhookListener,
  until,
  type WebhookListener,
} from '#nodes/woocommerce/sandbox/webhook-listener.ts';
import type { Effects } from '#runtime/effects/node-context.ts';
import { type IncomingEvent, NO_FLOWS } from '#runtime/events/event.ts';
import { ClientId, ConnectionId } from '#runtime/ids.ts';
import type { Order } from '#runtime/orders/order.ts';
import { type OrderMoment, orderMoments } from '#runtime/orders/order-moments.ts';
import { openTestDatabase, type TestDatabase } from '../database/test-database.ts';
import { CHANNEL_TYPES, type ChannelBench, openChannelBench } from './channel-bench.ts';

const PRODUCTS = [{ sku: 'MUG', title: 'Blue Mug', price: '9.90', quantity: 10 }];
/** Channels stamp whole seconds: what happens within one of them has no order. */
const NEXT_SECOND_MS = 1_050;
const MOMENTS: readonly OrderMoment[] = ['created', 'changed', 'paid', 'cancelled', 'refunded'];

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

describe.each(CHANNEL_TYPES)('what happens to an order of %s', (type) => {
  let shop: ChannelBench;
  let listener: WebhookListener;
  let clientId: ClientId;

  beforeEach(async () => {
    clientId = ClientId.parse(`c-${randomUUID()}`);
    shop = await openChannelBench(type, PRODUCTS);
    listener = await openWebhookListener();
    await shop.client.subscribe(listener.address);
  });
  afterEach(async () => {
    await Promise.all([shop.close(), listener.close()]);
  });

  const connectionOf = () => ConnectionId.parse(`${type}-${clientId}`);

  /** Each delivery with the key by which the inbox takes it once. */
  async function deliveries(): Promise<{ key: string; order: Order }[]> {
    await until(() => shop.sandbox.webhooksWaiting() === 0, 'webhooks are sent');
    return listener.deliveries.flatMap((delivery) => {
      const webhook = shop.channel.readWebhook(delivery, shop.account.secret);
      const reading = shop.reading(delivery);
      return webhook.kind === 'event' && 'order' in reading
        ? // Ids of connections are unique over all clients; those of sandboxes are not.
          [{ key: webhook.dedupeKey, order: { ...reading.order, connectionId: connectionOf() } }]
        : [];
    });
  }

  /** How often each trigger starts when these events come in, as their nodes say. */
  async function starts(events: readonly { key: string; order: Order }[]): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    const taken = new Set<string>();
    for (const { key, order } of events) {
      if (taken.has(key)) continue;
      taken.add(key);
      const event: IncomingEvent = {
        id: key,
        source: order.connectionId,
        topic: 'order.changed',
        body: Buffer.alloc(0),
        receivedAt: new Date(),
        failures: 0,
        flows: NO_FLOWS,
      };
      const effects: Partial<Effects> = {
        readOrder: async () => order,
        momentsOf: async (one) => await orderMoments(database.db, clientId, one, event.id),
      };
      for (const moment of MOMENTS) {
        const trigger = ALL_NODE_TYPES.get(`order-${moment}`);
        const context = {
          effects: effects as Effects,
          key,
          signal: new AbortController().signal,
          log: () => {},
          nodeId: 'n',
          part: null,
          now: new Date(),
        };
        const out = await trigger?.run(event, trigger.config.parse({}), context);
        if (out && 'order' in out) counts[moment] = (counts[moment] ?? 0) + 1;
      }
    }
    return counts;
  }
  const later = () => new Promise((resolve) => setTimeout(resolve, NEXT_SECOND_MS));

  test('paid at the checkout, refunded in part, then cancelled: each told once, and told alike in a wild order', async () => {
    await shop.faults({ duplicateWebhooks: true });
    const sale = await shop.buy({ lines: [{ sku: 'MUG', quantity: 3 }] });
    await later();
    await shop.refund({
      orderId: sale.id,
      lines: [{ lineId: String(sale.lineIds[0]), quantity: 1 }],
      restock: true,
    });
    await later();
    await shop.cancel({ orderId: sale.id, restock: true });
    const events = await deliveries();
    const told = await starts(events);
    expect(told).toMatchObject({ created: 1, paid: 1, cancelled: 1 });
    expect(told.changed).toBeGreaterThanOrEqual(2);
    expect(told.refunded).toBeGreaterThanOrEqual(1);
    // A second time from the beginning: all of it is known.
    expect(await starts(events)).toEqual(told);
    // Another client, to whom the newest state comes first.
    clientId = ClientId.parse(`c-${randomUUID()}`);
    const backwards = await starts((await deliveries()).reverse());
    expect(backwards).toMatchObject({ created: 1, paid: 1, cancelled: 1, refunded: 1 });
  });

  test('placed first and paid later', async () => {
    const sale = await shop.buy({ lines: [{ sku: 'MUG', quantity: 1 }], paid: false });
    expect(await starts(await deliveries())).toEqual({ created: 1 });
    await later();
    await shop.pay({ orderId: sale.id });
    expect(await starts(await deliveries())).toMatchObject({
      created: 1,
      changed: expect.any(Number),
      paid: 1,
    });
  });

  test('when its units were taken is no news of it: states that were seen before that was told stay the same', async () => {
    await shop.buy({ lines: [{ sku: 'MUG', quantity: 1 }] });
    const events = await deliveries();
    expect(await starts(events)).toMatchObject({ created: 1 });
    const told = events.map(({ key, order }) => ({
      key: `${key} again`,
      order: { ...order, takenAt: new Date() },
    }));
    expect(await starts(told)).toEqual({});
  });

  test('orders of long ago wake nobody', async () => {
    await shop.buy({ lines: [{ sku: 'MUG', quantity: 1 }] });
    const old = new Date(Date.now() - 100 * 3_600_000);
    const events = (await deliveries()).map(({ key, order }) => ({
      key,
      order: { ...order, placedAt: old, updatedAt: old },
    }));
    expect(events.length).toBeGreaterThan(0);
    expect(await starts(events)).toEqual({});
  });
});
