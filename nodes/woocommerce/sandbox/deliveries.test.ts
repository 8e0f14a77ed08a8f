/** How webhooks leave the shop: collapsed, never repeated, switched off after a row of failures. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { woocommerce } from '../channel.ts';
import { openTestShop, type TestShop } from './test-shop.ts';
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

describe('webhooks', () => {
  test('a burst on one order collapses while it waits, and shows the last state', async () => {
    await subscribe();
    await shop.faults({ webhookDelayMs: 3_600_000 });
    const sale = await shop.buy([{ sku: 'MUG', quantity: 1 }]);
    for (const status of ['on-hold', 'processing', 'completed'])
      await shop.api('PUT', `orders/${sale.id}`, { status });
    // order.created, order.updated, and the product's own.
    expect(shop.sandbox.webhooksWaiting()).toBe(3);
    expect(listener.orderEvents).toEqual([]);
    await shop.faults({});
    await until(() => shop.sandbox.webhooksWaiting() === 0, 'webhooks are sent');
    expect(listener.orderEvents.map((event) => shop.orderIn(event).status)).toEqual([
      'fulfilled',
      'fulfilled',
    ]);
  });

  test('duplicates are the same bytes, and one event to us', async () => {
    await subscribe();
    await shop.faults({ duplicateWebhooks: true });
    await shop.buy([{ sku: 'MUG', quantity: 1 }]);
    await until(() => listener.orderEvents.length === 4, 'four deliveries');
    const keys = listener.orderEvents.map((event) => woocommerce.readWebhook(event, shop.secret));
    expect(keys).toEqual(Array(4).fill(expect.objectContaining({ kind: 'event' })));
    expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(1);
  });

  test('a failed delivery is never repeated; the seventh failure in a row disables, and nobody is told', async () => {
    await shop.api('POST', 'webhooks', {
      topic: 'order.updated',
      delivery_url: listener.address,
      secret: 'whsec-test',
    });
    listener.answer(500);
    const status = async () => (await shop.api('GET', 'webhooks/1')).body.status;
    for (let failures = 1; failures <= 7; failures += 1) {
      expect(await status()).toBe('active');
      await shop.buy([{ sku: 'MUG', quantity: 1 }]);
      await until(() => shop.sandbox.webhooksWaiting() === 0, 'the failure is booked');
    }
    expect([await status(), listener.orderEvents.length]).toEqual(['disabled', 7]);
    listener.answer(200);
    await shop.buy([{ sku: 'MUG', quantity: 1 }]);
    expect(shop.sandbox.webhooksWaiting()).toBe(0);
    await subscribe();
    await shop.buy([{ sku: 'MUG', quantity: 1 }]);
    await until(() => listener.orderEvents.length === 9, 'it lives again');
  });

  test('a success in between forgives the failures before it', async () => {
    await shop.api('POST', 'webhooks', {
      topic: 'order.updated',
      delivery_url: listener.address,
      secret: 'whsec-test',
    });
    for (const answer of [500, 500, 500, 500, 500, 500, 302, 500, 500]) {
      listener.answer(answer);
      await shop.buy([{ sku: 'MUG', quantity: 1 }]);
      await until(() => shop.sandbox.webhooksWaiting() === 0, 'the outcome is booked');
    }
    expect((await shop.api('GET', 'webhooks/1')).body.status).toBe('active');
  });

  test('products are told of when they are asked for', async () => {
    await shop.api('POST', 'webhooks', {
      topic: 'product.updated',
      delivery_url: listener.address,
      secret: shop.secret.webhookSecret,
    });
    await shop.buy([{ sku: 'MUG', quantity: 4 }]);
    await until(() => listener.events.length === 1, 'a delivery');
    const [delivery] = listener.events;
    expect(JSON.parse(delivery!.body.toString())).toMatchObject({ sku: 'MUG', stock_quantity: 6 });
    expect(woocommerce.readWebhook(delivery!, shop.secret)).toMatchObject({ topic: 'listing.changed' });
  });

  test('one that is removed is no longer told', async () => {
    await subscribe();
    await shop.api('DELETE', 'webhooks/1?force=true');
    await shop.api('DELETE', 'webhooks/2?force=true');
    await shop.buy([{ sku: 'MUG', quantity: 1 }]);
    // The product's own is left.
    expect(shop.sandbox.webhooksWaiting()).toBeLessThanOrEqual(1);
    await until(() => shop.sandbox.webhooksWaiting() === 0, 'all is sent');
    expect(listener.orderEvents).toEqual([]);
    expect((await shop.api('GET', 'webhooks/1')).status).toBe(404);
  });
});
