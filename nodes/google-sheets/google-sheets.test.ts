import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ClientId, ConnectionId } from '#runtime/ids.ts';
import { ConnectionGate } from '#runtime/limits/connection-gate.ts';
import { enqueue } from '#runtime/outbox/enqueue.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';
import { Sender } from '#runtime/outbox/sender.ts';
import { writtenDown } from '#test/contracts/written-down.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ALL_OUTSIDE_EFFECTS } from '../all-services.ts';
import { differingRows } from './differing-rows.ts';
import { googleSheets } from './google-sheets-service.ts';
import { orderRow } from './order-row.ts';
import { REFUSALS } from './refusals.ts';
import type { GridCell } from './sandbox/grid.ts';
import { openSheetsSandbox, type SheetsSandbox } from './sandbox/sandbox.ts';
import { secretOf } from './secret.ts';
import { SheetRow } from './sheet-table.ts';
import { stockRow } from './stock-row.ts';

const effect = ALL_OUTSIDE_EFFECTS.get('sheet-row')!;
const way = googleSheets.connect?.[0];
let sandbox: SheetsSandbox;
let connectionId: ConnectionId;
beforeEach(async () => {
  sandbox = await openSheetsSandbox();
  connectionId = ConnectionId.parse(`sheet-${randomUUID()}`);
});
afterEach(() => sandbox.close());

const far = () => ({
  connectionId,
  type: 'google-sheets',
  baseUrl: sandbox.address,
  secret: secretOf(sandbox.input),
  client: null,
});
const row = (key: string, available: number, revision: number, more: Partial<SheetRow> = {}): SheetRow => ({
  table: 'stock',
  tab: 'Stock',
  key,
  revision,
  cells: { title: `The ${key}`, available, onHand: available + 1, reserved: 1, backordered: 0 },
  ...more,
});
const write = async (...rows: readonly SheetRow[]) => {
  const calls = rows.map((payload) => ({
    payload,
    key: randomUUID(),
    queuedAt: new Date(),
    far: far(),
    observe: () => {},
    signal: new AbortController().signal,
  }));
  await Promise.all(calls.map((call) => effect.write(call)));
};
const shown = (heading = 'Available', key = 'SKU') =>
  Object.fromEntries(sandbox.sheet('Stock').table.map((cells) => [cells[key], cells[heading]]));
const writes = () => sandbox.requests.filter(({ path }) => path.endsWith(':batchUpdate')).length;

test('a sheet is made with headings, and each product has one row that follows it', async () => {
  await write(row('MUG', 7, 1), row('CUP', 3, 1));
  expect(sandbox.sheet('Stock').table).toEqual([
    {
      SKU: 'MUG',
      Product: 'The MUG',
      Available: 7,
      'On hand': 8,
      Reserved: 1,
      Backordered: 0,
      'SyncFlow revision': 1,
    },
    {
      SKU: 'CUP',
      Product: 'The CUP',
      Available: 3,
      'On hand': 4,
      Reserved: 1,
      Backordered: 0,
      'SyncFlow revision': 1,
    },
  ]);
  expect([...sandbox.sheet('Stock').hidden]).toEqual([6]);
  await write(row('CUP', 2, 2), row('PEN', 9, 1));
  expect(shown()).toEqual({ MUG: 7, CUP: 2, PEN: 9 });
});

test('a person sorts rows, adds a column and renames the headings between two syncs: nothing of theirs is lost and every quantity is right', async () => {
  const skus = Array.from({ length: 40 }, (_, n) => `SKU-${String((n * 7) % 40).padStart(2, '0')}`);
  await write(...skus.map((sku, n) => row(sku, n, 1)));
  const sheet = sandbox.sheet('Stock');
  sheet.insertColumn(2, 'Shelf');
  for (const [index, cells] of sheet.rows.entries())
    if (index > 0) sheet.write(index, 2, `shelf of ${cells[0]}`);
  sheet.sort('SKU', 'down');
  sheet.rename('SKU', 'Artikelnummer');
  sheet.rename('Available', 'Verfügbar');
  sheet.moveColumn('On hand', 0);
  sheet.insertRow(5, [null, null, 'a note of mine']);
  const [changed, added] = [skus.slice(0, 20), ['NEW-1', 'NEW-2']];
  await write(...changed.map((sku, n) => row(sku, 1_000 + n, 2)), ...added.map((sku) => row(sku, 5, 1)));
  const expected = {
    ...Object.fromEntries(skus.map((sku, n) => [sku, n < 20 ? 1_000 + n : n])),
    'NEW-1': 5,
    'NEW-2': 5,
  };
  const table = sheet.table.filter((cells) => cells.Artikelnummer !== null);
  expect(Object.fromEntries(table.map((cells) => [cells.Artikelnummer, cells.Verfügbar]))).toEqual(expected);
  expect(
    Object.fromEntries(table.map((cells) => [cells.Artikelnummer, Number(cells['On hand']) - 1])),
  ).toEqual(expected);
  for (const sku of skus)
    expect(table.find((cells) => cells.Artikelnummer === sku)?.Shelf).toBe(`shelf of ${sku}`);
  expect(table).toHaveLength(42);
  expect(sheet.rows[5]?.[2]).toBe('a note of mine');
  expect(sheet.rows[0]).toEqual(expect.arrayContaining(['Artikelnummer', 'Verfügbar', 'Shelf']));
  const old = table
    .filter(({ Artikelnummer: sku }) => skus.includes(String(sku)))
    .map((cells) => cells.Artikelnummer);
  expect(old).toEqual([...old].sort().reverse());
});

