/** Collections that are renamed, changed and written by pipelines, `explain` and what the server tells of itself. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Collection, type Document, MongoServerError } from 'mongodb';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let items: Collection<{ _id: number } & Document>;
let count = 0;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  count += 1;
  items = server.db.collection(`items${count}`);
  await items.insertMany(Array.from({ length: 20 }, (_, n) => ({ _id: n, n, even: n % 2 === 0 })));
  await items.createIndex({ n: 1 });
});
afterEach(() => {
  expect(server.log).toEqual([]);
});

async function codeOf(work: Promise<unknown>): Promise<number | string | undefined> {
  try {
    await work;
  } catch (error) {
    if (error instanceof MongoServerError) return error.code;
    throw error;
  }
  return undefined;
}
const namesOf = async (collection: Collection<never> | typeof items): Promise<string[]> =>
  (await collection.listIndexes().toArray()).map(({ name }) => name);

describe('a collection', () => {
  test('is renamed with its documents, indexes and open cursors', async () => {
    const cursor = items.find().sort({ n: 1 }).batchSize(5);
    await cursor.next();
    const renamed = await items.rename(`renamed${count}`);
    expect(await renamed.countDocuments({ n: { $gte: 10 } })).toBe(10);
    expect(await namesOf(renamed as never)).toEqual(['_id_', 'n_1']);
    expect(await items.countDocuments()).toBe(0);
    if (server.isEmbedded) expect(await cursor.toArray()).toHaveLength(19);
  });
  test('takes the place of another only where that is asked for', async () => {
    const other = server.db.collection<{ _id: number }>(`other${count}`);
    await other.insertOne({ _id: 100 });
    expect(await codeOf(items.rename(other.collectionName))).toBe(48);
    expect(await codeOf(server.db.collection('nothing').rename('something'))).toBe(26);
    expect(await codeOf(server.db.command({ renameCollection: 'a.b', to: 'a.c' }))).toBe(13);
    await items.rename(other.collectionName, { dropTarget: true });
    expect(await other.countDocuments()).toBe(20);
  });
  test('has indexes that are hidden, and whose time to live changes', async () => {
    const change = (index: Document): Promise<Document> =>
      server.db.command({ collMod: items.collectionName, index });
    expect(await change({ name: 'n_1', hidden: true })).toMatchObject({
      hidden_old: false,
      hidden_new: true,
    });
    expect(await codeOf(items.find({ n: 1 }).hint('n_1').toArray())).toBe(2);
    await change({ keyPattern: { n: 1 }, hidden: false });
    expect(await items.find({ n: 1 }).hint('n_1').toArray()).toHaveLength(1);
    await items.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    expect(await change({ name: 'at_1', expireAfterSeconds: 5 })).toMatchObject({
      expireAfterSeconds_old: 60,
      expireAfterSeconds_new: 5,
    });
    expect((await items.listIndexes().toArray()).at(-1)).toMatchObject({ expireAfterSeconds: 5 });
    expect(await codeOf(change({ name: 'nothing', hidden: true }))).toBe(27);
    expect(await codeOf(server.db.command({ collMod: 'nothing' }))).toBe(26);
  });
});

describe('$out', () => {
  test('makes a collection, or fills one anew that keeps its indexes', async () => {
    const target = server.db.collection<{ _id: number }>(`out${count}`);
    const run = (from: number) =>
      items.aggregate([{ $match: { n: { $gte: from } } }, { $out: target.collectionName }]).toArray();
    expect(await run(15)).toEqual([]);
    expect(await target.countDocuments()).toBe(5);
    await target.createIndex({ n: 1 }, { unique: true });
    await run(18);
    expect((await target.find().toArray()).map(({ _id }) => _id)).toEqual([18, 19]);
    expect(await namesOf(target as never)).toEqual(['_id_', 'n_1']);
    const failing = [{ $set: { n: 1 } }, { $out: target.collectionName }];
    expect(await codeOf(items.aggregate(failing).toArray())).toBe(11000);
    expect(await target.countDocuments()).toBe(2);
  });
  test('writes over the collection that it reads, or into another database', async () => {
    await items.aggregate([{ $match: { even: true } }, { $out: items.collectionName }]).toArray();
    expect(await items.countDocuments()).toBe(10);
    const db = `${server.db.databaseName}_out`;
    await items.aggregate([{ $out: { db, coll: 'x' } }]).toArray();
    expect(await server.client.db(db).collection('x').countDocuments()).toBe(10);
    await server.client.db(db).dropDatabase();
  });
});

describe('$merge', () => {
  let target: typeof items;
  beforeEach(async () => {
    target = server.db.collection(`merged${count}`);
    await target.insertMany([
      { _id: 1, old: true },
      { _id: 2, old: true },
    ]);
  });
  const merge = (stage: Document, ids: readonly number[] = [2, 3]) =>
    items
      .aggregate([
        { $match: { _id: { $in: ids } } },
        { $project: { n: 1 } },
        { $merge: { into: target.collectionName, ...stage } },
      ])
      .toArray();
  const cases: [stage: Document, after: Document[]][] = [
    [
      {},
      [
        { _id: 2, old: true, n: 2 },
        { _id: 3, n: 3 },
      ],
    ],
    [
      { whenMatched: 'replace' },
      [
        { _id: 2, n: 2 },
        { _id: 3, n: 3 },
      ],
    ],
    [
      { whenMatched: 'keepExisting' },
      [
        { _id: 2, old: true },
        { _id: 3, n: 3 },
      ],
    ],
    [{ whenNotMatched: 'discard' }, [{ _id: 2, old: true, n: 2 }]],
    [
      { whenMatched: [{ $set: { sum: { $add: ['$$new.n', 100] } } }], whenNotMatched: 'discard' },
      [{ _id: 2, old: true, sum: 102 }],
    ],
    [
      {
        let: { twice: { $multiply: ['$n', 2] } },
        whenMatched: [{ $set: { twice: '$$twice' } }],
        whenNotMatched: 'discard',
      },
      [{ _id: 2, old: true, twice: 4 }],
    ],
  ];
  test.each(cases)('%j', async (stage, after) => {
    expect(await merge(stage)).toEqual([]);
    expect(await target.find().sort({ _id: 1 }).toArray()).toEqual([{ _id: 1, old: true }, ...after]);
  });
  test('refuses what can not be merged', async () => {
    expect(await codeOf(merge({ whenMatched: 'fail' }))).toBe(11000);
    expect(await codeOf(merge({ whenNotMatched: 'fail' }))).toBe(13113);
    expect(await codeOf(merge({ on: 'n' }))).toBe(51183);
    expect(await codeOf(merge({ whenMatched: 'other' }))).toBe(2);
    await target.createIndex({ n: 1 }, { unique: true, sparse: true });
    if (server.isEmbedded) expect(await target.countDocuments()).toBe(2);
  });
  test('meets by another unique key', async () => {
    await target.deleteMany({});
    await target.createIndex({ n: 1 }, { unique: true });
    await target.insertOne({ _id: 50, n: 2 });
    const project = { $project: { _id: 0, n: 1, even: 1 } };
    const stage = { $merge: { into: target.collectionName, on: 'n' } };
    await items.aggregate([{ $match: { n: { $in: [2, 3] } } }, project, stage]).toArray();
    expect(await target.findOne({ n: 2 })).toEqual({ _id: 50, n: 2, even: true });
    expect(await target.countDocuments()).toBe(2);
  });
});

/** The stages of a plan from the outside in. */
function stagesOf(plan: Document | undefined): Document[] {
  return plan ? [plan, ...stagesOf(plan.inputStage)] : [];
}

