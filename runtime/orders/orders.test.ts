import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { Rejected } from '../errors.ts';
import { ClientId, ConnectionId, MAIN_LOCATION, OrderId, orderIdOf, Sku } from '../ids.ts';
import { StockLedger } from '../stock/ledger.ts';
import { verifyStock } from '../stock/verify.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import { captureOrder } from './capture-order.ts';
import type { ConflictDocument } from './conflicts.ts';
import type { Order, OrderLine } from './order.ts';
import { OrderBooking } from './order-booking.ts';
import type { OrderDocument } from './order-document.ts';

const [mug, tee] = [Sku.parse('MUG'), Sku.parse('TEE')];
let database: TestDatabase;
let clientId: ClientId;
let [shop, other] = [ConnectionId.parse('-'), ConnectionId.parse('-')];
let ledger: StockLedger;
let booking: OrderBooking;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  // Ids of connections are unique over all clients.
  [shop, other] = [ConnectionId.parse(`shop-${randomUUID()}`), ConnectionId.parse(`other-${randomUUID()}`)];
  ledger = new StockLedger(database.db, clientId);
  booking = new OrderBooking({ db: database.db, clientId, ledger });
  await ledger.addSkus([mug, tee].map((sku) => ({ sku, title: sku })));
  await ledger.applyAll(
    [mug, tee].map((sku) => ({
      kind: 'count',
      key: `open:${sku}`,
      sku,
      location: MAIN_LOCATION,
      quantity: 10,
      seenVersion: 0,
      cause: { by: 'test' },
    })),
  );
});

const line = (lineId: string, sku: Sku | null, quantity: number, taken = quantity): OrderLine => ({
  lineId,
  sku,
  title: `Title of ${sku}`,
  quantity,
  taken,
  unitPrice: { amount: 990, currency: 'GBP' },
});
const order = (externalId: string, lines: OrderLine[], second = 0, changes: Partial<Order> = {}): Order => ({
  connectionId: shop,
  channel: 'test',
  externalId,
  number: `#${externalId}`,
  status: 'open',
  placedAt: new Date('2026-11-22T10:00:00Z'),
  updatedAt: new Date(Date.UTC(2026, 10, 22, 10, 0, second)),
  total: { amount: 990, currency: 'GBP' },
  lines,
  ...changes,
});
async function handle(snapshot: Order) {
  const { orderId } = await captureOrder(database.db, clientId, snapshot);
  return await booking.book(orderId);
}
const available = async (sku: Sku) => (await ledger.levels([sku])).get(sku)?.available;
const kept = (externalId: string, connectionId = shop) =>
  database.db
    .collection<OrderDocument>('orders')
    .findOne({ _id: orderIdOf(connectionId, externalId), clientId }) as Promise<OrderDocument>;
const conflicts = () => database.db.collection<ConflictDocument>('conflicts').find({ clientId }).toArray();