test("a sheet of somebody's own keeps all of it: ours stands beside, and their column of SKUs is shared", async () => {
  const own = sandbox.sheet('Sheet1');
  own.title = 'Stock';
  own.insertRow(0, ['Supplier', ' sku ', 'Available']);
  own.insertRow(1, ['ACME', 'MUG', 'yes']);
  own.insertRow(2, ['', '', '=SUM(A1:A2)']);
  own.columnCount = 4;
  await write(row('MUG', 7, 1), row('CUP', 3, 1));
  expect(own.rows[0]?.slice(0, 5)).toEqual(['Supplier', ' sku ', 'Available', 'Product', 'Available']);
  expect(own.rows[1]?.slice(0, 5)).toEqual(['ACME', 'MUG', 'yes', 'The MUG', 7]);
  expect(own.rows[2]?.slice(0, 3)).toEqual(['', '', '=SUM(A1:A2)']);
  expect(own.rows[3]?.slice(1, 5)).toEqual(['CUP', null, 'The CUP', 3]);
});

describe('what somebody wrote into a sheet of their own is never overwritten or hidden, whichever row is widest', () => {
  const ours = ['SKU', 'Product', 'Available', 'On hand', 'Reserved', 'Backordered', 'SyncFlow revision'];
  const wide = ['MUG', 'blue', 5, 'on the top shelf'];
  test.each<[string, GridCell[][], columnCount: number, width: number, shared: boolean]>([
    ['notes to the right without a heading', [['SKU', 'Colour', 'Boxes'], wide], 26, 4, true],
    ['no room for another column', [['SKU', 'Colour', 'Boxes'], wide], 4, 4, true],
    ['an empty first row, headings in the third', [[], [], ['SKU', 'Colour', 'Boxes'], wide], 26, 4, false],
    ['a title in the first row', [['Stock 2026'], [], ['SKU', 'Colour', 'Boxes'], wide], 26, 4, false],
    ['a formula that shows nothing', [['SKU'], [], ['', '', '', '', '=""']], 26, 5, true],
    ['a sheet with nothing in it', [], 26, 0, false],
  ])('%s', async (_name, cells, columnCount, width, shared) => {
    const own = sandbox.sheet('Sheet1');
    own.title = 'Stock';
    own.columnCount = columnCount;
    for (const [index, one] of cells.entries()) own.insertRow(index, one);
    const theirs = () => cells.map((one, index) => one.map((_cell, at) => own.read(index, at)));
    await write(row('MUG', 7, 1), row('CUP', 3, 1));
    await write(row('MUG', 6, 2));
    expect(theirs()).toEqual(cells);
    const headings = ours.slice(shared ? 1 : 0);
    expect(own.rows[0]?.slice(width)).toEqual(headings);
    expect([...own.hidden]).toEqual([width + headings.length - 1]);
    const available = own.columnOf('Available');
    expect(own.rows.map((one) => one[available]).filter((cell) => typeof cell === 'number')).toContain(6);
  });

  test('a title that is merged over more columns than are filled', async () => {
    const own = sandbox.sheet('Sheet1');
    own.title = 'Stock';
    own.insertRow(0, ['Stock 2026']);
    own.merges.push({ endColumnIndex: 8 });
    await write(row('MUG', 7, 1));
    expect(own.rows[0]?.slice(0, 10)).toEqual(['Stock 2026', ...Array(7).fill(null), 'SKU', 'Product']);
  });
});

