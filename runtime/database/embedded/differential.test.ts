/**
 * Random documents, queries, sorts and updates, against a plain model of what MongoDB does.
 * `DIFFERENTIAL_SEED=… jest differential` repeats a run, `DIFFERENTIAL_RUNS=5000` makes a long one.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Collection, Document, UpdateFilter } from 'mongodb';
import { matches, type Row, sorted } from './test-model.ts';
import { startTestServer, type TestServer } from './test-server.ts';
import { updated } from './test-update-model.ts';

const seed = Number(process.env.DIFFERENTIAL_SEED ?? Date.now() % 1_000_000_000);
const numRuns = Number(process.env.DIFFERENTIAL_RUNS ?? 40);
const TIMEOUT_MS = 20_000 + numRuns * 500;
let server: TestServer;
let plain: Collection<Row>;
let indexed: Collection<Row>;

beforeAll(async () => {
  server = await startTestServer();
  plain = server.db.collection('plain');
  indexed = server.db.collection('indexed');
  await indexed.createIndexes([
    { key: { a: 1 } },
    { key: { n: -1, a: 1 } },
    { key: { 'd.x': 1, n: 1 } },
    { key: { s: 1 }, sparse: true },
    { key: { n: 1, s: -1 }, partialFilterExpression: { n: { $gt: 0 } } },
  ]);
});
afterAll(() => server.stop());

const number = fc.constantFrom(-2, -1, 0, 1, 2, 3, 0.5, 2.5);
const text = fc.constantFrom('', 'a', 'b', 'ab', 'B', 'é');
const scalar = fc.oneof(
  number,
  text,
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(new Date(0), new Date(5)),
);
const small = fc.record({ x: fc.oneof(number, text), y: number }, { requiredKeys: [] });
const list = fc.array(fc.oneof({ weight: 4, arbitrary: scalar }, small), { maxLength: 3 });

/** Arrays on the way to `d.x` are never empty and hold documents only: MongoDB's rules for others are odd. */
const row = fc.record(
  {
    a: fc.oneof(scalar, list, small),
    n: number,
    s: fc.oneof(text, fc.constant(null)),
    d: fc.oneof(small, fc.array(small, { minLength: 1, maxLength: 3 })),
  },
  { requiredKeys: [] },
);
const rows = fc
  .array(row, { minLength: 3, maxLength: 25 })
  .map((list): Row[] => list.map((one, _id) => ({ _id, ...one }) as Row));

const path = fc.constantFrom('a', 'n', 's', 'd.x', 'd.y');
const bound = fc.oneof(number, text, fc.constant(new Date(1)), fc.boolean());
const operand = fc.oneof(scalar, small, list);
const operators: fc.Arbitrary<Document> = fc.oneof(
  operand.map(($eq) => ({ $eq })),
  operand.map(($ne) => ({ $ne })),
  fc
    .record({ $gt: bound, $gte: bound, $lt: bound, $lte: bound }, { requiredKeys: [] })
    .filter((one) => Object.keys(one).length > 0),
  fc.array(scalar, { maxLength: 3 }).map(($in) => ({ $in })),
  fc.array(scalar, { maxLength: 3 }).map(($nin) => ({ $nin })),
  fc.array(scalar, { maxLength: 2 }).map(($all) => ({ $all })),
  fc.boolean().map(($exists) => ({ $exists })),
  fc.integer({ min: 0, max: 3 }).map(($size) => ({ $size })),
  fc.constantFrom(0, 1).map((rest) => ({ $mod: [2, rest] })),
  bound.map((value) => ({ $elemMatch: { $gte: value } })),
  number.map((x) => ({ $elemMatch: { x } })),
);
const condition = fc.oneof(
  operators,
  operators.map(($not) => ({ $not })),
  scalar,
);
const leaf: fc.Arbitrary<Document> = fc.dictionary(path, condition, { minKeys: 1, maxKeys: 2 });
const filter: fc.Arbitrary<Document> = fc.oneof(
  { weight: 3, arbitrary: leaf },
  fc
    .tuple(fc.constantFrom('$and', '$or', '$nor'), fc.array(leaf, { minLength: 1, maxLength: 3 }))
    .map(([name, branches]) => ({ [name]: branches })),
  fc.tuple(leaf, fc.array(leaf, { minLength: 1, maxLength: 2 })).map(([one, $or]) => ({ ...one, $or })),
);
const direction = fc.constantFrom(1 as const, -1 as const);
/** No two fields that may both hold arrays; the id makes the order whole. */
const sort = fc
  .tuple(
    fc.array(fc.constantFrom('a', 'n', 's'), { maxLength: 2 }),
    fc.boolean(),
    fc.array(direction, { minLength: 3, maxLength: 3 }),
  )
  .map(([names, isNested, directions]): Record<string, 1 | -1> => {
    const fields = isNested ? names.map((name) => (name === 'a' ? 'd.x' : name)) : names;
    return Object.fromEntries(
      [...new Set([...fields, '_id'])].map((name, index) => [name, directions[index] ?? 1]),
    );
  });
const query = fc.record({ filter, sort, skip: fc.constantFrom(0, 0, 2), limit: fc.constantFrom(0, 0, 3) });

