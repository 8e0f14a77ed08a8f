import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConnectionId, LocationId, MAIN_LOCATION, PipelineId, Sku } from '#runtime/ids.ts';
import { captureOrder } from '#runtime/orders/capture-order.ts';
import { removePipeline, savePipeline } from '#runtime/pipelines/pipeline-model.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import { fillIn } from '#templates/define-template.ts';
import { lowStockAlert } from '#templates/low-stock-alert.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import { readStockFile } from './read-stock-file.ts';
import type { PageView, StockListView, StockPreviewView, StockRow } from './views.ts';

const [mug, formula, plate] = ['MUG', '=1+1', 'PLATE'].map((text) => Sku.parse(text)) as [Sku, Sku, Sku];
let database: TestDatabase;
let bench: ApiBench;
let ledger: StockLedger;

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database);
  ledger = new StockLedger(database.db, bench.ours);
  await ledger.addSkus([
    { sku: mug, title: 'Blue mug, 30 cl' },
    { sku: formula, title: '=cmd()' },
    { sku: plate, title: 'Plate' },
  ]);
  for (const [sku, units] of [
    [mug, 12],
    [formula, 3],
  ] as const) {
    await ledger.apply({
      kind: 'receive',
      key: 'open',
      sku,
      units,
      location: MAIN_LOCATION,
      connectionId: null,
      cause: { by: 'test' },
    });
  }
  await ledger.apply({
    kind: 'receive',
    key: 'b',
    sku: mug,
    units: 2,
    location: LocationId.parse('berlin'),
    connectionId: null,
    cause: { by: 'test' },
  });
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

const fileOf = async (path: string) => {
  const response = await fetch(`${bench.url}${path}`, { headers: { cookie: bench.cookieOf(bench.ours) } });
  expect(response.headers.get('content-type')).toContain('text/csv');
  expect(response.headers.get('content-disposition')).toContain('attachment');
  return await response.text();
};
const preview = async (csv: string) =>
  (await bench.ask('/stock/import-preview', { csv })).body as StockPreviewView;
const book = async (body: object) => (await bench.ask('/stock/lists', body)).body as StockListView;
const onHand = async (sku: Sku, location: string = MAIN_LOCATION) =>
  (await ledger.levels([sku])).get(sku)?.byLocation[location]?.onHand;

test('what is low is so by the number of the flow that warns, and single products by their own', async () => {
  const low = async () => {
    const { body } = await bench.ask('/stock?low=true');
    return (body as PageView<StockRow>).items.map(({ sku }) => sku);
  };
  expect(await low()).toEqual(['PLATE', '=1+1']);
  const filled = fillIn(lowStockAlert, { threshold: 4, own: 'MUG: 15\n=1+1: 3' });
  const _id = PipelineId.parse('low');
  await savePipeline(database.models, {
    _id,
    clientId: bench.ours,
    ...filled,
    version: 1,
    state: 'running',
    createdAt: new Date(),
  });
  expect(await low()).toEqual(['PLATE', 'MUG']);
  const { body } = await bench.ask('/stock?sort=sku');
  expect((body as PageView<StockRow>).items.map((row) => [row.sku, row.low])).toEqual([
    ['=1+1', false],
    ['MUG', true],
    ['PLATE', true],
  ]);
  expect((await fileOf('/stock/export?low=true&sort=sku')).match(/^MUG/gm)).toHaveLength(2);
  await removePipeline(database.models, bench.ours, _id);
});