test('the same again, and older states that come late, change nothing', async () => {
  await write(row('MUG', 5, 3));
  const made = writes();
  await write(row('MUG', 5, 3), row('MUG', 9, 2));
  expect([shown(), writes()]).toEqual([{ MUG: 5 }, made]);
  await write(row('MUG', 1, 4), row('MUG', 2, 6), row('MUG', 3, 5));
  expect(shown()).toEqual({ MUG: 2 });
});

test('what somebody typed over is brought up to date by the same state again, as the daily pass tells it; the rest stays', async () => {
  await write(row('MUG', 5, 3), row('CUP', 4, 8), row('PEN', 1, 1));
  const sheet = sandbox.sheet('Stock');
  sheet.insertColumn(2, 'Shelf');
  sheet.sort('Available');
  const before = structuredClone(sheet.rows);
  for (const at of [1, 2, 3]) before[at]?.splice(2, 1, 'A 1');
  for (const at of [1, 2, 3]) sheet.write(at, 2, 'A 1');
  sheet.write(1, sheet.columnOf('Available'), 99);
  sheet.write(2, sheet.columnOf('Product'), '');
  sheet.write(3, sheet.columnOf('On hand'), '6');
  const made = sandbox.requests.length;
  await write(row('CUP', 9, 7));
  expect(shown()).toMatchObject({ CUP: 4, PEN: 99 });
  await write(row('MUG', 5, 3), row('CUP', 4, 8), row('PEN', 1, 1));
  expect(sheet.rows).toEqual(before);
  await write(row('MUG', 5, 3), row('CUP', 4, 8), row('PEN', 1, 1));
  // All rows together: two reads for the older state, three and a write for what was typed over, three when all is right.
  expect(sandbox.requests.slice(made).map(({ path }) => path.split(/[:/]/).at(-1))).toEqual([
    ...['search', 'batchGetByDataFilter'],
    ...['search', 'batchGetByDataFilter', 'batchGetByDataFilter', 'batchUpdate'],
    ...['search', 'batchGetByDataFilter', 'batchGetByDataFilter'],
  ]);
});

test('a row that moved since it was found is not taken for one that was typed over', async () => {
  await write(row('MUG', 5, 3), row('CUP', 4, 8));
  const layout = {
    sheetId: sandbox.sheet('Stock').sheetId,
    columns: new Map([...['sku', 'title', 'available'].entries()].map(([at, id]) => [id, at])),
  };
  const typed = { ...row('MUG', 6, 3), cells: { available: 6 } };
  const found = [2, 1].map((rowIndex) => ({ row: typed, rowIndex }));
  expect(await differingRows({ far: far() }, layout, 'sku', found)).toEqual([{ row: typed, rowIndex: 1 }]);
});

test('what is text stays text, a row that was copied is kept right twice, and a number typed for a key is found', async () => {
  await write(
    row('00123', 1, 1),
    row('42', 2, 1),
    row('=1+1', 3, 1, { cells: { title: '=HYPERLINK("http://x")' } }),
  );
  const sheet = sandbox.sheet('Stock');
  expect(sheet.rows.map(([key]) => key)).toEqual(['SKU', '00123', '42', '=1+1']);
  expect(String(sandbox.requests.at(-1)?.body)).not.toContain('formulaValue');
  sheet.write(2, 0, 42);
  sheet.insertRow(1, [...(sheet.rows[2] ?? [])]);
  await write(row('42', 8, 2));
  expect(sheet.table.filter(({ SKU }) => SKU === 42).map(({ Available }) => Available)).toEqual([8, 8]);
  expect(sheet.table).toHaveLength(4);
});

test('a column that was deleted stays deleted; without the keys a person is asked, and nothing is written', async () => {
  await write(row('MUG', 7, 1));
  const sheet = sandbox.sheet('Stock');
  sheet.deleteColumn('Reserved');
  await write(row('MUG', 6, 2), row('CUP', 1, 1));
  expect(sheet.table[0]).toEqual({
    SKU: 'MUG',
    Product: 'The MUG',
    Available: 6,
    'On hand': 7,
    Backordered: 0,
    'SyncFlow revision': 2,
  });
  sheet.title = 'Lager';
  await write(row('MUG', 5, 3));
  expect(sheet.table[0]).toMatchObject({ Available: 5 });
  sheet.deleteColumn('SKU');
  const made = writes();
  await expect(write(row('MUG', 4, 4))).rejects.toMatchObject({
    message: 'The column "SKU" was deleted from the sheet "Stock", so rows can\'t be found any more.',
  });
  expect(writes()).toBe(made);
});