describe('an order', () => {
  test('is kept once and booked once, however often it comes', async () => {
    const first = await handle(order('1', [line('a', mug, 2), line('b', tee, 1), line('c', mug, 1)]));
    expect(first.levels.map(({ sku, available: left }) => [sku, left])).toEqual([
      ['MUG', 7],
      ['TEE', 9],
    ]);
    await handle(order('1', [line('a', mug, 2), line('b', tee, 1), line('c', mug, 1)]));
    await Promise.all(
      Array.from({ length: 5 }, () =>
        handle(order('1', [line('a', mug, 2), line('b', tee, 1), line('c', mug, 1)])),
      ),
    );
    expect([await available(mug), await available(tee)]).toEqual([7, 9]);
    expect((await kept('1')).lines.map(({ state }) => state)).toEqual([
      'committed',
      'committed',
      'committed',
    ]);
    expect(await database.db.collection('orders').countDocuments({ clientId })).toBe(1);
  });

  test('that is refunded with restock brings its units back, step by step', async () => {
    await handle(order('1', [line('a', mug, 3)], 0));
    await handle(order('1', [line('a', mug, 3, 2)], 1));
    expect(await available(mug)).toBe(8);
    await handle(order('1', [line('a', mug, 3, 0)], 2, { status: 'refunded' }));
    expect(await available(mug)).toBe(10);
    expect((await kept('1')).lines[0]).toMatchObject({ state: 'returned', taken: 0, booked: 3 });
  });

  test('whose older state comes late changes nothing', async () => {
    await handle(order('1', [line('a', mug, 3, 1)], 5));
    await handle(order('1', [line('a', mug, 3, 3)], 1));
    expect(await available(mug)).toBe(9);
  });

  test('that is first seen cancelled takes nothing', async () => {
    await handle(order('1', [line('a', mug, 3, 0)], 0, { status: 'cancelled' }));
    expect(await available(mug)).toBe(10);
    expect((await kept('1')).lines[0]?.state).toBe('returned');
  });

  test('that is edited: a line more, a line fewer, other quantities', async () => {
    await handle(order('1', [line('a', mug, 3), line('b', tee, 1)], 0));
    await handle(order('1', [line('a', mug, 5), line('c', tee, 2)], 1));
    expect([await available(mug), await available(tee)]).toEqual([5, 8]);
  });

  test('before payment waits, and is booked when the shop takes the units', async () => {
    await handle(order('1', [line('a', mug, 3, 0)], 0, { status: 'pending' }));
    expect(await available(mug)).toBe(10);
    expect((await kept('1')).lines[0]?.state).toBe('waiting');
    await handle(order('1', [line('a', mug, 3)], 1));
    expect(await available(mug)).toBe(7);
  });

  test('with products that the shop does not count, or that nobody matched, says so', async () => {
    await database.db
      .collection<Pick<ListingDocument, '_id' | 'clientId' | 'sku' | 'tracked'>>('listings')
      .insertOne({ _id: `${clientId}/post`, clientId, sku: Sku.parse('POST'), tracked: false });
    await handle(
      order('1', [
        line('a', Sku.parse('POST'), 1),
        line('b', Sku.parse('WHAT'), 1),
        line('c', null, 1),
        line('d', Sku.parse('POST'), 1, 0),
      ]),
    );
    expect((await kept('1')).lines.map(({ state }) => state)).toEqual([
      'not-counted',
      'unmatched',
      'unmatched',
      'not-counted',
    ]);
  });

  test("that was never captured can't be booked, and the error says what to do", async () => {
    const error = await booking.book(OrderId.parse('shop:order:none')).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Rejected);
    expect((error as Rejected).fix).toContain('Capture order');
  });

  test('is booked once although the process died between booking and taking note of it', async () => {
    await handle(order('1', [line('a', mug, 2)]));
    await database.db
      .collection('orders')
      .updateOne({ clientId }, { $set: { 'lines.0.booked': 0, 'lines.0.state': 'waiting' } });
    const again = await new OrderBooking({
      db: database.db,
      clientId,
      ledger: new StockLedger(database.db, clientId),
    }).book(orderIdOf(shop, '1'));
    expect(await available(mug)).toBe(8);
    expect(again.levels).toMatchObject([{ sku: 'MUG', available: 8 }]);
    expect((await kept('1')).lines[0]?.state).toBe('committed');
  });
});

describe('two shops that sell the same last units', () => {
  test('the one that is booked first gets them; the other is held, names the winner, and closes when refunded', async () => {
    await handle(order('1', [line('a', mug, 8)]));
    const late = order('2', [line('a', mug, 3)], 0, { connectionId: other });
    const { short } = await handle(late);
    expect(short).toMatchObject([{ sku: 'MUG', wanted: 3, available: 2, orderNumber: '#2' }]);
    expect(await conflicts()).toMatchObject([
      {
        orderNumber: '#2',
        connectionId: other,
        wanted: 3,
        availableThen: 2,
        state: 'open',
        winner: { orderNumber: '#1', connectionId: shop },
      },
    ]);
    expect(await kept('2', other)).toMatchObject({ shortLines: 1, lines: [{ state: 'short' }] });
    expect(await available(mug)).toBe(2);

    await handle({
      ...late,
      updatedAt: new Date(Date.UTC(2026, 10, 22, 10, 0, 9)),
      lines: [line('a', mug, 3, 0)],
    });
    expect(await available(mug)).toBe(2);
    expect(await conflicts()).toMatchObject([{ state: 'withdrawn' }]);
    expect(await kept('2', other)).toMatchObject({ shortLines: 0, lines: [{ state: 'returned' }] });
    expect((await ledger.levels([mug])).get(mug)?.taken).toEqual({ [shop]: 8, [other]: 0 });
    expect((await verifyStock(database.db, clientId)).deviations).toEqual([]);
  });

  test('at the same moment, fifty times over: never more than there are', async () => {
    const orders = Array.from({ length: 50 }, (_, index) =>
      order(`${index}`, [line('a', mug, 1), line('b', tee, 1)], 0, {
        connectionId: index % 2 === 0 ? shop : other,
      }),
    );
    const results = await Promise.all(orders.map(handle));
    expect(results.flatMap(({ short }) => short).filter(({ sku }) => sku === mug)).toHaveLength(40);
    expect([await available(mug), await available(tee)]).toEqual([0, 0]);
    expect(await conflicts()).toHaveLength(80);
    expect((await verifyStock(database.db, clientId)).deviations).toEqual([]);
  });
});