describe('explain', () => {
  const winning = (explained: Document): Document[] => stagesOf(explained.queryPlanner.winningPlan);
  test('names the index of a find, and what it costs', async () => {
    const explained = await items.find({ n: { $gte: 15 }, even: true }).explain('executionStats');
    expect(winning(explained)).toMatchObject([{ stage: 'FETCH' }, { stage: 'IXSCAN', indexName: 'n_1' }]);
    expect(explained.executionStats).toMatchObject({
      nReturned: 2,
      totalKeysExamined: 5,
      totalDocsExamined: 5,
    });
    const whole = await items.find({ even: true }).sort({ even: 1 }).explain('executionStats');
    expect(winning(whole).map(({ stage }) => stage)).toContain('COLLSCAN');
    expect(whole.executionStats).toMatchObject({ nReturned: 10, totalDocsExamined: 20 });
    expect((await items.find().explain('queryPlanner')).executionStats).toBeUndefined();
  });
  test('of every command that looks for documents', async () => {
    const { collectionName: name } = items;
    const commands: Document[] = [
      { count: name, query: { n: 5 } },
      { distinct: name, key: 'even', query: { n: 5 } },
      { update: name, updates: [{ q: { n: 5 }, u: { $set: { n: 6 } } }] },
      { delete: name, deletes: [{ q: { n: 5 }, limit: 0 }] },
      { findAndModify: name, query: { n: 5 }, update: { $set: { n: 6 } } },
      { findAndModify: name, query: { n: 5 }, remove: true },
    ];
    for (const command of commands) {
      const explained = await server.db.command({ explain: command, verbosity: 'executionStats' });
      const indexes = winning(explained).map(({ indexName }) => indexName);
      if (server.isEmbedded) expect(indexes).toContain('n_1');
      expect(explained.executionStats.totalKeysExamined).toBeGreaterThan(0);
    }
    expect(await items.countDocuments({ n: 5 })).toBe(1);
    const pipeline = [{ $match: { n: 5 } }, { $group: { _id: null, n: { $sum: 1 } } }];
    expect(JSON.stringify(await items.aggregate(pipeline).explain())).toContain('"indexName":"n_1"');
    expect(await codeOf(server.db.command({ explain: { ping: 1 } }))).toBeDefined();
    expect(await codeOf(server.db.command({ explain: { find: name }, verbosity: 'x' }))).toBe(2);
  });
  test('of a collection that is not there', async () => {
    const explained = await server.db.collection('nothing').find({ a: 1 }).explain('executionStats');
    expect(winning(explained)).toMatchObject([{ stage: 'EOF' }]);
  });
});

describe('the server', () => {
  test('tells the truth about itself', async () => {
    const status = (): Promise<Document> => server.db.admin().serverStatus();
    const before = await status();
    await items.insertOne({ _id: 1000 });
    await items.findOne({ _id: 1000 });
    const session = server.client.startSession();
    session.startTransaction();
    await items.insertOne({ _id: 1001 }, { session });
    const after = await status();
    await session.abortTransaction();
    await session.endSession();
    expect(after.opcounters.insert - before.opcounters.insert).toBeGreaterThanOrEqual(2);
    expect(after.opcounters.query - before.opcounters.query).toBeGreaterThanOrEqual(1);
    expect(after.transactions.currentOpen).toBe(1);
    expect(after.connections.current).toBeGreaterThan(0);
    expect(after.mem.resident).toBeGreaterThan(10);
    expect(after.uptime).toBeGreaterThan(0);
    expect((await status()).transactions.totalAborted - before.transactions.totalAborted).toBe(1);
  });
});
