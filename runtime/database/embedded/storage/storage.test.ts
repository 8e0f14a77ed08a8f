import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { encode } from '../bson/encode.ts';
import { parseSort } from '../bson/sort.ts';
import type { Doc } from '../bson/values.ts';
import { compileFilter } from '../filter/filter.ts';
import { PAUSE, slice } from '../pause.ts';
import { codeOf, stored } from '../test-values.ts';
import { Catalog } from './catalog.ts';
import type { Collection } from './collection.ts';
import { choosePlan, type Plan } from './planner.ts';
import { countRows, docOf, scan } from './scan.ts';
import { Store } from './store.ts';

let dir: string;
let store: Store;
let catalog: Catalog;
let items: Collection;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'embedded-storage-'));
  store = new Store(dir);
  catalog = new Catalog(store);
  items = store.transaction(() => catalog.create('shop.items'));
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true });
});

function index(key: object, options: object = {}): void {
  const name = Object.entries(key)
    .map(([path, direction]) => `${path}_${direction}`)
    .join('_');
  store.transaction(() => catalog.addIndex(items, stored({ v: 2, key, name, ...options })));
}
function insert(...docs: object[]): void {
  store.transaction(() => {
    for (const doc of docs.map(stored)) items.insert(doc, encode(doc));
  });
}
function plan(filter: object, sort: object = {}, hint?: string): Plan {
  return choosePlan(items.indexes, { filter: stored(filter), sort: parseSort(stored(sort)), hint });
}
/** The `_id`s that a filter finds, by its plan or by looking at everything. */
function found(filter: object, byPlan: Plan = plan(filter)): unknown[] {
  const test = compileFilter(stored(filter));
  return [...scan(items, byPlan, test)].map((row) => Number(String(row === PAUSE ? -1 : docOf(row)._id)));
}

