/** Contract of every channel: orders come in, whole and once. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  openWebhookListener,
  until,
  type WebhookListener,
} from '#nodes/woocommerce/sandbox/webhook-listener.ts';
import type { Order } from '#runtime/orders/order.ts';
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
