import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { insertDocument } from '../operations/insert.ts';
import { stored } from '../test-values.ts';
import { Catalog } from './catalog.ts';
import { ChangeLog, placeOf, timestampOf } from './change-log.ts';
import { Store } from './store.ts';

const DAY_MS = 24 * 60 * 60_000;
let dir: string;
let store: Store;
let catalog: Catalog;
let log: ChangeLog;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'embedded-log-'));
  open();
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true });
});

function open(): void {
  store = new Store(dir);
  catalog = new Catalog(store);
  log = new ChangeLog(store);
}
function insert(id: number): void {
  store.transaction(() => insertDocument(catalog.ensure('a.b'), stored({ _id: id })));
}
const kinds = (after: number): unknown[] => log.read(after).map(({ event }) => event.operationType);

test('nothing is recorded before it was started, and everything after, over a restart', () => {
  insert(1);
  expect(log.isRecording).toBe(false);
  expect(store.observers).toHaveLength(0);
  const early = log.now();
  log.start();
  const start = log.now();
  insert(2);
  store.close();
  open();
  insert(3);
  expect(kinds(start)).toEqual(['insert', 'insert']);
  expect([early - 2 ** 30, start].map((place) => log.reachesBackTo(place))).toEqual([false, true]);
});

test('places grow, also within a second, and are cluster times', () => {
  log.start();
  const start = log.now();
  for (let id = 0; id < 250; id += 1) insert(id);
  const places = [...log.read(start), ...log.read(log.read(start).at(-1)?.place ?? 0)].map(
    ({ place }) => place,
  );
  expect(places).toEqual([...places].sort((left, right) => left - right));
  expect(new Set(places).size).toBe(places.length);
  expect(places.map((place) => placeOf(timestampOf(place)))).toEqual(places);
});

test('a change that is not kept is not told', () => {
  log.start();
  const start = log.now();
  const failing = (): void =>
    store.transaction(() => {
      insertDocument(catalog.ensure('a.b'), stored({ _id: 1 }));
      throw new Error('no');
    });
  expect(failing).toThrow('no');
  expect(kinds(start)).toEqual([]);
});

test('what is older than a day is forgotten; without readers the log ends', () => {
  log.start();
  const start = log.now();
  insert(1);
  insert(2);
  log.trim(Date.now());
  expect(kinds(start)).toHaveLength(3);
  log.read(start);
  // A day less a moment after the last reading.
  log.trim(Date.now() + DAY_MS - 1000);
  expect(kinds(start)).toHaveLength(3);
  expect(log.reachesBackTo(start)).toBe(true);
  log.trim(Date.now() + 2 * DAY_MS);
  expect(log.isRecording).toBe(false);
  expect(store.observers).toHaveLength(0);
  expect(log.reachesBackTo(start)).toBe(false);
  insert(3);
  log.start();
  expect(kinds(start)).toEqual([undefined]);
});