describe('the planner', () => {
  beforeEach(() => {
    index({ clientId: 1, sku: 1 }, { unique: true });
    index({ state: 1, nextAttemptAt: 1 });
    index({ connectionId: 1, dirty: 1, desired: -1 });
    index({ dedupe: 1 }, { unique: true, partialFilterExpression: { dedupe: { $exists: true } } });
    index({ optional: 1 }, { sparse: true });
    index({ name: 1 });
    index({ 'tags.k': 1, 'tags.v': 1 });
    index({ shop: 1, raiseAt: 1 }, { partialFilterExpression: { isWaiting: true } });
    index({ shop: 1, code: 1 });
    index({ checkAt: 1 }, { partialFilterExpression: { checkAt: { $gt: 0 } } });
  });

  const at = new Date();
  const cases: [filter: object, sort: object, index: string | undefined, expected: Partial<Plan>][] = [
    [{ _id: 1 }, {}, '_id_', { isExact: true, isSorted: true }],
    [{ _id: 'a' }, {}, '_id_', { isExact: true, isSorted: true, isPoints: true }],
    [{ _id: 'a', sku: 's' }, {}, '_id_', { isExact: false, isPoints: true }],
    [{ _id: 'a', $or: [{ sku: 's' }, { sku: 't' }] }, {}, '_id_', { isExact: false, isPoints: true }],
    [{ _id: { $eq: 'a', $gt: 'b' } }, {}, '_id_', { isExact: false }],
    [{ _id: { $in: [3, 1, 2] } }, {}, '_id_', { isExact: true, isPoints: true }],
    [{ clientId: 'c', sku: 's' }, {}, 'clientId_1_sku_1', { isExact: true }],
    [
      { clientId: 'c', sku: { $in: ['a', 'b'] } },
      {},
      'clientId_1_sku_1',
      { isExact: true, isPoints: true, point: undefined },
    ],
    [
      { clientId: 'c' },
      { sku: -1 },
      'clientId_1_sku_1',
      { isSorted: true, descending: true, isPoints: false },
    ],
    [{ state: { $in: ['a', 'b'] }, nextAttemptAt: null }, {}, 'state_1_nextAttemptAt_1', { isPoints: false }],
    [{ clientId: 'c', sku: /^ab/ }, {}, 'clientId_1_sku_1', { isExact: false }],
    [{ clientId: { $gt: 'a' } }, { clientId: 1 }, 'clientId_1_sku_1', { isSorted: true, isExact: true }],
    [{ sku: 's' }, {}, undefined, {}],
    [
      { state: 'queued', nextAttemptAt: { $lte: at } },
      { _id: 1 },
      'state_1_nextAttemptAt_1',
      { isSorted: false, isExact: true },
    ],
    [
      { state: 'queued' },
      { nextAttemptAt: 1 },
      'state_1_nextAttemptAt_1',
      { isSorted: true, descending: false },
    ],
    [
      { connectionId: 'c', dirty: true },
      { desired: -1 },
      'connectionId_1_dirty_1_desired_-1',
      { isSorted: true, descending: false },
    ],
    [
      { connectionId: 'c', dirty: true },
      { desired: 1 },
      'connectionId_1_dirty_1_desired_-1',
      { isSorted: true, descending: true },
    ],
    [{ dedupe: 'k' }, {}, 'dedupe_1', { isExact: true }],
    [{ dedupe: null }, {}, undefined, {}],
    [{}, { dedupe: 1 }, undefined, { isSorted: false }],
    [{ optional: 5 }, {}, 'optional_1', { isExact: true }],
    [{ optional: null }, {}, undefined, {}],
    [{}, { optional: 1 }, undefined, { isSorted: false }],
    [{}, { name: -1 }, 'name_1', { isSorted: true, descending: true, isExact: true }],
    [{ name: { $ne: 'x' } }, {}, undefined, {}],
    [{ $or: [{ name: 'x' }] }, {}, 'name_1', { isExact: true }],
    [{ $or: [{ name: 'x' }, { name: 'y' }] }, {}, undefined, {}],
    [{ $and: [{ name: { $gte: 'a' } }, { name: { $lt: 'b' } }] }, {}, 'name_1', { isExact: true }],
    [{ name: null }, {}, 'name_1', { isExact: false }],
    [{ name: { $lt: 5 } }, {}, 'name_1', { isExact: false }],
    [{ name: 'x', other: 1 }, {}, 'name_1', { isExact: false }],
    [{ shop: 'a', isWaiting: true }, { raiseAt: 1 }, 'shop_1_raiseAt_1', { isExact: true, isSorted: true }],
    [{ shop: 'a', isWaiting: true, other: 1 }, {}, 'shop_1_raiseAt_1', { isExact: false }],
    [{ isWaiting: true }, { shop: 1 }, 'shop_1_raiseAt_1', { isExact: true, isSorted: true }],
    [{ shop: 'a', isWaiting: true }, {}, 'shop_1_raiseAt_1', { isExact: true }],
    [{ shop: 'a' }, {}, 'shop_1_code_1', {}],
    [{ checkAt: { $gt: 0, $lte: 5 } }, {}, 'checkAt_1', { isExact: true }],
    [{ checkAt: { $lte: 5 } }, {}, undefined, {}],
    [{}, {}, undefined, { isExact: true, isSorted: true }],
  ];
  test.each(cases)('%j sorted by %j uses %s', (filter, sort, name, expected) => {
    const chosen = plan(filter, sort);
    expect(chosen.index?.name).toBe(name);
    expect(chosen).toMatchObject(expected);
  });
  test('counts by a partial index what it demands itself', () => {
    insert(
      { _id: 1, clientId: 1, shop: 'a', isWaiting: true },
      { _id: 2, clientId: 2, shop: 'a', isWaiting: [true, false] },
      { _id: 3, clientId: 3, shop: 'a', isWaiting: false },
      { _id: 4, clientId: 4, shop: 'b', isWaiting: true },
    );
    expect(countRows(items, plan({ shop: 'a', isWaiting: true }))).toBe(2);
    expect(found({ shop: 'a', isWaiting: true })).toEqual([1, 2]);
    expect(countRows(items, plan({ shop: 'a', isWaiting: true, other: null }))).toBeUndefined();
  });
  test('goes to one entry where a unique key is given whole', () => {
    expect(plan({ _id: 1 }).point).toBeDefined();
    expect(plan({ clientId: 'c', sku: 's', state: 'x' }).point).toBeDefined();
    expect(plan({ name: 'x' }).point).toBeUndefined();
  });
  test('follows a hint and refuses an unknown one', () => {
    expect(plan({ clientId: 'c', sku: 's' }, {}, 'name_1').index?.name).toBe('name_1');
    expect(codeOf(() => plan({}, {}, 'nothing'))).toBe(2);
  });
  test('never combines two fields of an array, whose values may come from different elements', () => {
    insert({
      _id: 1,
      clientId: 1,
      tags: [
        { k: 'a', v: 1 },
        { k: 'b', v: 2 },
      ],
    });
    expect(found({ 'tags.k': 'a', 'tags.v': 2 })).toEqual([1]);
    expect(found({ 'tags.k': { $gt: 'a', $lt: 'b' } })).toEqual([1]);
    insert({ _id: 2, clientId: 2, tags: [{ k: 'a' }, { k: 'c' }] });
    expect(found({ 'tags.k': { $gt: 'a', $lt: 'c' } })).toEqual([1, 2]);
  });
});