describe('from the outbox', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  test('80 changes of 20 products in any order, with lost answers and a full quota: few requests, every quantity right', async () => {
    const clientId = ClientId.parse(`c-${randomUUID()}`);
    const gate = new ConnectionGate({
      changed: () => {},
      resumed: () => sender.wake(),
      runningMax: 30,
      breaker: { lookMsFirst: 20, lookMsMax: 50 },
    });
    const sender = new Sender({
      db: database.db,
      clientId,
      runner: 'r',
      effects: ALL_OUTSIDE_EFFECTS,
      farOf: far,
      gateOf: () => gate,
      closed: () => (gate.closedForMs > 0 ? [connectionId] : []),
      sideBySide: () => 30,
      moved: () => {},
      retry: { triesMax: 50, firstDelayMs: 10, factor: 1, delayMsMax: 10 },
      pollMs: 10,
    });
    const changes = Array.from({ length: 80 }, (_, n) => ({
      n,
      sku: `P${n % 20}`,
      revision: Math.floor(n / 20) + 1,
    }));
    for (const { n, sku, revision } of changes.sort((a, b) => ((a.n * 37) % 80) - ((b.n * 37) % 80)))
      await enqueue(database.db, clientId, {
        key: `k${n}`,
        effect: 'sheet-row',
        connectionId,
        subject: 'x',
        payload: row(sku, revision * 100 + (n % 20), revision),
      });
    sandbox.misbehave([
      { status: 503, body: {} },
      {
        status: 429,
        headers: { 'retry-after': '0' },
        body: { error: { status: 'RESOURCE_EXHAUSTED', message: 'Quota exceeded' } },
      },
    ]);
    await sender.start();
    const outbox = database.db.collection<OutboxDocument>('outbox');
    for (let turn = 0; turn < 800; turn += 1) {
      if (turn === 20) sandbox.misbehave(['no answer']);
      if ((await outbox.countDocuments({ clientId, state: 'sent' })) === 80) break;
      await wait(10);
    }
    await sender.stop();
    gate.stop();
    expect(shown()).toEqual(Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`P${n}`, 400 + n])));
    expect(sandbox.sheet('Stock').table).toHaveLength(20);
    expect(writes()).toBeLessThan(40);
  });
});

describe('connecting', () => {
  const connect = async (input: Readonly<Record<string, string>> = sandbox.input) =>
    way?.kind === 'keys'
      ? await way.connect({ input: way.form.parse(input), sandboxUrl: sandbox.address })
      : null;

  test('names the spreadsheet, and keeps the key and nothing else of the file', async () => {
    expect(await connect()).toMatchObject({ name: 'Sheet: Our shop', baseUrl: sandbox.address });
    expect(Object.keys(secretOf(sandbox.input).account)).toEqual([
      'client_email',
      'private_key',
      'private_key_id',
    ]);
    expect(await googleSheets.check?.(far())).toEqual([]);
  });

  test('a key of another account, a spreadsheet that is not shared or not there: each says what to do', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const file = JSON.parse(String(sandbox.input.key)) as Record<string, string>;
    const key = JSON.stringify({
      ...file,
      private_key_id: 'another',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    });
    await expect(connect({ ...sandbox.input, key })).rejects.toMatchObject({ code: 'far-side.keys' });
    const elsewhere = `https://docs.google.com/spreadsheets/d/${'x'.repeat(44)}/edit`;
    await expect(connect({ ...sandbox.input, spreadsheet: elsewhere })).rejects.toMatchObject({
      code: 'far-side.address',
    });
    sandbox.unshare();
    await expect(connect()).rejects.toMatchObject({
      message: expect.stringContaining('syncflow@sandbox.iam'),
    });
    expect(SheetRow.safeParse({ ...row('', 1, 1) }).success).toBe(false);
    expect(() => secretOf({ ...sandbox.input, key: '{"type":"service_account"}' })).toThrow(
      'service account',
    );
    expect(() => secretOf({ ...sandbox.input, spreadsheet: 'https://example.com' })).toThrow('spreadsheet');
  });

  test.each([
    [401, 'UNAUTHENTICATED', 'x', 0],
    [
      403,
      'PERMISSION_DENIED',
      'Google Sheets API has not been used in project 1 before or it is disabled.',
      1,
    ],
    [403, 'PERMISSION_DENIED', 'You are trying to edit a protected cell or object.', 2],
    [403, 'PERMISSION_DENIED', 'The caller does not have permission', 3],
    [404, 'NOT_FOUND', 'Requested entity was not found.', 4],
    [400, 'INVALID_ARGUMENT', 'You are trying to edit a protected cell', 5],
    [
      400,
      'INVALID_ARGUMENT',
      'This action would increase the number of cells in the workbook above the limit of 10000000 cells.',
      6,
    ],
  ])('%i %s "%s" has a sentence and a fix', async (code, status, message, index) => {
    const refused = { status: code, body: { error: { code, status, message } } };
    await write(row('MUG', 1, 1));
    // A token that is refused is fetched anew once.
    sandbox.misbehave(
      code === 401 ? [refused, { status: 400, body: { error: 'invalid_grant' } }] : [refused],
    );
    const error = await write(row('MUG', 2, 2)).catch((thrown: unknown) => thrown as Error & { fix: string });
    expect(error?.message.slice(0, 30)).toBe(REFUSALS[index]?.refusal.reason.slice(0, 30));
    expect(error?.fix).toBe(REFUSALS[index]?.refusal.fix);
    expect(error?.fix).toMatch(/^[A-Z].+\.$/);
  });
});

