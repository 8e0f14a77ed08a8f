/** The shop from end to end: customers buy, webhooks go out, our own reading of them comes to the right order. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Order } from '#runtime/orders/order.ts';
import { woocommerce } from '../channel.ts';
import { connectionId, openTestShop, type TestShop } from './test-shop.ts';
import { openWebhookListener, until, type WebhookListener } from './webhook-listener.ts';

let shop: TestShop;
let listener: WebhookListener;

beforeEach(async () => {
  shop = await openTestShop([
    { sku: 'MUG', title: 'Blue Mug', price: '9.90', quantity: 10 },
    { sku: 'CUP', title: 'Grüne Tasse / groß', price: '7', quantity: 1 },
    { sku: 'CARD', title: 'Gift card', price: '20.00', quantity: null },
  ]);
  listener = await openWebhookListener();
});

afterEach(async () => {
  await shop.sandbox.close();
  await listener.close();
});

const subscribe = () => shop.client().subscribe(listener.address);

/** Deliveries that go out side by side arrive in any order: between two changes of one order, the first ones are waited for. */
const delivered = () => until(() => shop.sandbox.webhooksWaiting() === 0, 'webhooks are sent');

async function latestOrder(): Promise<Order> {
  await delivered();
  return shop.orderIn(listener.orderEvents.at(-1));
}

const taken = (order: Order) => order.lines.map((line) => line.taken);

