import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Sku } from '#runtime/ids.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import type { MovementDocument, StockDocument } from '#runtime/stock/stock-document.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type { ProblemView } from './views.ts';

const sku = Sku.parse('MUG');
let database: TestDatabase;
let bench: ApiBench;
let ledger: StockLedger;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  bench = await openApiBench(database);
  ledger = new StockLedger(database.db, bench.ours);
  await ledger.addSkus([{ sku, title: 'Mug' }]);
});
afterEach(() => bench.close());

const level = async () => (await ledger.levels([sku])).get(sku);
const receive = (body: object, as = bench.ours) =>
  bench.ask('/stock/receipts', { key: 'a', sku: 'MUG', units: 5, ...body }, as);
const carry = (body: object) =>
  bench.ask('/stock/transfers', { key: 'b', sku: 'MUG', units: 2, from: 'main', to: 'berlin', ...body });

test('a delivery comes in once for its key, at a location that begins with it; it is on record who took it in', async () => {
  expect((await receive({ location: 'berlin', note: 'PO 7' })).status).toBe(200);
  expect((await receive({ location: 'berlin', note: 'PO 7' })).status).toBe(200);
  expect(await level()).toMatchObject({ onHand: 5, byLocation: { berlin: { available: 5 } } });
  await ledger.drainAll();
  const [movement] = await database.db
    .collection<MovementDocument>('movements')
    .find({ clientId: bench.ours })
    .toArray();
  expect(movement?.cause).toEqual({
    by: expect.stringMatching(/^person:[0-9a-f-]{36}:Member \(operator\)$/),
    note: 'PO 7',
  });
  expect(bench.woken).toEqual([bench.ours, bench.ours]);
});

test('units are carried from one location to another, and no more than are free there', async () => {
  await receive({});
  expect((await carry({})).status).toBe(200);
  expect(await level()).toMatchObject({
    onHand: 5,
    byLocation: { main: { available: 3 }, berlin: { available: 2 } },
  });
  const tooMany = await carry({ key: 'c', units: 4 });
  expect(tooMany).toMatchObject({
    status: 409,
    body: { detail: 'Too few are free at "main": 3 of 5 on hand. Nothing was changed.' },
  });
});

test.each([
  ['a quantity below zero', () => receive({ units: -1 }), 400],
  ['none', () => receive({ units: 0 }), 400],
  ['half a unit', () => receive({ units: 0.5 }), 400],
  ['more than can be', () => receive({ units: 2e9 }), 400],
  ['a location that can be none', () => receive({ location: '../x' }), 400],
  ['a field too many', () => receive({ clientId: 'x' }), 400],
  ['no key', () => receive({ key: '' }), 400],
  ['an unknown SKU', () => receive({ sku: 'WHAT' }), 404],
  ['a SKU of another client', () => receive({}, bench.theirs), 404],
  ['the same location twice', () => carry({ to: 'main' }), 400],
  ['a location that it never lay at', () => carry({ from: 'moon' }), 409],
])('%s is refused in a sentence, and changes nothing', async (_what, send, status) => {
  const answer = await send();
  expect([answer.status, (answer.body as ProblemView).detail]).toEqual([
    status,
    expect.stringContaining('Nothing was changed'),
  ]);
  const stock = database.db.collection<StockDocument>('stock').find({ clientId: bench.ours });
  expect(await stock.toArray()).toMatchObject([{ version: 0 }]);
});
