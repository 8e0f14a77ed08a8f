/** What is told of an order when its snapshots overtake each other within the second of one stamp. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import type { Order } from './order.ts';
import { momentsSince, type OrderMoment, orderMoments } from './order-moments.ts';
import { TestShops } from './test-shops.ts';

let database: TestDatabase;
let shops: TestShops;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  shops = new TestShops(database.db);
});

const order = (fields: Partial<Order>, second = 0): Order =>
  shops.order('1', [], second, { paid: false, refunds: 0, ...fields });
async function told(...snapshots: readonly Order[]): Promise<(readonly OrderMoment[])[]> {
  const all: (readonly OrderMoment[])[] = [];
  for (const one of snapshots) all.push(await orderMoments(database.db, shops.clientId, one, randomUUID()));
  return all;
}

test('"paid" is told once when the pending state of its second comes late', async () => {
  const later = order({ status: 'fulfilled', paid: true }, 5);
  expect(await told(order({ paid: true }), order({ status: 'pending' }), later)).toEqual([
    ['created', 'paid'],
    [],
    ['changed'],
  ]);
});

test.each<[string, Partial<Order>, Partial<Order>]>([
  ['less cancelled', { status: 'cancelled', paid: true }, { paid: true }],
  ['less often refunded', { paid: true, refunds: 2 }, { paid: true, refunds: 1 }],
  ['less fulfilled', { status: 'fulfilled', paid: true }, { paid: true }],
])('what is %s within one second is older, and does not count', async (_what, further, behind) => {
  const [, late, again] = await told(order(further), order(behind), order(further, 5));
  expect(late).toEqual([]);
  expect(again).toEqual([]);
  expect(momentsSince(order(further), order(behind))).toEqual([]);
});

test('of two that are each ahead in something all is told, each once', async () => {
  const both = order({ paid: true, refunds: 1 }, 5);
  expect(await told(order({ paid: true }), order({ refunds: 1 }), both)).toEqual([
    ['created', 'paid'],
    ['changed', 'refunded'],
    ['changed'],
  ]);
});

test('what is only other within one second is a change', async () => {
  expect(await told(order({}), order({ total: { amount: 90, currency: 'EUR' } }))).toEqual([
    ['created'],
    ['changed'],
  ]);
});

test('what came back in a later second counts as it is', async () => {
  expect(await told(order({ status: 'fulfilled' }), order({}, 1), order({ paid: true }, 2))).toEqual([
    ['created'],
    ['changed'],
    ['changed', 'paid'],
  ]);
});