describe('every index finds what a look at everything finds', () => {
  const values = [
    1,
    2,
    2.5,
    -1,
    '1',
    'ab',
    'abc',
    null,
    undefined,
    [1, 2],
    [],
    ['ab'],
    [[1]],
    true,
    { x: 1 },
    [{ x: 1 }, { x: 2 }],
    new Date(5),
    Number.NaN,
  ];
  const operators = ['$eq', '$gt', '$gte', '$lt', '$lte', '$ne'];

  test.each([1, -1])('direction %i', (direction) => {
    index({ a: direction });
    index({ a: direction, b: 1 });
    index({ 'a.x': direction });
    insert(...values.map((a, at) => (a === undefined ? { _id: at } : { _id: at, a, b: at % 3 })));
    const filters: object[] = [
      ...values
        .filter((value) => value !== undefined)
        .flatMap((value) => operators.map((operator) => ({ a: { [operator]: value } }))),
      ...values.map((value) => ({ a: value ?? null, b: 1 })),
      { a: { $in: [1, 'ab', null] } },
      { a: { $gt: 0, $lt: 2 } },
      { a: { $gte: 1, $lte: 2.5 }, b: 0 },
      { a: /^ab/ },
      { a: /^abx?c/ },
      { a: { $regex: '^AB', $options: 'i' } },
      { a: { $exists: true } },
      { 'a.x': 1 },
      { 'a.x': { $gte: 2 } },
      { 'a.x': null },
      { 'a.0': 1 },
      { a: { $elemMatch: { $gte: 1 } } },
    ];
    const everything = choosePlan(items.indexes, { filter: {}, hint: { $natural: 1 } });
    for (const filter of filters) {
      const expected = found(filter, { ...everything, isExact: false });
      expect({ filter, ids: found(filter).sort((a, b) => Number(a) - Number(b)) }).toEqual({
        filter,
        ids: expected,
      });
      const counted = countRows(items, plan(filter));
      if (counted !== undefined) expect({ filter, counted }).toEqual({ filter, counted: expected.length });
    }
  });
});

describe('a transaction that fails', () => {
  test('leaves documents, indexes, counts and the catalog as they were', () => {
    insert({ _id: 1, a: 1 });
    expect(items.count()).toBe(1);
    const attempt = (): void =>
      store.transaction(() => {
        items.insert(stored({ _id: 2, a: [1, 2] }), encode(stored({ _id: 2, a: [1, 2] })));
        catalog.create('shop.other');
        catalog.addIndex(items, stored({ v: 2, key: { a: 1 }, name: 'a_1' }));
        throw new Error('fault');
      });
    expect(attempt).toThrow('fault');
    expect(items.count()).toBe(1);
    expect(found({})).toEqual([1]);
    expect(items.indexes.map((one) => one.name)).toEqual(['_id_']);
    expect(catalog.get('shop.other')).toBeUndefined();
    insert({ _id: 2, a: 3 });
    expect(found({})).toEqual([1, 2]);
  });
  test('that an index has seen arrays is remembered, or forgotten with its document', () => {
    index({ a: 1 });
    const fails = (): void =>
      store.transaction(() => {
        items.insert(stored({ _id: 1, a: [1] }), encode(stored({ _id: 1, a: [1] })));
        throw new Error('fault');
      });
    expect(fails).toThrow('fault');
    expect(items.indexes[1]?.stored.multikey).toEqual([false]);
    insert({ _id: 2, a: [1, 2] });
    store.close();
    store = new Store(dir);
    items = new Catalog(store).get('shop.items') as Collection;
    expect(items.indexes[1]?.stored.multikey).toEqual([true]);
    expect(found({ a: { $gte: 1 } })).toEqual([2]);
  });
  test('a duplicate in the middle of an index build leaves no index', () => {
    insert({ _id: 1, a: 1 }, { _id: 2, a: 1 });
    expect(
      codeOf(() =>
        store.transaction(() =>
          store.atomically(() =>
            catalog.addIndex(items, stored({ v: 2, key: { a: 1 }, name: 'a_1', unique: true })),
          ),
        ),
      ),
    ).toBe(11000);
    expect(items.indexes.length).toBe(1);
    index({ a: 1 });
    expect(found({ a: 1 })).toEqual([1, 2]);
  });
});