async function fill(collection: Collection<Row>, documents: readonly Row[]): Promise<void> {
  await collection.deleteMany({});
  await collection.insertMany(documents.map((one) => structuredClone(one)));
}

test(
  `queries and sorts, with and without indexes, with seed ${seed}`,
  async () => {
    const property = fc.asyncProperty(
      rows,
      fc.array(query, { minLength: 5, maxLength: 15 }),
      async (documents, queries) => {
        for (const collection of [plain, indexed]) await fill(collection, documents);
        for (const { filter, sort, skip, limit } of queries) {
          const all = sorted(
            documents.filter((one) => matches(one, filter)),
            sort,
          );
          const expected = all.slice(skip, limit > 0 ? skip + limit : undefined);
          for (const collection of [plain, indexed]) {
            const found = await collection.find(filter, { sort, skip, limit }).toArray();
            expect({ where: collection.collectionName, filter, sort, found }).toEqual({
              where: collection.collectionName,
              filter,
              sort,
              found: expected,
            });
            expect(await collection.countDocuments(filter)).toBe(all.length);
          }
        }
      },
    );
    await fc.assert(property, { seed, numRuns });
  },
  TIMEOUT_MS,
);

const item = fc.oneof(number, text);
const shaped = fc.record(
  {
    n: number,
    m: number,
    s: text,
    d: fc.record({ x: number, y: number }, { requiredKeys: [] }),
    l: fc.array(item, { maxLength: 4 }),
  },
  { requiredKeys: [] },
);
const each = fc.array(item, { maxLength: 3 });
const push = fc.record(
  {
    $each: each,
    $position: fc.integer({ min: -3, max: 3 }),
    $slice: fc.integer({ min: -3, max: 3 }),
    $sort: direction,
  },
  { requiredKeys: ['$each'] },
);
/** Each operator has a path of its own but for the list, so that no two of one update are in conflict. */
const update = fc
  .record(
    {
      $set: fc.record({ s: text, 'd.z': operand }, { requiredKeys: [] }),
      $unset: fc.constant({ 'd.y': '' }),
      $rename: fc.constant({ m: 'renamed' }),
      $inc: fc.record({ 'd.x': number }),
      $setOnInsert: fc.constant({ fresh: true }),
    },
    { requiredKeys: [] },
  )
  .chain((one) =>
    fc
      .tuple(
        fc.option(fc.tuple(fc.constantFrom('$mul', '$min', '$max', '$inc'), number), { nil: undefined }),
        fc.option(
          fc.oneof(
            push.map((operand) => ['$push', operand] as const),
            each.map(($each) => ['$addToSet', { $each }] as const),
            item.map((operand) => ['$pull', operand] as const),
            bound.map(($gte) => ['$pull', { $gte }] as const),
            direction.map((operand) => ['$pop', operand] as const),
          ),
          { nil: undefined },
        ),
      )
      .map(
        ([arithmetic, array]): Record<string, Record<string, unknown>> => ({
          ...one,
          ...(arithmetic && {
            [arithmetic[0]]: { ...(arithmetic[0] === '$inc' && one.$inc), n: arithmetic[1] },
          }),
          ...(array && { [array[0]]: { l: array[1] } }),
        }),
      ),
  )
  .filter((one) => Object.values(one).some((fields) => Object.keys(fields).length > 0));

/** Without the sign of zero: a model of plain numbers does not know which of them are whole. */
const unsigned = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test(
  `updates, with seed ${seed}`,
  async () => {
    const shapedRows = fc
      .array(shaped, { minLength: 1, maxLength: 12 })
      .map((list): Row[] => list.map((one, _id) => ({ _id, ...one }) as Row));
    const steps = fc.array(fc.record({ update, at: number }), { minLength: 1, maxLength: 6 });
    const property = fc.asyncProperty(shapedRows, steps, async (documents, changes) => {
      await fill(indexed, documents);
      let expected = documents;
      for (const { update, at } of changes) {
        const filter = { n: { $lte: at } };
        const isMeant = (one: Row): boolean => matches(one, filter);
        const { matchedCount } = await indexed.updateMany(filter, update as UpdateFilter<Row>);
        expect(matchedCount).toBe(expected.filter(isMeant).length);
        expected = expected.map((one) => (isMeant(one) ? updated(one, update) : one));
        const stored = await indexed.find().sort({ _id: 1 }).toArray();
        expect({ update, rows: unsigned(stored) }).toEqual({ update, rows: unsigned(expected) });

        const made = updated({ _id: 99 }, update, true);
        const returned = await indexed.findOneAndUpdate({ _id: 99 }, update as UpdateFilter<Row>, {
          upsert: true,
          returnDocument: 'after',
        });
        expect({ update, made: unsigned(returned) }).toEqual({ update, made: unsigned(made) });
        await indexed.deleteOne({ _id: 99 });
      }
      // The indexes follow: each finds what a scan finds.
      const byIndex = await indexed
        .find({ n: { $gte: -1_000_000 } })
        .hint({ n: -1, a: 1 })
        .toArray();
      expect(byIndex.length).toBe(expected.filter(({ n }) => typeof n === 'number').length);
    });
    await fc.assert(property, { seed, numRuns });
  },
  TIMEOUT_MS,
);
