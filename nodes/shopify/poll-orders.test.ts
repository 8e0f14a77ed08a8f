/** Orders that the shop is asked for, beside those that it sends: every state, and each state under one name. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Order } from '#runtime/orders/order.ts';
import type { OrdersPage, PolledEvent } from '#runtime/sync/channel.ts';
import { shopify } from './channel.ts';
import { LINES_PER_PAGE, ORDERS_PER_PAGE } from './operations/order-operations.ts';
import { ShopBench } from './sandbox/shop-bench.ts';

let bench: ShopBench;
beforeEach(async () => {
  bench = await ShopBench.open({ points: { max: 100_000, perSecond: 100_000 } });
});
afterEach(() => bench.close());

const MINUTE_MS = 60_000;
const hand = async (path: string, body: object) =>
  expect((await bench.send('POST', `/sandbox/${path}`, body)).status).toBe(200);

function orderOf({ body }: PolledEvent): Order {
  const { connectionId } = bench;
  const reading = shopify.readOrder({ topic: 'order.changed', body, connectionId });
  if (!('order' in reading)) throw new Error(reading.skipped);
  return reading.order;
}

async function poll(since = new Date(Date.now() - MINUTE_MS)): Promise<PolledEvent[]> {
  const events: PolledEvent[] = [];
  for (let cursor: string | null = null, page = 0; page < 50; page += 1) {
    const found: OrdersPage | undefined = await bench.client.ordersChanged?.({ since, cursor });
    if (!found) throw new Error('can not poll');
    events.push(...found.events);
    if (found.next === null) return events;
    cursor = found.next;
  }
  throw new Error('too many pages');
}

/** The newest webhook of an order, as the ingress reads it. */
async function newestWebhook() {
  await bench.delivered(1);
  const readings = bench.received.map((_one, index) => {
    const reading = shopify.readWebhook(bench.delivery(index), bench.secret);
    return { reading, order: bench.order(index) };
  });
  return readings.reduce((one, other) => (other.order.updatedAt >= one.order.updatedAt ? other : one));
}

describe('a state of an order has one name, by webhook and by poll', () => {
  const MUG = { sku: 'MUG', quantity: 3 };

  test.each<[string, (id: string, lineIds: readonly string[]) => Promise<void>, object]>([
    ['new', async () => {}, { status: 'open', paid: true, refunds: 0, lines: [{ quantity: 3, taken: 3 }] }],
    [
      'refunded in part, with restock',
      (orderId, [lineId]) => hand('refunds', { orderId, lines: [{ lineId, quantity: 1 }], restock: true }),
      { status: 'open', refunds: 1, lines: [{ quantity: 3, taken: 2 }] },
    ],
    [
      'refunded whole, without restock',
      (orderId, [lineId]) => hand('refunds', { orderId, lines: [{ lineId, quantity: 3 }], restock: false }),
      { status: 'refunded', paid: true, refunds: 1, lines: [{ quantity: 3, taken: 3 }] },
    ],
    [
      'edited down',
      (orderId, [lineId]) => hand('edits', { orderId, lines: [{ lineId, quantity: 1 }] }),
      { status: 'open', refunds: 0, lines: [{ quantity: 3, taken: 1 }] },
    ],
    [
      'edited up',
      (orderId, [lineId]) => hand('edits', { orderId, lines: [{ lineId, quantity: 5 }] }),
      { status: 'open', lines: [{ quantity: 5, taken: 5 }] },
    ],
    [
      'cancelled with restock',
      (orderId) => hand('cancellations', { orderId, restock: true }),
      { status: 'cancelled', refunds: 1, lines: [{ quantity: 3, taken: 0 }] },
    ],
    [
      'cancelled without restock',
      (orderId) => hand('cancellations', { orderId, restock: false }),
      { status: 'cancelled', lines: [{ quantity: 3, taken: 3 }] },
    ],
    [
      'shipped whole',
      (orderId, [lineId]) => hand('shipments', { orderId, lines: [{ lineId, quantity: 3 }] }),
      { status: 'fulfilled', lines: [{ quantity: 3, taken: 3 }] },
    ],
    [
      'shipped in part, the rest and one of those given back',
      async (orderId, [lineId]) => {
        await hand('shipments', { orderId, lines: [{ lineId, quantity: 2 }] });
        await hand('refunds', { orderId, lines: [{ lineId, quantity: 2 }], restock: true });
      },
      { status: 'fulfilled', refunds: 1, lines: [{ quantity: 3, taken: 1 }] },
    ],
  ])('%s', async (_state, happens, expected) => {
    const { id, lineIds } = await bench.sell(MUG);
    await happens(id, lineIds);
    const { reading, order } = await newestWebhook();
    expect(order).toMatchObject({ externalId: id, ...expected });
    const [event, ...others] = await poll();
    expect(others).toEqual([]);
    expect(orderOf(event as PolledEvent)).toEqual(order);
    const { topic, dedupeKey, partition } = event as PolledEvent;
    expect(reading).toEqual({ kind: 'event', topic, dedupeKey, partition });
  });

  test('unpaid, then paid', async () => {
    const sale = { lines: [MUG], paid: false };
    const { json } = await bench.send('POST', '/sandbox/sales', sale);
    const { id } = json as { id: string };
    expect((await newestWebhook()).order).toMatchObject({
      status: 'pending',
      paid: false,
      lines: [{ taken: 3 }],
    });
    await hand('payments', { orderId: id });
    await bench.delivered(2);
    const { reading, order } = await newestWebhook();
    expect(order).toMatchObject({ status: 'open', paid: true });
    expect(reading).toMatchObject({ dedupeKey: (await poll())[0]?.dedupeKey });
  });

  test('several topics that show the same state are one event', async () => {
    for (const topic of ['ORDERS_PAID', 'ORDERS_FULFILLED'])
      await bench.ask(
        `mutation { webhookSubscriptionCreate(topic: ${topic}, webhookSubscription: { uri: "${bench.hooks}" }) { userErrors { message } } }`,
      );
    const { id, lineIds } = await bench.sell(MUG);
    await bench.delivered(2);
    await hand('shipments', { orderId: id, lines: [{ lineId: lineIds[0], quantity: 3 }] });
    await bench.delivered(4);
    const names = bench.received.map((_one, index) => {
      const reading = shopify.readWebhook(bench.delivery(index), bench.secret);
      return reading.kind === 'event' ? reading.dedupeKey : reading.kind;
    });
    expect(names).toHaveLength(4);
    expect(new Set(names).size).toBe(2);
  });

  test('test orders are none', async () => {
    await bench.send('POST', '/sandbox/sales', { lines: [MUG], test: true });
    await bench.delivered(1);
    expect(shopify.readWebhook(bench.delivery(0), bench.secret)).toMatchObject({ kind: 'ignored' });
    expect(await poll()).toEqual([]);
  });

  test('what is asked for holds nothing of the customer', async () => {
    await bench.sell(MUG);
    await bench.delivered(1);
    expect(bench.received[0]?.body.toString()).toContain('sam@example.com');
    expect((await poll())[0]?.body.toString()).not.toMatch(/sam|example\.com|Sandbox Street/i);
  });
});

