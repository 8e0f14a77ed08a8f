/** Sales and refunds that reach a real listener as signed webhooks, and are read as the orders that they were. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { shopify } from '../channel.ts';
import { ShopBench } from './shop-bench.ts';

let bench: ShopBench;
beforeEach(async () => {
  bench = await ShopBench.open();
});
afterEach(() => bench.close());

const topics = () => bench.received.map((one) => one.headers['x-shopify-topic']);

test('a sale arrives signed, and reads as the order that it was', async () => {
  const sold = await bench.sell({ sku: 'MUG', quantity: 3 }, { sku: 'HAT', quantity: 5, price: '9.99' });
  await bench.delivered(1);
  expect(bench.received[0]?.headers).toMatchObject({
    'content-type': 'application/json',
    'x-shopify-topic': 'orders/create',
    'x-shopify-shop-domain': bench.secret.shop,
    'x-shopify-api-version': '2026-10',
    'x-shopify-webhook-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'x-shopify-event-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'x-shopify-triggered-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
  });
  const gbp = (amount: number) => ({ amount, currency: 'GBP' });
  expect(bench.order(0)).toMatchObject({
    externalId: sold.id,
    number: sold.number,
    status: 'open',
    total: gbp(1350 + 4995),
    lines: [
      { lineId: sold.lineIds[0], sku: 'MUG', title: 'Mug', quantity: 3, taken: 3, unitPrice: gbp(450) },
      { lineId: sold.lineIds[1], sku: 'HAT', title: 'Hat', quantity: 5, taken: 5, unitPrice: gbp(999) },
    ],
  });
  expect([await bench.count('MUG'), await bench.count('HAT')]).toEqual([7, -3]);
});

test('a refund with restock puts units back, one without does not', async () => {
  const sold = await bench.sell({ sku: 'MUG', quantity: 4 });
  const counts = [await bench.count('MUG')];
  for (const [quantity, restock] of [
    [1, true],
    [2, false],
    [1, true],
  ] as const) {
    expect(await bench.refund(sold, 0, quantity, restock)).toBe(200);
    counts.push(await bench.count('MUG'));
  }
  expect(counts).toEqual([6, 7, 7, 8]);
  await bench.delivered(4);
  const orders = [0, 1, 2, 3].map((index) => bench.order(index));
  orders.sort((a, b) => a.updatedAt.getTime() - b.updatedAt.getTime());
  expect(orders.map((order) => [order.lines[0]?.quantity, order.lines[0]?.taken, order.status])).toEqual([
    [4, 4, 'open'],
    [4, 3, 'open'],
    [4, 3, 'open'],
    [4, 2, 'refunded'],
  ]);
  expect(topics().sort()).toEqual(['orders/create', 'orders/updated', 'orders/updated', 'orders/updated']);
});

test('a late webhook tells the order as it was at the event', async () => {
  await bench.send('PUT', '/sandbox/faults', { webhookDelayMs: 150 });
  const sold = await bench.sell({ sku: 'MUG', quantity: 4 });
  await bench.send('PUT', '/sandbox/faults', {});
  await bench.refund(sold, 0, 4, true);
  await bench.delivered(2);
  expect(topics()).toEqual(['orders/updated', 'orders/create']);
  const [early, late] = [bench.order(0), bench.order(1)];
  expect([early.lines[0]?.taken, late.lines[0]?.taken]).toEqual([0, 4]);
  expect(early.updatedAt.getTime()).toBeGreaterThan(late.updatedAt.getTime());
});

test('doubled ones share their webhook id', async () => {
  await bench.send('PUT', '/sandbox/faults', { duplicateWebhooks: true });
  await bench.sell({ sku: 'MUG', quantity: 1 });
  await bench.delivered(2);
  const [first, second] = [0, 1].map((index) => shopify.readWebhook(bench.delivery(index), bench.secret));
  expect(first).toMatchObject({ kind: 'event' });
  expect(second).toEqual(first);
  expect(bench.received[1]?.body).toEqual(bench.received[0]?.body);
});

test('a receiver in trouble is tried again with the same webhook', async () => {
  bench.statuses = [500, 404, 302];
  await bench.sell({ sku: 'MUG', quantity: 1 });
  await bench.delivered(4);
  expect(bench.received).toHaveLength(4);
  expect(new Set(bench.received.map((one) => one.headers['x-shopify-webhook-id'])).size).toBe(1);
  expect(new Set(bench.received.map((one) => one.body.toString())).size).toBe(1);
});

test('a receiver that is not there is tried again', async () => {
  await bench.stopListening();
  await bench.sell({ sku: 'MUG', quantity: 1 });
  expect(bench.sandbox.webhooksWaiting()).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await bench.listen();
  await bench.delivered(1);
});

test('after eight tries it is given up', async () => {
  await bench.reopen({ webhookRetryDelaysMs: Array(7).fill(1) });
  await bench.subscribe();
  bench.statuses = Array(20).fill(503);
  await bench.sell({ sku: 'MUG', quantity: 1 });
  await bench.delivered(8);
  expect(bench.received).toHaveLength(8);
});

test('many at once all arrive', async () => {
  await Promise.all(Array.from({ length: 60 }, () => bench.sell({ sku: 'MUG', quantity: 1 })));
  await bench.delivered(60);
  expect(new Set(bench.received.map((_one, index) => bench.order(index).externalId)).size).toBe(60);
  expect(await bench.count('MUG')).toBe(-50);
});

test('without a subscription there are none', async () => {
  await bench.reopen();
  await bench.sell({ sku: 'MUG', quantity: 1 });
  expect(bench.sandbox.webhooksWaiting()).toBe(0);
});
