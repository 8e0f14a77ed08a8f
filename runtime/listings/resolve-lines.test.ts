/** From an order as a shop shows it to the units that the ledger books, over matches and first counts. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ClientId, ConnectionId, type OrderId, orderIdOf, Sku } from '../ids.ts';
import { captureOrder } from '../orders/capture-order.ts';
import type { Order, OrderLine } from '../orders/order.ts';
import { OrderBooking } from '../orders/order-booking.ts';
import type { OrderDocument } from '../orders/order-document.ts';
import { StockLedger } from '../stock/ledger.ts';
import { importListings } from '../sync/import-listings.ts';
import { ScriptedShop } from '../sync/scripted-shop.ts';
import type { ImportDocument } from './import-document.ts';
import { matchByHand } from './match-by-hand.ts';
import { LineResolver } from './resolve-lines.ts';

let database: TestDatabase;
let clientId: ClientId;
let connectionId: ConnectionId;
let ledger: StockLedger;
let booking: OrderBooking;
let number = 0;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  connectionId = ConnectionId.parse(`shop-${randomUUID()}`);
  ledger = new StockLedger(database.db, clientId);
  booking = new OrderBooking({ db: database.db, clientId, ledger, settleMs: 0 });
  const shop = new ScriptedShop(true);
  for (const id of ['1', '2']) shop.counts.set(id, 10);
  shop.counts.set('-', 10);
  await importListings({
    db: database.db,
    clientId,
    connectionId,
    channel: { comparesAndSets: true },
    client: shop,
    ledger,
    countingAuthority: true,
  });
});

const MONEY = { amount: 100, currency: 'EUR' };
const line = (fields: Partial<OrderLine>): OrderLine => ({
  lineId: '1',
  sku: null,
  title: 'Mug',
  quantity: 2,
  taken: 2,
  unitPrice: MONEY,
  ...fields,
});
function order(lines: OrderLine[], placedAt = new Date(), updatedAt = new Date()): Order {
  number += 1;
  return {
    connectionId,
    channel: 'test',
    externalId: `${number}`,
    number: `#${number}`,
    status: 'open',
    placedAt,
    updatedAt,
    total: MONEY,
    lines,
  };
}
async function book(seen: Order): Promise<OrderDocument> {
  const resolved = await new LineResolver(database.db, clientId).resolve(seen);
  const { orderId } = await captureOrder(database.db, clientId, resolved);
  await booking.book(orderId);
  return await kept(orderId);
}
const kept = (orderId: OrderId) =>
  database.db.collection<OrderDocument>('orders').findOne({ _id: orderId }) as Promise<OrderDocument>;
const available = async (sku: string) =>
  (await ledger.levels([Sku.parse(sku)])).get(Sku.parse(sku))?.available;
const MINUTE_MS = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS);
/** The shop was first counted a while ago. */
const openedAgo = async (minutes: number) => {
  const at = ago(minutes);
  await database.db.collection('listings').updateMany({ clientId }, { $set: { openedAt: at } });
  await database.db
    .collection<ImportDocument>('imports')
    .updateOne({ _id: connectionId }, { $set: { openedAt: at, openedToAt: at } });
};
const listings = () => database.db.collection<{ readonly _id: string }>('listings');

describe('the SKU of a line', () => {
  test('is its own, and no question is asked, where the shop writes the SKUs of the ledger', async () => {
    await openedAgo(5);
    const seen = order([line({ sku: Sku.parse('SKU-1'), listing: '1' })]);
    expect(await new LineResolver(database.db, clientId).resolve(seen)).toBe(seen);
  });

  test('is that of the listing which a person matched, or a barcode', async () => {
    await openedAgo(5);
    await listings().updateOne(
      { _id: `${connectionId}/2` },
      { $set: { sku: 'SKU-1', matchedBy: 'barcode' } },
    );
    await book(order([line({ sku: Sku.parse('HOUSE-NUMBER-2'), listing: '2' })]));
    expect([await available('SKU-1'), await available('SKU-2')]).toEqual([8, 10]);
  });

  test('is that of the listing whose variant it tells, where the channel names no listing', async () => {
    await openedAgo(5);
    const variant = 'gid://shop/Variant/2';
    await listings().updateOne(
      { _id: `${connectionId}/2` },
      { $set: { sku: 'SKU-1', matchedBy: 'person', 'ref.variantId': variant } },
    );
    await book(order([line({ sku: Sku.parse('HOUSE-NUMBER-2'), variant })]));
    expect([await available('SKU-1'), await available('SKU-2')]).toEqual([8, 10]);
  });

  test('is that of the listing which counts for it', async () => {
    await openedAgo(5);
    await listings().updateOne(
      { _id: `${connectionId}/2` },
      { $set: { sku: 'SIZE-M', tracked: false, countedBy: '1' } },
    );
    await book(order([line({ sku: Sku.parse('SIZE-M'), listing: '2' })]));
    expect(await available('SKU-1')).toBe(8);
  });

  test.each([
    ['listing', { listing: '-' }],
    ['variant', { variant: 'gid://shop/Variant/-' }],
  ])(
    'of a product without one waits for a person, and is booked when the person has said it: by its %s',
    async (_how, told) => {
      await openedAgo(5);
      await listings().updateOne(
        { _id: `${connectionId}/-` },
        { $set: { 'ref.variantId': 'gid://shop/Variant/-' } },
      );
      const unknown = await book(order([line(told)]));
      expect(unknown.lines).toMatchObject([{ sku: null, state: 'unmatched' }]);
      await matchByHand({ db: database.db, clientId }, ledger, `${connectionId}/-`, Sku.parse('SKU-1'));
      expect(await kept(unknown._id)).toMatchObject({
        unfinished: true,
        lines: [{ sku: 'SKU-1', state: 'waiting' }],
      });
      await booking.book(unknown._id);
      expect(await available('SKU-1')).toBe(8);
      expect((await kept(unknown._id)).lines).toMatchObject([{ state: 'committed' }]);
      await booking.book(unknown._id);
      expect(await available('SKU-1')).toBe(8);
    },
  );
});

