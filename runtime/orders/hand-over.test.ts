/** Of two sales of the same last units the one that happened first gets them, in whatever order they are booked. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { unsteady } from '#test/database/unsteady.ts';
import { ClientCollection } from '../database/client-collection.ts';
import { type ConnectionId, MAIN_LOCATION, orderIdOf, Sku } from '../ids.ts';
import { appendChange } from './append-change.ts';
import { captureOrder } from './capture-order.ts';
import { endOf } from './later-sales.ts';
import { OrderBooking } from './order-booking.ts';
import type { OrderDocument } from './order-document.ts';
import { POLICY_DEFAULT, saveClientPolicy } from './policy/policy-store.ts';
import { line, second, TestShops } from './test-shops.ts';

const mug = Sku.parse('MUG');
let database: TestDatabase;
let shops: TestShops;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  shops = new TestShops(database.db);
  await shops.stock(mug, 1);
});

const sold = (id: string, placed: number, connectionId: ConnectionId = shops.shop, units = 1) =>
  shops.order(id, [line('a', mug, units)], 0, { connectionId, placedAt: second(placed) });
const winners = async (...orders: readonly (readonly [string, ConnectionId])[]) => {
  const found: string[] = [];
  for (const [id, connectionId] of orders)
    if ((await shops.kept(id, connectionId)).lines[0]?.state === 'committed') found.push(id);
  return found;
};

test('a sale that happened earlier but came in later takes over; the other one is held, and is told of it', async () => {
  await shops.handle(sold('late', 5));
  const { short } = await shops.handle(sold('early', 0, shops.other));
  expect(await winners(['late', shops.shop], ['early', shops.other])).toEqual(['early']);
  expect(short).toMatchObject([{ orderNumber: '#late', wanted: 1 }]);
  expect(await shops.conflicts()).toMatchObject([
    { orderNumber: '#early', state: 'first', units: 0, handedOver: false },
    {
      orderNumber: '#late',
      state: 'open',
      units: 1,
      handedOver: true,
      winner: { orderNumber: '#early', connectionId: shops.other },
    },
  ]);
  expect(await shops.available(mug)).toBe(0);
  expect((await shops.ledger.levels([mug])).get(mug)?.taken).toEqual({ [shops.shop]: 1, [shops.other]: 1 });
  expect(await shops.deviations()).toEqual([]);
});

test('a database that dies while recent sales are read fails that booking alone', async () => {
  await shops.handle(sold('late', 5));
  let dies = true;
  const db = unsteady(database.db, (method, given) => {
    if (!dies || method !== 'find' || !JSON.stringify(given[0]).includes('receivedAt')) return false;
    dies = false;
    return true;
  });
  // As after a start of the runner.
  shops.booking = new OrderBooking({ ...shops.options, db });
  await expect(shops.handle(sold('early', 0, shops.other))).rejects.toThrow('ECONNREFUSED');
  await shops.booking.book(orderIdOf(shops.other, 'early'));
  expect(await winners(['late', shops.shop], ['early', shops.other])).toEqual(['early']);
});

test('of sales at the same moment of the clock, the one that was booked first keeps it', async () => {
  await shops.handle(sold('1', 3));
  await shops.handle(sold('2', 3, shops.other));
  expect(await winners(['1', shops.shop], ['2', shops.other])).toEqual(['1']);
});

describe('the one that was booked first keeps it', () => {
  const afterwards = async () => {
    await shops.handle(sold('early', 0, shops.other));
    expect(await winners(['late', shops.shop], ['early', shops.other])).toEqual(['late']);
    expect(await shops.deviations()).toEqual([]);
  };

  test('once the settle time is over', async () => {
    await shops.handle(sold('late', 5));
    await database.db
      .collection('orders')
      .updateOne({ clientId: shops.clientId }, { $set: { bookedAt: new Date(Date.now() - 61_000) } });
    await afterwards();
  });

  test('when it has shipped', async () => {
    await shops.handle({ ...sold('late', 5), status: 'fulfilled' });
    await afterwards();
  });

  test('when the earlier order is not paid yet: it is no sale', async () => {
    await shops.handle(sold('late', 5));
    await shops.handle({ ...sold('early', 0, shops.other), status: 'pending' });
    expect(await winners(['late', shops.shop], ['early', shops.other])).toEqual(['late']);
  });
});

test('a process that starts anew knows what was sold just before', async () => {
  await shops.handle(sold('late', 5));
  shops.booking = new OrderBooking(shops.options);
  await shops.handle(sold('early', 0, shops.other));
  expect(await winners(['late', shops.shop], ['early', shops.other])).toEqual(['early']);
});

test('of a line of three, one is handed over: what is left is sold, and one is short', async () => {
  await shops.stock(mug, 2);
  await shops.handle(sold('late', 5, shops.shop, 3));
  await shops.handle(sold('early', 0, shops.other));
  expect(await shops.account('late')).toMatchObject({ sold: { main: 2 }, short: 1 });
  expect(await shops.account('early', shops.other)).toMatchObject({ sold: { main: 1 }, short: 0 });
  // Both come back: to the shelf comes what had left it, and nothing else.
  await shops.handle({ ...sold('late', 5), updatedAt: second(9), lines: [line('a', mug, 3, 0)] });
  await shops.handle({
    ...sold('early', 0, shops.other),
    updatedAt: second(9),
    lines: [line('a', mug, 1, 0)],
  });
  expect(await shops.available(mug)).toBe(3);
  expect(await shops.deviations()).toEqual([]);
});

describe('when the earlier sale is cancelled while a process dies in the middle of a hand-over', () => {
  const early = () => sold('early', 0, shops.other);
  const cancelled = () => ({ ...early(), updatedAt: second(9), lines: [line('a', mug, 1, 0)] });
  /** The later sale has it, the earlier one is short. */
  beforeEach(async () => {
    shops = new TestShops(database.db, { settleMs: 0 });
    await shops.stock(mug, 1);
    await shops.handle(sold('late', 5));
    await shops.handle(early());
  });
  /** Somebody wrote down that the later sale yields, and died. */
  async function yieldOnly(): Promise<void> {
    const { clientId, shop, other } = shops;
    const orders = new ClientCollection<OrderDocument>(database.db, 'orders', clientId);
    const conflictId = (await shops.account('early', other))?.conflicts[0]?.id ?? '';
    const to = endOf(await shops.kept('early', other), 'a');
    await appendChange(orders, orderIdOf(shop, 'late'), 'a', () => ({
      kind: 'yielded',
      sku: mug,
      units: 1,
      location: MAIN_LOCATION,
      conflictId,
      to,
      at: new Date(),
    }));
  }

  test('before anybody else knows of it: the later sale keeps its unit', async () => {
    await shops.handle(cancelled());
    await yieldOnly();
    await shops.booking.book(orderIdOf(shops.shop, 'late'));
    expect(await shops.account('late')).toMatchObject({ sold: { main: 1 }, short: 0, conflicts: [] });
    expect(await shops.available(mug)).toBe(0);
    expect(await shops.deviations()).toEqual([]);
  });

  test('at the same moment: the unit goes back to the shelf, and the later sale is held', async () => {
    await captureOrder(database.db, shops.clientId, cancelled());
    await yieldOnly();
    await shops.booking.book(orderIdOf(shops.shop, 'late'));
    await shops.booking.book(orderIdOf(shops.other, 'early'));
    expect(await shops.account('late')).toMatchObject({ sold: {}, short: 1 });
    expect(await shops.available(mug)).toBe(1);
    expect(await shops.deviations()).toEqual([]);
  });
});

