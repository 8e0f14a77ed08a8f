import { expect, test } from '@jest/globals';
import { ConnectionId, orderIdOf } from '#runtime/ids.ts';
import { orderOf, subjectOf } from './dead-letter-words.ts';

const shop = ConnectionId.parse('shop');
const order = orderIdOf(shop, '5500');
const numbers = new Map([[order, '#1001']]);

test.each([
  ['order.changed', 'order:5500', shop, 'Order #1001'],
  ['order.changed', 'order:77', shop, 'Order 77'],
  ['listing.changed', 'product:12', shop, 'Product 12'],
  ['stock.changed', 'sku:MUG-1', 'syncflow', 'A change of stock: MUG-1'],
  ['stock.changed', order, 'syncflow', 'A change of stock: order #1001'],
  ['stock.listed', 'stock.listed', 'syncflow', 'The daily list of stock'],
  ['webhook.received', 'flow:node:call', 'syncflow', 'A call from outside'],
] as const)('%s of %s by %s is %j', (topic, partition, source, words) => {
  expect(subjectOf({ topic, partition, source }, numbers)).toBe(words);
});

test('an order is known by the event of its shop alone', () => {
  expect(orderOf({ topic: 'order.changed', partition: 'order:5500', source: shop })).toBe(order);
  expect(orderOf({ topic: 'listing.changed', partition: 'product:1', source: shop })).toBeNull();
});