describe('a file of stock', () => {
  test('is taken away, and brought back unchanged it changes nothing, also where a name looks like a formula', async () => {
    const text = await fileOf('/stock/export?sort=sku');
    expect(text.split('\n')).toEqual([
      'sku,title,location,on hand,reserved,available',
      "'=1+1,'=cmd(),main,3,0,3",
      'MUG,"Blue mug, 30 cl",main,12,0,12',
      'MUG,"Blue mug, 30 cl",berlin,2,0,2',
      '',
    ]);
    expect(await preview(text)).toEqual({ changes: [], unchanged: 3, wrong: [] });
    expect(await fileOf('/stock/export?search=nothing')).toBe(
      'sku,title,location,on hand,reserved,available\n',
    );
  });

  test('shows what it would change, and names each wrong line by its number; nothing is changed', async () => {
    const csv =
      '\ufeffSKU;Quantity;Location\r\nMUG;15;\r\nNONE;1;\r\nPLATE;"a lot";\r\n\r\nMUG;1;main\r\n;3;\r\nMUG;-1;berlin\r\nPLATE;4;new place\r\nPLATE;4;loft\r\n';
    expect(await preview(csv)).toEqual({
      changes: [
        { line: 2, sku: 'MUG', title: 'Blue mug, 30 cl', location: 'main', seen: 12, quantity: 15 },
        { line: 10, sku: 'PLATE', title: 'Plate', location: 'loft', seen: 0, quantity: 4 },
      ],
      unchanged: 0,
      wrong: [
        { line: 3, text: '“NONE” is no SKU of your stock' },
        { line: 4, text: '“a lot” is no quantity: it must be a whole number, 0 or more' },
        { line: 6, text: '“MUG” stands in line 2 already' },
        { line: 7, text: 'There is no SKU, or it is none that can be' },
        { line: 8, text: '“-1” is no quantity: it must be a whole number, 0 or more' },
        { line: 9, text: '“new place” is no location' },
      ],
    });
    expect(await onHand(mug)).toBe(12);
  });

  test.each([
    ['title,price\nMug,3\n', /first line must name the columns/],
    ['sku,on hand\n"MUG,3\n', /no file of comma separated values/],
  ])('that is none is refused in a sentence: %j', (csv, sentence) => {
    expect(() => readStockFile(csv)).toThrow(sentence);
  });

  test('is booked by its differences, once for its key; what was sold since the look stays sold', async () => {
    await ledger.apply({
      kind: 'commit',
      key: 'sold',
      sku: mug,
      units: 1,
      location: MAIN_LOCATION,
      connectionId: null,
      cause: { by: 'test' },
    });
    const lines = [
      { sku: 'MUG', location: 'main', seen: 12, quantity: 15 },
      { sku: 'PLATE', location: 'loft', seen: 0, quantity: 4 },
      { sku: 'MUG', location: 'berlin', seen: 9, quantity: 1 },
      { sku: 'GONE', location: 'main', seen: 1, quantity: 2 },
    ];
    const refused = [
      { sku: 'MUG', location: 'berlin', text: expect.stringContaining('Too few are free') },
      { sku: 'GONE', location: 'main', text: 'It is no SKU of your stock.' },
    ];
    expect(await book({ key: 'k1', kind: 'import', lines })).toEqual({
      booked: 2,
      before: 0,
      unchanged: 0,
      refused,
    });
    expect(await book({ key: 'k1', kind: 'import', lines })).toEqual({
      booked: 0,
      before: 2,
      unchanged: 0,
      refused,
    });
    expect([await onHand(mug), await onHand(plate, 'loft')]).toEqual([14, 4]);
    expect(bench.woken.at(-1)).toBe(bench.ours);
  });

  test('of another client is not there', async () => {
    const other = await bench.ask('/stock/import-preview', { csv: 'sku,on hand\nMUG,1\n' }, bench.theirs);
    expect(other.body).toMatchObject({ changes: [], wrong: [{ line: 2 }] });
  });
});

describe('a stock-take', () => {
  test('is booked as counts, on top of what moved since; the same take again changes nothing', async () => {
    const lines = [{ sku: 'MUG', location: 'main', seen: 14, quantity: 13 }];
    await ledger.apply({
      kind: 'commit',
      key: 'sold-2',
      sku: mug,
      units: 2,
      location: MAIN_LOCATION,
      connectionId: null,
      cause: { by: 'test' },
    });
    expect(await book({ key: 'take', kind: 'take', lines })).toMatchObject({ booked: 1, refused: [] });
    expect(await book({ key: 'take', kind: 'take', lines })).toMatchObject({ booked: 0, before: 1 });
    expect(await onHand(mug)).toBe(11);
    await ledger.drainAll();
    const [counted] = await database.db
      .collection('movements')
      .find({ clientId: bench.ours, kind: 'count' })
      .toArray();
    expect(counted).toMatchObject({ units: 11, cause: { note: 'Stock-take: 13 counted; 2 left since' } });
  });

  test('notes a count that agrees, and tells the flows of every line', async () => {
    const lines = [{ sku: 'PLATE', location: 'loft', seen: 4, quantity: 4 }];
    expect(await book({ key: 'take-2', kind: 'take', lines })).toMatchObject({ booked: 1 });
    const told = await database.db
      .collection('events')
      .countDocuments({ clientId: bench.ours, topic: 'stock.changed' });
    expect(told).toBe(4);
  });
});

test('orders are taken away as a file, as they were searched', async () => {
  const unitPrice = { amount: 1205, currency: 'GBP' };
  for (const number of ['#1', '#2']) {
    await captureOrder(database.db, bench.ours, {
      connectionId: ConnectionId.parse('shop'),
      channel: 'test',
      externalId: number,
      number,
      status: 'open',
      placedAt: new Date('2026-01-02T03:04:05Z'),
      updatedAt: new Date(),
      total: unitPrice,
      lines: [{ lineId: '1', sku: mug, title: 'Blue mug', quantity: 2, taken: 2, unitPrice }],
    });
  }
  const [head, line, ...rest] = (await fileOf('/orders/export?search=2')).trim().split('\n');
  expect(head).toBe('order,channel,placed,received,status,lines,units,items,total,currency,short lines');
  expect(line).toMatch(
    /^#2,A removed connection,2026-01-02T03:04:05.000Z,[^,]+,open,1,2,2 × MUG,12.05,GBP,0$/,
  );
  expect(rest).toEqual([]);
});