test('a scan rests when its slice is over and goes on afterwards, over changes', () => {
  insert(...Array.from({ length: 100 }, (_, at) => ({ _id: at })));
  slice.endsAtMs = 0;
  const rows = scan(items, plan({ _id: { $gte: 10 } }), () => true);
  expect(rows.next().value).toBe(PAUSE);
  slice.endsAtMs = Infinity;
  insert({ _id: 200 });
  expect([...rows].length).toBe(91);
});

describe('the log', () => {
  const MEGABYTE = 1024 * 1024;
  const sizeOf = (name: string): number => statSync(join(dir, name)).size;

  test('is brought into the main file beside the work, and begins anew when it is long', async () => {
    const text = 'x'.repeat(100_000);
    let megabytes = 0;
    for (; megabytes < 80; megabytes += 0.1) {
      insert({ _id: items.count(), text });
      await nextTurn();
      // Not faster than the thread, on a busy machine too.
      while (sizeOf('documents.sqlite') < (megabytes - 20) * MEGABYTE) {
        await wait(5);
        insert({ _id: items.count(), text: '' });
      }
    }
    expect(sizeOf('documents.sqlite-wal')).toBeLessThan(60 * MEGABYTE);
  });
});

describe('the database file', () => {
  const path = (): string => join(dir, 'documents.sqlite');
  const reopened = (): (() => void) => {
    store.close();
    return () => {
      store = new Store(dir);
    };
  };
  afterEach(() => {
    // Each of these leaves a file that can't be opened; the surrounding afterEach needs an open one.
    rmSync(dir, { recursive: true, force: true });
    store = new Store(dir);
  });

  test('is kept from others: folder and file belong to this user alone', () => {
    expect(statSync(path()).mode & 0o077).toBe(0);
  });
  test('is opened by one server at a time', () => {
    expect(() => new Store(dir)).toThrow(`The data folder ${dir} is in use by another running server.`);
  });
  test.each<[string, () => void, RegExp]>([
    ['of another kind', () => writeFileSync(path(), 'x'.repeat(5000)), /is no database of this program/],
    ['that is cut off inside its header', () => truncateSync(path(), 50), /is no database of this program/],
    ['that is cut off', () => truncateSync(path(), 8192), /is damaged/],
    [
      'with a page of nonsense',
      () => {
        const bytes = readFileSync(path());
        bytes.fill(0xa5, 4096, 12_288);
        writeFileSync(path(), bytes);
      },
      /is damaged/,
    ],
    [
      'of another program',
      () => {
        rmSync(path());
        const other = new DatabaseSync(path());
        other.exec('CREATE TABLE notes (text)');
        other.close();
      },
      /is a SQLite database of another program/,
    ],
    [
      'of a later version',
      () => {
        const later = new DatabaseSync(path());
        later.exec('PRAGMA user_version = 2');
        later.close();
      },
      /has format 2, but this version of the program reads format 1/,
    ],
  ])('a file %s is reported and left as it is', (_what, spoil, message) => {
    insert({ _id: 1 } satisfies Doc);
    const open = reopened();
    spoil();
    const before = readFileSync(path());
    expect(open).toThrow(message);
    expect(readFileSync(path()).equals(before)).toBe(true);
  });
});