describe('pages', () => {
  test('oldest change first, over all pages, with the moment that was reached', async () => {
    const count = ORDERS_PER_PAGE * 2 + 1;
    const sold: string[] = [];
    for (let index = 0; index < count; index += 1)
      sold.push((await bench.sell({ sku: 'MUG', quantity: 1 })).id);
    await hand('cancellations', { orderId: sold[0], restock: true });
    const events = await poll();
    expect(events.map((event) => orderOf(event).externalId)).toEqual([...sold.slice(1), sold[0]]);
    const first = await bench.client.ordersChanged?.({
      since: new Date(Date.now() - MINUTE_MS),
      cursor: null,
    });
    expect(first?.events).toHaveLength(ORDERS_PER_PAGE);
    expect(first?.reached?.getTime()).toBeGreaterThan(Date.now() - MINUTE_MS);
    expect(await poll(new Date(Date.now() + MINUTE_MS))).toEqual([]);
  });

  test('an order that changes while pages are read comes once more, and none is left out', async () => {
    const since = new Date(Date.now() - MINUTE_MS);
    const sold: string[] = [];
    for (let index = 0; index < ORDERS_PER_PAGE + 3; index += 1)
      sold.push((await bench.sell({ sku: 'MUG', quantity: 1 })).id);
    const first = await bench.client.ordersChanged?.({ since, cursor: null });
    await hand('cancellations', { orderId: sold[2], restock: true });
    await hand('cancellations', { orderId: sold[ORDERS_PER_PAGE], restock: true });
    const second = await bench.client.ordersChanged?.({ since, cursor: first?.next ?? null });
    expect(second?.next).toBeNull();
    const ids = [...(first?.events ?? []), ...(second?.events ?? [])].map(
      (event) => orderOf(event).externalId,
    );
    expect(new Set(ids)).toEqual(new Set(sold));
    expect(ids.filter((id) => id === sold[2])).toHaveLength(2);
  });

  test('an order with more lines and refunds than a page shows is read whole', async () => {
    const lines = Array.from({ length: LINES_PER_PAGE + 20 }, (_, index) => ({
      sku: index % 2 === 0 ? 'MUG' : 'HAT',
      quantity: 2,
    }));
    const { id, lineIds } = await bench.sell(...lines);
    for (let refund = 0; refund < 7; refund += 1) {
      const units = lineIds.slice(refund * 15, refund * 15 + 15).map((lineId) => ({ lineId, quantity: 1 }));
      await hand('refunds', { orderId: id, lines: units, restock: true });
    }
    const order = orderOf((await poll())[0] as PolledEvent);
    expect(order.lines.map(({ lineId }) => lineId)).toEqual(lineIds);
    expect(order.refunds).toBe(7);
    expect(order.lines.map(({ taken }) => taken)).toEqual(lines.map((_line, index) => (index < 105 ? 1 : 2)));
    expect(order).toEqual((await newestWebhook()).order);
  });

  test('those placed in a period', async () => {
    const before = new Date(Date.now() - 1_000);
    const { id } = await bench.sell({ sku: 'MUG', quantity: 1 });
    await hand('cancellations', { orderId: id, restock: true });
    const placed = async (since: Date, until: Date) =>
      (await bench.client.ordersPlaced?.({ since, until, cursor: null }))?.events.map(orderOf);
    const until = new Date(Date.now() + MINUTE_MS);
    expect(await placed(before, until)).toMatchObject([{ externalId: id, status: 'cancelled' }]);
    expect(await placed(new Date(0), before)).toEqual([]);
  });
});

describe('one order', () => {
  test.each(['#1001', '1001', 'the id'])('is found by %s', async (by) => {
    const { id } = await bench.sell({ sku: 'MUG', quantity: 1 });
    const found = await bench.client.findOrder?.(by === 'the id' ? id : by);
    expect(orderOf(found as PolledEvent)).toMatchObject({ externalId: id, number: '#1001' });
  });

  test.each(['#9', '99999999999', '', '"; drop'])('%j is none', async (by) => {
    await bench.sell({ sku: 'MUG', quantity: 1 });
    expect(await bench.client.findOrder?.(by)).toBeNull();
  });
});
