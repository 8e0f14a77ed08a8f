/** What flows do to stock and ask of listings, on the real database. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import type { EventDocument } from '../events/event.ts';
import { ClientId, ConnectionId, MAIN_LOCATION, Sku } from '../ids.ts';
import { listingsOfNews, listingsOfSku } from '../listings/find-listings.ts';
import { StockLedger } from '../stock/ledger.ts';
import { newestLevelOf } from '../stock/newest-level.ts';
import { setStock } from '../stock/set-stock.ts';
import { readStockChanged } from '../stock/stock-changed.ts';
import { emptyStock } from '../stock/stock-document.ts';
import { levelOf } from '../stock/stock-level.ts';
import { importListings } from '../sync/import-listings.ts';
import { ScriptedShop } from '../sync/scripted-shop.ts';

let database: TestDatabase;
let clientId: ClientId;
let ledger: StockLedger;
const sku = Sku.parse('MUG');
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  ledger = new StockLedger(database.db, clientId);
});

const emptyLevel = levelOf(emptyStock(ClientId.parse('c-none'), sku, 'Nothing'));
const set = (quantity: number, key: string = randomUUID(), of = sku) =>
  setStock(database.db, clientId, ledger, { key, sku: of, location: MAIN_LOCATION, quantity, note: 'n' });
const told = async () =>
  (await database.db.collection<EventDocument>('events').find({ clientId }).sort({ _id: 1 }).toArray()).map(
    ({ body }) => readStockChanged(Buffer.from(body.value())),
  );

test('stock is set once for each key, and told when it changed something', async () => {
  await ledger.addSkus([{ sku, title: 'Mug' }]);
  expect(await set(7, 'a')).toMatchObject({ onHand: 7, available: 7 });
  expect(await set(7, 'a')).toMatchObject({ onHand: 7 });
  expect((await told()).map(({ by, levels }) => [by, levels[0]?.onHand])).toEqual([['flow', 7]]);
  // What it is already wakes nobody: a flow that hears of stock and sets it would go round for ever.
  await set(7, 'b');
  expect(await told()).toHaveLength(1);
  await set(5, 'c');
  expect(await told()).toHaveLength(2);
});

test('a process that died between setting and telling tells it at its next try', async () => {
  await ledger.addSkus([{ sku, title: 'Mug' }]);
  await set(7, 'a');
  await database.db.collection('events').deleteMany({ clientId });
  await set(7, 'a');
  expect(await told()).toHaveLength(1);
});

test('sales that come in between do not keep it from being set', async () => {
  await ledger.addSkus([{ sku, title: 'Mug' }]);
  const sales = Array.from({ length: 20 }, (_, index) =>
    new StockLedger(database.db, clientId).apply({
      kind: 'receive',
      key: `r${index}`,
      sku,
      location: MAIN_LOCATION,
      units: 1,
      connectionId: null,
      cause: { by: 'test' },
    }),
  );
  const [level] = await Promise.all([set(100), ...sales]);
  expect(level?.onHand).toBe(100);
});

test('a SKU that is not there is refused; a count below what is promised is a count all the same', async () => {
  await expect(set(7)).rejects.toThrow(/no stock of the SKU "MUG"/);
  await ledger.addSkus([{ sku, title: 'Mug' }]);
  await set(3);
  const common = { sku, location: MAIN_LOCATION, cause: { by: 'test' } };
  await ledger.apply({ ...common, kind: 'reserve', key: 'r', units: 2, connectionId: null });
  expect(await set(1)).toMatchObject({ onHand: 1, reserved: 2, available: -1 });
});

test('the newest levels that many ask for at one moment are read at once, each for the one who asked', async () => {
  const skus = ['MUG', 'CUP', 'JAR'].map((name) => Sku.parse(name));
  await ledger.addSkus(skus.map((one) => ({ sku: one, title: one })));
  const old = await ledger.levels(skus);
  await set(7, 'a', Sku.parse('CUP'));
  const reads: (readonly Sku[])[] = [];
  const newest = newestLevelOf({
    levels: (asked) => {
      reads.push(asked);
      return ledger.levels(asked);
    },
  });
  const asked = [...old.values(), ...old.values(), { ...emptyLevel, sku: Sku.parse('GONE') }];
  const found = await Promise.all(asked.map(newest));
  expect(found.map(({ sku: one, onHand }) => [one, onHand])).toEqual(
    asked.map(({ sku: one }) => [one, one === 'CUP' ? 7 : 0]),
  );
  expect(reads.map((one) => [...one].sort())).toEqual([['CUP', 'GONE', 'JAR', 'MUG']]);
});

test('listings by SKU and by the product that changed, of this client alone', async () => {
  const shop = new ScriptedShop(true);
  shop.counts.set('1', 4).set('2', 9);
  const [connectionId, other] = [ConnectionId.parse('con-1'), ConnectionId.parse('con-2')];
  const common = { db: database.db, clientId, ledger, client: shop, countingAuthority: true };
  for (const id of [connectionId, other])
    await importListings({ ...common, connectionId: id, channel: { comparesAndSets: true } });
  const first = Sku.parse('SKU-1');
  const found = await listingsOfSku(database.db, clientId, first, null);
  expect(found).toMatchObject([
    { connectionId, externalId: '1', sku: 'SKU-1', ownSku: 'SKU-1', tracked: true, quantity: 4 },
    { connectionId: other },
  ]);
  expect(await listingsOfSku(database.db, clientId, first, other)).toHaveLength(1);
  expect(await listingsOfSku(database.db, ClientId.parse('c-else'), first, null)).toEqual([]);
  const news = { product: '2', ref: { id: '2' } };
  expect(await listingsOfNews(database.db, clientId, other, news)).toMatchObject([{ externalId: '2' }]);
  expect(await listingsOfNews(database.db, clientId, other, { product: '2', ref: {} })).toEqual([]);
});