describe('a sale', () => {
  test('lowers the counts, below zero if need be, and arrives as the right order', async () => {
    await subscribe();
    const sale = await shop.buy([
      { sku: 'MUG', quantity: 3 },
      { sku: 'CUP', quantity: 2, price: '6.50' },
      { sku: 'CARD', quantity: 1 },
    ]);
    expect(await shop.quantities()).toEqual({ MUG: 7, CUP: -1, CARD: null });
    const order = await latestOrder();
    expect(order).toEqual({
      connectionId,
      channel: 'woocommerce',
      externalId: sale.id,
      number: `#${sale.number}`,
      status: 'open',
      placedAt: expect.any(Date),
      updatedAt: expect.any(Date),
      paid: true,
      refunds: 0,
      total: { amount: 2970 + 1300 + 2000, currency: 'EUR' },
      lines: [
        {
          lineId: sale.lineIds[0],
          sku: 'MUG',
          listing: '10',
          title: 'Blue Mug',
          quantity: 3,
          taken: 3,
          unitPrice: { amount: 990, currency: 'EUR' },
        },
        {
          lineId: sale.lineIds[1],
          sku: 'CUP',
          listing: '11',
          title: 'Grüne Tasse / groß',
          quantity: 2,
          taken: 2,
          unitPrice: { amount: 650, currency: 'EUR' },
        },
        {
          lineId: sale.lineIds[2],
          sku: 'CARD',
          listing: '12',
          title: 'Gift card',
          quantity: 1,
          taken: 0,
          unitPrice: { amount: 2000, currency: 'EUR' },
        },
      ],
    });
    expect(Math.abs(order.placedAt.getTime() - Date.now())).toBeLessThan(60_000);
    expect(shop.changes).toEqual([
      { sku: 'MUG', quantity: 7, cause: 'sale', orderId: sale.id, atMs: expect.any(Number) },
      { sku: 'CUP', quantity: -1, cause: 'sale', orderId: sale.id, atMs: expect.any(Number) },
    ]);
  });

  test('comes as order.created and order.updated, signed, with the headers of the real thing', async () => {
    await subscribe();
    await shop.buy([{ sku: 'MUG', quantity: 1 }], 'Grace Hopper');
    await until(() => listener.orderEvents.length === 2, 'two deliveries');
    expect(listener.orderEvents.map((event) => event.headers['x-wc-webhook-topic']).sort()).toEqual([
      'order.created',
      'order.updated',
    ]);
    expect(listener.orderEvents[0]?.headers).toMatchObject({
      'user-agent': expect.stringMatching(/^WooCommerce\/[\d.]+ Hookshot \(WordPress\/[\d.]+\)$/),
      'content-type': 'application/json',
      'x-wc-webhook-source': `${shop.sandbox.address}/`,
      'x-wc-webhook-resource': 'order',
      'x-wc-webhook-event': expect.stringMatching(/^(created|updated)$/),
      'x-wc-webhook-id': expect.stringMatching(/^\d+$/),
      'x-wc-webhook-delivery-id': expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    const keys = listener.orderEvents.map((event) => woocommerce.readWebhook(event, shop.secret));
    expect(keys[0]).toEqual(keys[1]);
    expect(listener.orderEvents[0]?.body.toString()).toContain('"first_name":"Grace","last_name":"Hopper"');
  });

  test('names its mistakes', async () => {
    for (const body of [
      {},
      { lines: [] },
      { lines: [{ sku: 'NONE', quantity: 1 }] },
      { lines: [{ sku: 'MUG', quantity: 0 }] },
      { lines: [{ sku: 'MUG', quantity: 1, price: '1,50' }] },
      { lines: [{ sku: 'MUG', quantity: 1 }], unknown: 1 },
    ]) {
      const response = await shop.control('POST', 'sales', body);
      expect([response.status, await response.json()]).toEqual([400, { error: expect.any(String) }]);
    }
    expect(await shop.quantities()).toEqual({ MUG: 10, CUP: 1, CARD: null });
  });
});

describe('what happens to an order later', () => {
  test('a refund with restock gives units back, one without keeps them', async () => {
    await subscribe();
    const sale = await shop.buy([{ sku: 'MUG', quantity: 3 }]);
    await delivered();
    await shop.refund(sale, 1, true);
    const restocked = await latestOrder();
    expect([restocked.status, taken(restocked), (await shop.quantities()).MUG]).toEqual(['open', [2], 8]);
    await delivered();
    await shop.refund(sale, 1, false);
    const kept = await latestOrder();
    expect([kept.status, taken(kept), (await shop.quantities()).MUG]).toEqual(['open', [2], 8]);
    await delivered();
    await shop.refund(sale, 1, true);
    const paidBack = await latestOrder();
    expect([paidBack.status, taken(paidBack), (await shop.quantities()).MUG]).toEqual(['refunded', [1], 9]);
    expect(shop.changes.map(({ quantity, cause, orderId }) => [quantity, cause, orderId])).toEqual([
      [7, 'sale', sale.id],
      [8, 'refund', sale.id],
      [9, 'refund', sale.id],
    ]);
    expect((await shop.refund(sale, 1, true)).status).toBe(400);
  });

  test('an order whose paid items are refunded stays open while its free items are with the customer', async () => {
    await subscribe();
    const sale = await shop.buy([
      { sku: 'MUG', quantity: 1 },
      { sku: 'CUP', quantity: 1, price: '0' },
    ]);
    await delivered();
    await shop.refund(sale, 1, true);
    const order = await latestOrder();
    expect([order.status, taken(order)]).toEqual(['open', [0, 1]]);
  });

  test('a cancelled order gives all back that it still holds, once', async () => {
    await subscribe();
    const sale = await shop.buy([
      { sku: 'MUG', quantity: 3 },
      { sku: 'CARD', quantity: 1 },
    ]);
    await shop.refund(sale, 1, true);
    await shop.api('PUT', `orders/${sale.id}`, { status: 'cancelled' });
    await delivered();
    await shop.api('PUT', `orders/${sale.id}`, { status: 'cancelled' });
    const order = await latestOrder();
    expect([order.status, taken(order), (await shop.quantities()).MUG]).toEqual(['cancelled', [0, 0], 10]);
    await delivered();
    await shop.api('PUT', `orders/${sale.id}`, { status: 'processing' });
    const again = await latestOrder();
    expect([again.status, taken(again), (await shop.quantities()).MUG]).toEqual(['open', [3, 0], 7]);
  });

  test('what was taken once is not taken again, even when all of it was given back', async () => {
    await subscribe();
    const sale = await shop.buy([
      { sku: 'MUG', quantity: 2 },
      { sku: 'CUP', quantity: 1 },
    ]);
    await shop.refund(sale, 2, true);
    await delivered();
    await shop.api('PUT', `orders/${sale.id}`, { status: 'completed' });
    const order = await latestOrder();
    expect([order.status, taken(order), (await shop.quantities()).MUG]).toEqual(['fulfilled', [0, 1], 10]);
  });

  test('a pending order takes nothing until it is paid', async () => {
    await subscribe();
    const { body } = await shop.api('POST', 'orders', { line_items: [{ sku: 'MUG', quantity: 2 }] });
    expect([(await latestOrder()).status, (await shop.quantities()).MUG]).toEqual(['pending', 10]);
    await shop.api('PUT', `orders/${body.id}`, { set_paid: true });
    const paid = await latestOrder();
    expect([paid.status, taken(paid), (await shop.quantities()).MUG]).toEqual(['open', [2], 8]);
  });

  test('a draft cart comes by webhook too, and is ignored', async () => {
    await subscribe();
    await shop.api('POST', 'orders', { status: 'checkout-draft', line_items: [{ sku: 'MUG' }] });
    await until(() => listener.orderEvents.length > 0 && shop.sandbox.webhooksWaiting() === 0, 'deliveries');
    const kinds = listener.orderEvents.map((event) => woocommerce.readWebhook(event, shop.secret).kind);
    expect(new Set(kinds)).toEqual(new Set(['ignored']));
  });

  test("the API's refund moves money and stock unless told otherwise", async () => {
    const sale = await shop.buy([{ sku: 'MUG', quantity: 3 }]);
    const item = { id: Number(sale.lineIds[0]), quantity: 1, refund_total: 9.9 };
    const path = `orders/${sale.id}/refunds`;
    const money = await shop.api('POST', path, { line_items: [item] });
    expect([money.status, money.body.code]).toEqual([500, 'woocommerce_rest_cannot_create_order_refund']);
    const noMoney = await shop.api('POST', path, { line_items: [item], api_refund: false });
    expect([noMoney.status, noMoney.body.amount, (await shop.quantities()).MUG]).toEqual([201, '9.90', 8]);
    const noStock = await shop.api('POST', path, {
      line_items: [item],
      api_refund: false,
      api_restock: false,
    });
    expect([noStock.status, (await shop.quantities()).MUG]).toEqual([201, 8]);
    const tooMuch = await shop.api('POST', path, { amount: '9.91', api_refund: false });
    expect([tooMuch.status, tooMuch.body.data]).toEqual([500, 500]);
    expect((await shop.api('GET', path)).body).toHaveLength(2);
    expect((await shop.api('POST', 'orders/1/refunds', {})).body).toMatchObject({ data: 404 });
  });
});

describe('staff and API', () => {
  test('set counts over whatever was sold since', async () => {
    await shop.buy([{ sku: 'MUG', quantity: 4 }]);
    await shop.control('PUT', 'quantities', { sku: 'MUG', quantity: 50 });
    const [mug] = (await shop.api('GET', 'products?sku=MUG')).body as never as { id: number }[];
    await shop.api('PUT', `products/${mug?.id}`, { stock_quantity: 49 });
    expect((await shop.quantities()).MUG).toBe(49);
    expect(shop.changes.map(({ quantity, cause, orderId }) => [quantity, cause, orderId])).toEqual([
      [6, 'sale', expect.any(String)],
      [50, 'staff', null],
      [49, 'api', null],
    ]);
    expect((await shop.control('PUT', 'quantities', { sku: 'CARD', quantity: 1 })).status).toBe(400);
  });

  test('a SKU that is there keeps its count when products are added again', async () => {
    await shop.buy([{ sku: 'MUG', quantity: 4 }]);
    shop.sandbox.addProducts([{ sku: 'MUG', title: 'Other', price: '1', quantity: 99 }]);
    expect(await shop.quantities()).toEqual({ MUG: 6, CUP: 1, CARD: null });
  });

  test.each([
    ['GET', 'orders?per_page=101', 400, 'rest_invalid_param'],
    ['GET', 'orders?per_page=0', 400, 'rest_invalid_param'],
    ['GET', 'products?page=-1', 400, 'rest_invalid_param'],
    ['GET', 'orders?status=shipped', 400, 'rest_invalid_param'],
    ['GET', 'orders?after=yesterday', 400, 'rest_invalid_param'],
    ['GET', 'nowhere', 404, 'rest_no_route'],
    ['GET', 'products/abc', 404, 'woocommerce_rest_product_invalid_id'],
    ['DELETE', 'webhooks/1', 501, 'woocommerce_rest_trash_not_supported'],
    ['DELETE', 'products/10', 501, 'sandbox_unsupported'],
  ])('%s %s → %i %s', async (method, path, status, code) => {
    const answer = await shop.api(method, path);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test('orders are found by date, change and state, page by page', async () => {
    const sales: string[] = [];
    for (let index = 0; index < 5; index += 1) sales.push((await shop.buy([{ sku: 'MUG', quantity: 1 }])).id);
    await shop.api('PUT', `orders/${sales[1]}`, { status: 'completed' });
    const ids = async (query: string) =>
      ((await shop.api('GET', `orders?${query}`)).body as never as { id: number }[]).map((order) =>
        String(order.id),
      );
    const past = new Date(Date.now() - 60_000).toISOString().slice(0, 19);
    const future = new Date(Date.now() + 60_000).toISOString().slice(0, 19);
    expect(await ids('')).toEqual([...sales].reverse());
    expect(await ids('order=asc&per_page=2&page=2')).toEqual([sales[2], sales[3]]);
    const [first, second, ...others] = sales;
    expect(await ids(`modified_after=${past}&orderby=modified&order=asc`)).toEqual([
      first,
      ...others,
      second,
    ]);
    expect(await ids(`modified_after=${future}`)).toEqual([]);
    expect(await ids(`after=${past}&before=${future}&status=completed`)).toEqual([second]);
    expect(await ids(`include=${first},${second}&order=asc`)).toEqual([first, second]);
  });
});
