import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Environment } from '../aggregate/expression.ts';
import { decode } from '../bson/decode.ts';
import { MongoError } from '../errors.ts';
import { Catalog } from '../storage/catalog.ts';
import type { Collection } from '../storage/collection.ts';
import { Store } from '../storage/store.ts';
import { stored } from '../test-values.ts';
import { runDelete } from './delete.ts';
import { insertDocument } from './insert.ts';
import { runUpdate } from './update.ts';

const INDEXES = [
  { key: { sku: 1 }, unique: true, sparse: true },
  { key: { state: 1, n: -1 } },
  { key: { 'lines.k': 1 } },
  { key: { n: 1 }, unique: true, partialFilterExpression: { state: 'open' } },
];
const values = fc.constantFrom(1, 2, 3, 'a', 'b', null, [1, 2], []);
const operation = fc.oneof(
  fc.record({
    kind: fc.constant('insert'),
    filter: fc.record(
      { sku: values, state: fc.constantFrom('open', 'done'), n: values },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    kind: fc.constantFrom('update', 'updateMany', 'upsert'),
    filter: fc.record(
      { sku: values, state: fc.constantFrom('open', 'done'), n: values },
      { requiredKeys: [] },
    ),
    update: fc.oneof(
      fc.record({
        $set: fc.record(
          { sku: values, state: fc.constantFrom('open', 'done'), n: values },
          { requiredKeys: ['n'] },
        ),
      }),
      fc.constantFrom<object>(
        { $unset: { sku: '' } },
        { $inc: { n: 1 } },
        { $push: { lines: { k: 1 } } },
        { $set: { lines: [{ k: 2 }, { k: 3 }] } },
      ),
      fc.constantFrom<object>(
        { $rename: { n: 'sku' } },
        { state: 'open', n: 9 },
        { $set: { 'lines.0.k': 7 } },
      ),
    ),
  }),
  fc.record({
    kind: fc.constantFrom('delete', 'deleteMany'),
    filter: fc.record({ sku: values, n: values }, { requiredKeys: [] }),
  }),
);

/** What is in an index, and what should be in it by the documents. */
function entriesIn(collection: Collection, store: Store): { found: string[]; expected: string[] }[] {
  const documents = collection.documents.scan(undefined, 10_000, false);
  return collection.indexes.map((index) => {
    const rows = store
      .prepare(`SELECT hex(key), rid FROM index_${index.stored.tableId}`)
      .all() as unknown as [string, number][];
    const expected = documents.flatMap(({ rid, bytes }) =>
      index.entriesOf(decode(bytes)).entries.map(({ key }) => `${key.toString('hex').toUpperCase()} ${rid}`),
    );
    return { found: rows.map(([key, rid]) => `${key} ${rid}`).sort(), expected: expected.sort() };
  });
}

test('after any writes, refused ones too, every index holds what its documents say', () => {
  const dir = mkdtempSync(join(tmpdir(), 'embedded-operations-'));
  const store = new Store(dir);
  const catalog = new Catalog(store);
  let round = 0;
  fc.assert(
    fc.property(fc.array(operation, { minLength: 10, maxLength: 40 }), (operations) => {
      round += 1;
      const namespace = `a.round${round}`;
      const collection = store.transaction(() => {
        const made = catalog.create(namespace);
        for (const [at, spec] of INDEXES.entries())
          catalog.addIndex(made, stored({ v: 2, name: `index${at}`, ...spec }));
        return made;
      });
      // All in one transaction, as in a turn: what is refused must leave nothing behind by itself.
      store.transaction(() => {
        for (const one of operations) {
          try {
            run(one as { kind: string; filter: object; update?: object }, catalog, namespace);
          } catch (error) {
            if (!(error instanceof MongoError)) throw error;
          }
        }
      });
      for (const { found, expected } of entriesIn(collection, store)) expect(found).toEqual(expected);
      expect(collection.count()).toBe(collection.documents.count());
    }),
    { numRuns: 60 },
  );
  store.close();
  rmSync(dir, { recursive: true });
});

function run(
  { kind, filter, update }: { kind: string; filter: object; update?: object },
  catalog: Catalog,
  namespace: string,
): void {
  const environment = new Environment();
  const isMulti = kind.endsWith('Many');
  if (kind === 'insert') insertDocument(catalog.ensure(namespace), stored(filter));
  else if (kind.startsWith('delete'))
    runDelete(catalog.get(namespace), { filter: stored(filter), isMulti }, environment);
  else {
    const statement = {
      filter: stored(filter),
      update: stored(update ?? {}),
      isMulti,
      isUpsert: kind === 'upsert',
      arrayFilters: [],
    };
    runUpdate(catalog, namespace, statement, environment);
  }
}
