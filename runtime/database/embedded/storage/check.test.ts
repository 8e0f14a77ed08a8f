import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { checkFiles } from '../index.ts';
import { insertDocument } from '../operations/insert.ts';
import { stored } from '../test-values.ts';
import { Catalog } from './catalog.ts';
import { Store } from './store.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'embedded-check-'));
  const store = new Store(dir);
  const catalog = new Catalog(store);
  store.transaction(() => {
    const items = catalog.create('a.items');
    for (let n = 0; n < 1200; n += 1) insertDocument(items, stored({ _id: n, n, tags: [`t${n}`, 'all'] }));
    catalog.addIndex(items, stored({ v: 2, key: { n: 1 }, name: 'n_1', unique: true }));
    catalog.addIndex(items, stored({ v: 2, key: { tags: 1 }, name: 'tags_1' }));
    catalog.create('a.empty');
  });
  store.close();
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Changes the tables behind the server's back: 1 are the documents and the `_id`s, 2 is `n`, 3 is `tags`. */
function spoil(sql: string): void {
  const database = new DatabaseSync(join(dir, 'documents.sqlite'));
  database.exec(sql);
  database.close();
}
const found = async (): Promise<string[]> => (await checkFiles(dir)).disagreements;

test('a folder that is whole', async () => {
  expect(await checkFiles(dir)).toEqual({
    collections: 2,
    documents: 1200,
    entries: 4800,
    disagreements: [],
  });
});

const cases: [name: string, sql: string, findings: string[]][] = [
  [
    'an entry that is missing',
    'DELETE FROM index_2 WHERE rid = 7',
    ['a.items, document 7: has no entry in the index n_1'],
  ],
  [
    'an entry too many',
    "INSERT INTO index_3 VALUES (x'00ff', 5)",
    ['a.items, index tags_1: has an entry that document 5 does not have'],
  ],
  [
    'a document that is gone',
    'DELETE FROM documents_1 WHERE rid = 9',
    [
      'a.items, index _id_: has an entry that document 9 does not have',
      'a.items, index n_1: has an entry that document 9 does not have',
      'a.items, index tags_1: has an entry that document 9 does not have',
      'a.items, index tags_1: has an entry that document 9 does not have',
    ],
  ],
  [
    'one key for two documents',
    'INSERT INTO index_2 SELECT key, 12 FROM index_2 WHERE rid = 11',
    [
      'a.items, index n_1: 1 keys of a unique index belong to more than one document',
      'a.items, index n_1: has an entry that document 12 does not have',
    ],
  ],
];
test.each(cases)('%s is named', async (_name, sql, findings) => {
  spoil(sql);
  expect(await found()).toEqual(findings);
});

test('bytes that are no document are named', async () => {
  spoil("UPDATE documents_1 SET bytes = x'0500000001' WHERE rid = 3");
  const [first] = await found();
  expect(first).toContain('a.items, document 3: the document is not valid');
});

test('a folder that is in use, or not there, is told in a sentence', async () => {
  const store = new Store(dir);
  await expect(checkFiles(dir)).rejects.toThrow('is in use');
  store.close();
  await expect(checkFiles(join(dir, 'nothing'))).rejects.toThrow('There is no folder');
});
