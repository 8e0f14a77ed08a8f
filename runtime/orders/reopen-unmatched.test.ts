/** Sales of a product that a person matches at this moment: all of them are booked, whatever else happens to their orders. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Collection, Db } from 'mongodb';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ClientId, ConnectionId, MAIN_LOCATION, orderIdOf, Sku } from '../ids.ts';
import { StockLedger } from '../stock/ledger.ts';
import { captureOrder } from './capture-order.ts';
import type { Order, OrderLine } from './order.ts';
import { OrderBooking } from './order-booking.ts';
import type { OrderDocument } from './order-document.ts';
import { reopenUnmatched } from './reopen-unmatched.ts';

const MUG = Sku.parse('MUG');
const CUP = Sku.parse('CUP');
const LISTING = '1';
let database: TestDatabase;
let clientId: ClientId;
let connectionId: ConnectionId;
let ledger: StockLedger;
let booking: OrderBooking;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  connectionId = ConnectionId.parse(`shop-${randomUUID()}`);
  ledger = new StockLedger(database.db, clientId);
  booking = new OrderBooking({ db: database.db, clientId, ledger });
  await ledger.addSkus([MUG, CUP].map((sku) => ({ sku, title: sku })));
  for (const sku of [MUG, CUP])
    await ledger.apply({
      kind: 'count',
      key: `open:${sku}`,
      sku,
      location: MAIN_LOCATION,
      quantity: 10,
      seenVersion: 0,
      cause: { by: 'test' },
    });
});

const MONEY = { amount: 100, currency: 'EUR' };
function order(sku: Sku | null, taken: number, fields: Partial<OrderLine> = {}, second = 0): Order {
  return {
    connectionId,
    channel: 'test',
    externalId: '1',
    number: '#1',
    status: 'open',
    placedAt: new Date('2026-11-22T10:00:00Z'),
    updatedAt: new Date(Date.UTC(2026, 10, 22, 10, 0, second)),
    total: MONEY,
    lines: [
      { lineId: 'a', sku, title: 'A mug', quantity: 3, taken, unitPrice: MONEY, listing: LISTING, ...fields },
    ],
  };
}
const capture = (one: Order, at = new Date()) => captureOrder(database.db, clientId, one, at);
const book = () => booking.book(orderIdOf(connectionId, '1'));
const match = (db: Db = database.db) =>
  reopenUnmatched(db, clientId, { connectionId, externalId: LISTING, ref: {} }, MUG);
const available = async (sku: Sku) => (await ledger.levels([sku])).get(sku)?.available;
const line = async () =>
  (
    await database.db
      .collection<OrderDocument>('orders')
      .findOne({ _id: orderIdOf(connectionId, '1'), clientId })
  )?.lines[0];

/** The database, where something else happens just before the first write to an order. */
function beforeTheWrite(happens: () => Promise<unknown>): Db {
  let hasHappened = false;
  const hooked = (orders: Collection<OrderDocument>) =>
    new Proxy(orders, {
      get: (target, name) => {
        if (name !== 'updateOne') return Reflect.get(target, name).bind(target);
        return async (...args: Parameters<typeof target.updateOne>) => {
          if (!hasHappened) {
            hasHappened = true;
            await happens();
          }
          return await target.updateOne(...args);
        };
      },
    });
  return new Proxy(database.db, {
    get: (target, name) => {
      if (name !== 'collection') return Reflect.get(target, name).bind(target);
      return (of: string) =>
        of === 'orders' ? hooked(target.collection<OrderDocument>(of)) : target.collection(of);
    },
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