const order = {
  orderId: 'con-1:order:7',
  connectionId: 'con-1',
  channel: 'shopify',
  externalId: '7',
  number: '#1001',
  status: 'open',
  placedAt: new Date('2026-11-27T09:30:00Z'),
  updatedAt: new Date('2026-11-27T09:31:00Z'),
  paid: true,
  total: { amount: 1999, currency: 'GBP' },
  lines: [
    {
      lineId: '1',
      sku: 'MUG',
      title: 'Mug',
      quantity: 2,
      taken: 2,
      unitPrice: { amount: 999, currency: 'GBP' },
    },
  ],
};

test('the nodes write each row down once, with nothing about the customer, and nowhere until told', async () => {
  const { sent, context } = writtenDown();
  const level = {
    sku: 'MUG',
    title: 'Mug',
    onHand: 7,
    reserved: 2,
    available: 5,
    backordered: 0,
    byLocation: {},
    version: 4,
    taken: {},
  };
  await stockRow.run(level, {}, context);
  expect(sent).toEqual([]);
  await stockRow.run(level, { connection: 'sheet' }, context);
  await orderRow.run(order, { connection: 'sheet' }, context);
  expect(sent.map(({ payload }) => SheetRow.parse(payload))).toMatchObject([
    { table: 'stock', tab: 'Stock', key: 'MUG', revision: 4, cells: { available: 5, onHand: 7 } },
    {
      table: 'orders',
      tab: 'Orders',
      key: 'con-1:order:7',
      cells: {
        number: '#1001',
        placedAt: '2026-11-27 09:30',
        paid: 'yes',
        total: 19.99,
        currency: 'GBP',
        units: 2,
        items: '2 × Mug (MUG)',
      },
    },
  ]);
});

test('states of an order within one second stand in the sheet as the newest, in whichever order they come', async () => {
  const second = (ms: number) => new Date(Date.parse('2026-11-27T09:31:00Z') + ms);
  // Shopify counts refunds and cancellations in the milliseconds of its stamp.
  const states = [
    { status: 'pending', paid: false, updatedAt: second(0) },
    { status: 'open', paid: false, updatedAt: second(0) },
    { status: 'open', paid: true, updatedAt: second(0) },
    { status: 'fulfilled', paid: true, updatedAt: second(0) },
    { status: 'fulfilled', paid: true, updatedAt: second(1) },
    { status: 'cancelled', paid: true, updatedAt: second(2) },
    { status: 'open', paid: false, updatedAt: second(1_000) },
  ];
  const { sent, context } = writtenDown();
  for (const state of states)
    await orderRow.run({ ...order, ...state }, { connection: 'sheet', tab: 'Orders' }, context);
  const rows = sent.map(({ payload }) => SheetRow.parse(payload));
  for (const [index, newest] of rows.entries()) {
    const tab = `Orders ${index}`;
    await write({ ...newest, tab });
    for (const late of rows.slice(0, index)) await write({ ...late, tab });
    expect(sandbox.sheet(tab).table).toMatchObject([
      { Status: states[index]?.status, Paid: states[index]?.paid ? 'yes' : 'no' },
    ]);
  }
});