test('the loser falls under the policy of the client', async () => {
  shops = new TestShops(database.db, { channelCancels: () => ({ orders: true, lines: true }) });
  await shops.stock(mug, 1);
  await saveClientPolicy(database.db, shops.clientId, { ...POLICY_DEFAULT, policy: 'cancel' }, 'test');
  await shops.handle(sold('late', 5));
  await shops.handle(sold('early', 0, shops.other));
  expect((await shops.kept('late')).lines[0]?.state).toBe('cancelling');
  const messages = await database.db.collection('outbox').find({ clientId: shops.clientId }).toArray();
  expect(messages).toMatchObject([{ effect: 'cancel-order', payload: { externalId: 'late' } }]);
});

test('whoever comes in first, in any order, doubled, at once: those that were placed first win', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 2, maxLength: 6 }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.nat({ max: 5 }), { maxLength: 4 }),
      async (units, placed, together, again) => {
        shops = new TestShops(database.db);
        await shops.stock(mug, units);
        const orders = placed.map((at, index) =>
          sold(`o${at}`, at, index % 2 === 0 ? shops.shop : shops.other),
        );
        const arriving = [...orders, ...again.flatMap((index) => orders[index] ?? [])];
        for (let start = 0; start < arriving.length; start += together)
          await Promise.all(arriving.slice(start, start + together).map((order) => shops.handle(order)));
        const won = await winners(
          ...orders.map(({ externalId, connectionId }) => [externalId, connectionId] as const),
        );
        const first = [...placed].sort((a, b) => a - b).slice(0, units);
        expect(won.sort()).toEqual(first.map((at) => `o${at}`).sort());
        expect(await shops.deviations()).toEqual([]);
      },
    ),
    { numRuns: Number(process.env.PROPERTY_RUNS ?? 8) },
  );
}, 3_600_000);