describe('what was sold before the shop was first counted', () => {
  const old = (fields: Partial<OrderLine> = {}) =>
    order([line({ sku: Sku.parse('SKU-1'), listing: '1', ...fields })], ago(60));

  test('is kept and not booked: the count has it already', async () => {
    await openedAgo(5);
    expect((await book(old())).lines).toMatchObject([{ state: 'before', takenBefore: 2, changes: [] }]);
    expect(await available('SKU-1')).toBe(10);
  });

  test('and left the count after it, when it was paid, is booked; the moment itself is not kept', async () => {
    await openedAgo(5);
    const paidAfter = await book({ ...old(), takenAt: ago(1) });
    expect(paidAfter.lines).toMatchObject([{ state: 'committed' }]);
    expect(await available('SKU-1')).toBe(8);
    expect(paidAfter).not.toHaveProperty('takenAt');
    expect((await book({ ...old(), takenAt: ago(30) })).lines).toMatchObject([{ state: 'before' }]);
    expect(await available('SKU-1')).toBe(8);
  });

  test('comes back into stock when the shop puts it back later', async () => {
    await openedAgo(5);
    const seen = old();
    await book(seen);
    const half = {
      ...seen,
      updatedAt: new Date(Date.now() + 1_000),
      lines: [{ ...seen.lines[0]!, taken: 1 }],
    };
    expect((await book(half)).lines).toMatchObject([{ state: 'before' }]);
    expect(await available('SKU-1')).toBe(11);
    const none = {
      ...seen,
      updatedAt: new Date(Date.now() + 2_000),
      lines: [{ ...seen.lines[0]!, taken: 0 }],
    };
    expect((await book(none)).lines).toMatchObject([{ state: 'returned' }]);
    expect(await available('SKU-1')).toBe(12);
  });

  test('and is sold on by an edit afterwards: only what is new is booked', async () => {
    await openedAgo(5);
    const seen = old();
    await book(seen);
    const added = line({ lineId: '2', sku: Sku.parse('SKU-2'), listing: '2', quantity: 1, taken: 1 });
    const more = [{ ...seen.lines[0]!, quantity: 3, taken: 3 }, added];
    await book({ ...seen, updatedAt: new Date(Date.now() + 1_000), lines: more });
    expect([await available('SKU-1'), await available('SKU-2')]).toEqual([9, 9]);
  });

  test('is everything of before while the first import is under way, product by product', async () => {
    await database.db
      .collection<ImportDocument>('imports')
      .updateOne({ _id: connectionId }, { $set: { openedToAt: null } });
    await listings().updateOne({ _id: `${connectionId}/1` }, { $set: { openedAt: ago(10) } });
    await listings().deleteOne({ _id: `${connectionId}/2` });
    const lines = [
      line({ sku: Sku.parse('SKU-1'), listing: '1' }),
      line({ lineId: '2', sku: Sku.parse('SKU-2'), listing: '2' }),
    ];
    const between = await book(order(lines, ago(5)));
    expect(between.lines.map(({ state }) => state)).toEqual(['committed', 'before']);
  });

  test('within the second of the count is booked: better one too few than one too many on sale', async () => {
    await openedAgo(5);
    const second = Math.floor(ago(5).getTime() / 1_000) * 1_000;
    await listings().updateOne({ _id: `${connectionId}/1` }, { $set: { openedAt: new Date(second + 900) } });
    await book(order([line({ sku: Sku.parse('SKU-1'), listing: '1' })], new Date(second)));
    expect(await available('SKU-1')).toBe(8);
  });

  test('of a product that no import has seen is told by when the first one was whole, to its second', async () => {
    const second = Math.floor(ago(5).getTime() / 1_000) * 1_000;
    await database.db
      .collection<ImportDocument>('imports')
      .updateOne({ _id: connectionId }, { $set: { openedToAt: new Date(second + 900) } });
    const unseen = [line({ sku: Sku.parse('SKU-1') })];
    expect((await book(order(unseen, new Date(second - 1)))).lines).toMatchObject([{ state: 'before' }]);
    expect((await book(order(unseen, new Date(second)))).lines).toMatchObject([{ state: 'committed' }]);
  });

  test('nothing is, where nobody ever imported', async () => {
    await database.db.collection('imports').deleteMany({ clientId });
    const seen = old();
    expect(await new LineResolver(database.db, clientId).resolve(seen)).toBe(seen);
    expect(orderIdOf(connectionId, seen.externalId)).toContain('order');
  });
});
