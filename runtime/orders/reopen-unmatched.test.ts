/** Sales of a product that a person matches at this moment: all of them are booked, whatever else happens to their orders. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Db } from 'mongodb';
import { hooked } from '#test/database/hooked.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { orderIdOf, Sku } from '../ids.ts';
import { captureOrder } from './capture-order.ts';
import type { Order, OrderLine } from './order.ts';
import { reopenUnmatched } from './reopen-unmatched.ts';
import { line as lineOf, TestShops } from './test-shops.ts';

const MUG = Sku.parse('MUG');
const CUP = Sku.parse('CUP');
const LISTING = '1';
let database: TestDatabase;
let shops: TestShops;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  shops = new TestShops(database.db);
  for (const sku of [MUG, CUP]) await shops.stock(sku, 10);
});

const order = (sku: Sku | null, taken: number, fields: Partial<OrderLine> = {}, second = 0): Order =>
  shops.order('1', [{ ...lineOf('a', sku, 3, taken), listing: LISTING, ...fields }], second);
const capture = (one: Order, at = new Date()) => captureOrder(database.db, shops.clientId, one, at);
const book = () => shops.booking.book(orderIdOf(shops.shop, '1'));
const match = (db: Db = database.db) =>
  reopenUnmatched(db, shops.clientId, { connectionId: shops.shop, externalId: LISTING, ref: {} }, MUG);
const available = (sku: Sku) => shops.available(sku);
const line = async () => (await shops.kept('1')).lines[0];

/** The database, where something else happens just before the first write to an order. */
function beforeTheWrite(happens: () => Promise<unknown>): Db {
  let hasHappened = false;
  return hooked(database.db, (method, _given, work) => {
    if (hasHappened || method !== 'findOneAndUpdate') return work();
    hasHappened = true;
    return happens().then(work);
  });
}

test('an order that changes during the match is booked with what is new of it', async () => {
  await capture(order(null, 2));
  await book();
  expect(await line()).toMatchObject({ sku: null, state: 'unmatched' });
  const reopened = await match(beforeTheWrite(() => capture(order(null, 3, {}, 1))));
  expect(reopened).toBe(1);
  await book();
  expect(await line()).toMatchObject({ sku: MUG, state: 'committed', taken: 3 });
  expect(await available(MUG)).toBe(7);
});

test('an order that is booked during the match is found although it was not told apart before', async () => {
  await capture(order(null, 2));
  expect(await match(beforeTheWrite(book))).toBe(1);
  await book();
  expect(await available(MUG)).toBe(8);
});

test.each([
  ['no SKU', null],
  ['a SKU that the ledger does not hold', Sku.parse('HOUSE-1')],
])('an order that was kept and not booked yet, with %s', async (_what, sku) => {
  await capture(order(sku, 2));
  expect(await match()).toBe(1);
  await book();
  await book();
  expect(await line()).toMatchObject({ sku: MUG, state: 'committed' });
  expect(await available(MUG)).toBe(8);
});

test('an order that waits to be booked under another SKU of the ledger stays with that', async () => {
  await capture(order(CUP, 2));
  expect(await match()).toBe(0);
  await book();
  expect([await available(MUG), await available(CUP)]).toEqual([10, 8]);
});

test.each([
  ['before it was booked', false],
  ['after it was found to be unmatched', true],
])(
  'an order that was read before the match and kept after it learns its SKU from the next snapshot, %s',
  async (_when, isBooked) => {
    await match();
    await capture(order(null, 2));
    if (isBooked) await book();
    await capture(order(MUG, 1, {}, 1));
    await book();
    expect(await line()).toMatchObject({ sku: MUG, state: 'committed' });
    expect(await available(MUG)).toBe(9);
  },
);

test('of a line that was sold before the first count only what is put back is booked under the SKU that it learns', async () => {
  await capture(order(null, 2, { takenBefore: 2 }));
  await book();
  await capture(order(MUG, 2, {}, 1));
  await book();
  expect(await line()).toMatchObject({ sku: MUG, state: 'before' });
  expect(await available(MUG)).toBe(10);
  await capture(order(MUG, 1, {}, 2));
  await book();
  expect(await available(MUG)).toBe(11);
});

test('an order of long ago learns none: its stock has been counted since', async () => {
  const longAgo = new Date(Date.now() - 100 * 86_400_000);
  await capture(order(null, 2), longAgo);
  await book();
  await capture(order(MUG, 2, {}, 1));
  await book();
  expect(await line()).toMatchObject({ sku: null, state: 'unmatched' });
  expect(await available(MUG)).toBe(10);
});
