import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Environment } from '../aggregate/expression.ts';
import { decode } from '../bson/decode.ts';
import { runDelete } from '../operations/delete.ts';
import { insertDocument } from '../operations/insert.ts';
import { select, withoutRests } from '../operations/select.ts';
import { Catalog } from '../storage/catalog.ts';
import { ChangeLog } from '../storage/change-log.ts';
import { Store } from '../storage/store.ts';
import { codeOf, stored } from '../test-values.ts';
import { Sessions } from './sessions.ts';
import { type TransactionId, Transactions } from './transactions.ts';

let dir: string;
let store: Store;
let catalog: Catalog;
let transactions: Transactions;
const first = idOf('01', 1n);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'embedded-transactions-'));
  store = new Store(dir);
  catalog = new Catalog(store);
  const changeLog = new ChangeLog(store);
  transactions = new Transactions({ store, catalog, sessions: new Sessions(store), changeLog });
  store.transaction(() => insert(1));
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true });
});

function idOf(sessionKey: string, number: bigint): TransactionId {
  return { sessionKey, number, lsid: {} };
}
function insert(id: number): void {
  insertDocument(catalog.ensure('a.b'), stored({ _id: id }));
}
function removeAll(): void {
  runDelete(catalog.get('a.b'), { filter: {}, isMulti: true }, new Environment());
}
function ids(): string[] {
  const rows = select(catalog.get('a.b'), {
    filter: {},
    sort: stored({ _id: 1 }),
    environment: new Environment(),
  });
  return Array.from(withoutRests(rows), ({ bytes }) => String(decode(bytes)._id));
}

test('changes are followed while a transaction is open, and only then', () => {
  expect(store.observers).toHaveLength(0);
  transactions.statement(first, true, () => insert(2));
  transactions.statement(idOf('02', 1n), true, ids);
  expect(store.observers).toHaveLength(1);
  store.transaction(() => transactions.commit(first));
  expect(store.observers).toHaveLength(1);
  transactions.abort(idOf('02', 1n));
  expect(store.observers).toHaveLength(0);
  expect(ids()).toEqual(['1', '2']);
});

test('a commit that is not kept leaves the transaction open', () => {
  transactions.statement(first, true, () => insert(2));
  const failing = (): void =>
    store.transaction(() => {
      transactions.commit(first);
      throw new Error('the disk is full');
    });
  expect(failing).toThrow('the disk is full');
  expect(ids()).toEqual(['1']);
  expect(transactions.statement(first, false, ids)).toEqual(['1', '2']);
  store.transaction(() => transactions.commit(first));
  expect(ids()).toEqual(['1', '2']);
  expect(transactions.counts).toEqual({ totalStarted: 1, totalCommitted: 1, totalAborted: 0 });
});

test('what others did and took back again is no harm', () => {
  transactions.statement(first, true, ids);
  const undone = (): void =>
    store.transaction(() => {
      removeAll();
      insert(7);
      throw new Error('taken back');
    });
  expect(undone).toThrow('taken back');
  store.transaction(() => {
    removeAll();
    insert(8);
  });
  expect(transactions.statement(first, false, ids)).toEqual(['1']);
  expect(ids()).toEqual(['8']);
});

test('it ends after its lifetime, and when too much has changed since', () => {
  transactions.statement(first, true, ids);
  transactions.closeExpired(Date.now() + 59_000);
  expect(transactions.openCount).toBe(1);
  transactions.closeExpired(Date.now() + 61_000);
  expect(codeOf(() => transactions.statement(first, false, ids))).toBe(251);
  const second = idOf('02', 5n);
  transactions.statement(second, true, ids);
  store.transaction(() => {
    for (let id = 2; id < 10_010; id += 1) insert(id);
  });
  expect(codeOf(() => transactions.statement(second, false, ids))).toBe(112);
  expect(codeOf(() => transactions.commit(second))).toBe(251);
});
