/** The whole server through the official driver. Runs against a real MongoDB too: set TEST_MONGODB_URI. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Binary,
  type Collection,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MongoBulkWriteError,
  MongoClient,
  MongoServerError,
  ObjectId,
} from 'mongodb';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let items: Collection;
let count = 0;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());
beforeEach(() => {
  count += 1;
  items = server.db.collection(`items${count}`);
});
afterEach(() => {
  expect(server.log).toEqual([]);
});

async function refused(work: Promise<unknown>): Promise<MongoServerError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof MongoServerError) return error;
  throw error ?? new Error('it was not refused');
}
const numbered = (n: number, more: Document = {}): Document[] =>
  Array.from({ length: n }, (_, at) => ({ _id: at as never, n: at, ...more }));

describe('documents', () => {
  test('are kept with every type as it came', async () => {
    const doc = {
      _id: new ObjectId(),
      int: new Int32(1),
      double: new Double(1),
      long: Long.fromString('9007199254740993'),
      decimal: Decimal128.fromString('0.10'),
      date: new Date(1e12),
      bytes: new Binary(Buffer.from('x')),
      nothing: null,
      nested: { list: [1, { deep: 'ü' }], empty: {} },
    };
    await items.insertOne(doc);
    expect(await items.findOne({ _id: doc._id }, { promoteValues: false })).toEqual({
      ...doc,
      nested: { list: [new Int32(1), { deep: 'ü' }], empty: {} },
    });
    await items.updateOne({ _id: doc._id }, { $set: { more: 1 }, $inc: { long: 1 } });
    expect(
      await items.findOne(
        { _id: doc._id },
        { promoteValues: false, projection: { double: 1, decimal: 1, long: 1 } },
      ),
    ).toEqual({
      _id: doc._id,
      double: doc.double,
      decimal: doc.decimal,
      long: Long.fromString('9007199254740994'),
    });
  });
  test('get an _id, first of all fields, where they have none', async () => {
    const { insertedId } = await items.insertOne({ a: 1 });
    expect(Object.keys((await items.findOne()) ?? {})).toEqual(['_id', 'a']);
    expect(insertedId).toBeInstanceOf(ObjectId);
    await server.db.command({ insert: items.collectionName, documents: [{ b: 1, _id: 7 }, { c: 1 }] });
    expect(Object.keys((await items.findOne({ b: 1 })) ?? {})).toEqual(['_id', 'b']);
    expect((await items.findOne({ c: 1 }))?._id).toBeInstanceOf(ObjectId);
  });
  test('of 5 MB go in and out', async () => {
    const text = 'x'.repeat(5_000_000);
    await items.insertMany([1, 2, 3, 4, 5].map((n) => ({ n, text })));
    const read = await items.find().sort({ n: 1 }).toArray();
    expect(read.map(({ n, text: { length } }) => [n, length])).toEqual(
      [1, 2, 3, 4, 5].map((n) => [n, text.length]),
    );
  });
  test('that are too large or too deep are refused, alone', async () => {
    const half = 'x'.repeat(9_000_000);
    await items.insertOne({ _id: 1 as never, half });
    expect((await refused(items.updateOne({ _id: 1 as never }, { $set: { other: half } }))).code).toBe(
      server.isEmbedded ? 10334 : 17419,
    );
    let deep: Document = {};
    for (let at = 0; at < 250; at += 1) deep = { deep };
    await expect(items.insertOne(deep)).rejects.toThrow();
    expect(await items.countDocuments()).toBe(1);
  });
});

describe('writes', () => {
  test('tell what they did', async () => {
    await items.insertMany(numbered(5));
    expect(await items.updateOne({ n: 1 }, { $set: { n: 1 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 0,
      upsertedCount: 0,
    });
    expect(await items.updateMany({ n: { $gte: 2 } }, { $inc: { n: 10 } })).toMatchObject({
      matchedCount: 3,
      modifiedCount: 3,
    });
    expect(await items.updateOne({ n: 99 }, { $set: { x: 1 } }, { upsert: true })).toMatchObject({
      matchedCount: 0,
      upsertedCount: 1,
    });
    expect(await items.findOne({ n: 99 })).toMatchObject({ n: 99, x: 1 });
    expect(await items.replaceOne({ n: 0 }, { only: 1 })).toMatchObject({ modifiedCount: 1 });
    expect(await items.findOne({ only: 1 })).toEqual({ _id: 0, only: 1 });
    expect(await items.deleteOne({ n: { $gte: 12 } })).toMatchObject({ deletedCount: 1 });
    expect(await items.deleteMany({ n: { $gte: 12 } })).toMatchObject({ deletedCount: 3 });
    expect(await items.countDocuments()).toBe(2);
  });
  test('findAndModify answers the document before or after', async () => {
    await items.insertMany(numbered(3));
    const bump = { $inc: { n: 100 } };
    expect(await items.findOneAndUpdate({ n: { $gte: 1 } }, bump, { sort: { n: -1 } })).toEqual({
      _id: 2,
      n: 2,
    });
    expect(
      await items.findOneAndUpdate({ _id: 2 as never }, bump, {
        returnDocument: 'after',
        projection: { _id: 0 },
      }),
    ).toEqual({ n: 202 });
    expect(await items.findOneAndUpdate({ n: -1 }, bump)).toBeNull();
    expect(
      await items.findOneAndUpdate(
        { k: 'new' },
        { $setOnInsert: { a: 1 } },
        { upsert: true, returnDocument: 'after', projection: { _id: 0 } },
      ),
    ).toEqual({ k: 'new', a: 1 });
    expect(await items.findOneAndReplace({ _id: 0 as never }, { r: 1 }, { returnDocument: 'after' })).toEqual(
      { _id: 0, r: 1 },
    );
    expect(await items.findOneAndDelete({ _id: 0 as never })).toEqual({ _id: 0, r: 1 });
    expect(await items.findOneAndDelete({ _id: 0 as never })).toBeNull();
  });
  test('by a pipeline, with array filters, with the positional element', async () => {
    await items.insertOne({
      _id: 1 as never,
      a: 2,
      list: [
        { k: 1, v: 1 },
        { k: 2, v: 1 },
      ],
    });
    await items.updateOne({ _id: 1 as never }, [{ $set: { double: { $multiply: ['$a', 2] } } }]);
    await items.updateOne({ 'list.k': 2 }, { $set: { 'list.$.v': 9 } });
    await items.updateOne({}, { $inc: { 'list.$[one].v': 1 } }, { arrayFilters: [{ 'one.k': 1 }] });
    expect(await items.findOne()).toEqual({
      _id: 1,
      a: 2,
      double: 4,
      list: [
        { k: 1, v: 2 },
        { k: 2, v: 9 },
      ],
    });
  });
  test('in bulk: ordered ones end at the first error, others go on', async () => {
    const operations = [
      { insertOne: { document: { _id: 1 as never } } },
      { insertOne: { document: { _id: 1 as never } } },
      { insertOne: { document: { _id: 2 as never } } },
    ];
    const ordered = (await refused(items.bulkWrite(operations))) as MongoBulkWriteError;
    expect(ordered).toBeInstanceOf(MongoBulkWriteError);
    expect(ordered).toMatchObject({ code: 11000, insertedCount: 1 });
    const others = (await refused(items.bulkWrite(operations, { ordered: false }))) as MongoBulkWriteError;
    expect(others).toMatchObject({ insertedCount: 1 });
    expect(others.writeErrors).toHaveLength(2);
    const mixed = await items.bulkWrite([
      { updateOne: { filter: { _id: 1 as never }, update: { $set: { a: 1 } } } },
      { updateMany: { filter: {}, update: { $inc: { b: 1 } } } },
      { replaceOne: { filter: { _id: 2 as never }, replacement: { c: 1 } } },
      { updateOne: { filter: { _id: 3 as never }, update: { $set: { d: 1 } }, upsert: true } },
      { deleteOne: { filter: { _id: 1 as never } } },
    ]);
    expect(mixed).toMatchObject({
      matchedCount: 4,
      modifiedCount: 4,
      upsertedCount: 1,
      deletedCount: 1,
      upsertedIds: { 3: 3 },
    });
    expect(await items.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 2, c: 1 },
      { _id: 3, d: 1 },
    ]);
  });
  test('in bulk over several collections', async () => {
    const namespace = items.namespace;
    const other = `${namespace}_other`;
    const result = await server.client.bulkWrite(
      [
        { namespace, name: 'insertOne', document: { _id: 1, a: 1 } as Document },
        {
          namespace: other,
          name: 'updateOne',
          filter: { _id: 5 as never },
          update: { $set: { x: 1 } },
          upsert: true,
        },
        { namespace, name: 'updateMany', filter: {}, update: { $inc: { a: 1 } } },
        { namespace, name: 'deleteOne', filter: { a: 5 } },
      ],
      { verboseResults: true },
    );
    expect(result).toMatchObject({
      insertedCount: 1,
      upsertedCount: 1,
      matchedCount: 1,
      modifiedCount: 1,
      deletedCount: 0,
    });
    expect(result.updateResults?.get(1)).toMatchObject({ upsertedId: 5 });
  });
  test('of 250 statements by _id are one transaction', async () => {
    await items.insertMany(numbered(250));
    const result = await items.bulkWrite(
      numbered(250).map(({ _id }) => ({ updateOne: { filter: { _id }, update: { $inc: { n: 1000 } } } })),
    );
    expect(result.modifiedCount).toBe(250);
    expect(await items.countDocuments({ n: { $gte: 1000 } })).toBe(250);
  });
});

describe('reads', () => {
  test('in many batches, while others write', async () => {
    await items.insertMany(numbered(1000));
    const cursor = items.find().sort({ _id: 1 }).batchSize(7);
    const seen: number[] = [];
    for await (const { n } of cursor) {
      if (seen.length === 50) await items.deleteMany({ _id: { $gte: 900 as never } });
      seen.push(n);
    }
    expect(seen.slice(0, 900)).toEqual(numbered(900).map(({ n }) => n));
    expect(seen.length).toBeLessThanOrEqual(950);
  });
  test('with sort, skip, limit and projection', async () => {
    await items.insertMany(numbered(20, { list: [1, 2, 3] }));
    expect(
      await items
        .find({ n: { $gte: 5 } }, { sort: { n: -1 }, skip: 2, limit: 3, projection: { n: 1, _id: 0 } })
        .toArray(),
    ).toEqual([{ n: 17 }, { n: 16 }, { n: 15 }]);
    expect(await items.findOne({ list: { $gte: 2 } }, { projection: { 'list.$': 1 } })).toEqual({
      _id: 0,
      list: [2],
    });
    expect(await items.find().limit(-2).toArray()).toHaveLength(2);
    expect(await items.find().batchSize(0).toArray()).toHaveLength(20);
  });
  test('a cursor that is closed early is gone', async () => {
    await items.insertMany(numbered(300));
    const cursor = items.find().batchSize(10);
    await cursor.next();
    const { id } = cursor;
    await cursor.close();
    expect((await refused(server.db.command({ getMore: id, collection: items.collectionName }))).code).toBe(
      43,
    );
  });
  test('a cursor over a dropped collection fails instead of answering nothing', async () => {
    await items.insertMany(numbered(300));
    const cursor = items.find().batchSize(10);
    await cursor.next();
    await items.drop();
    expect([43, 175]).toContain((await refused(cursor.toArray())).code);
  });
  test('count, distinct, aggregate', async () => {
    await items.insertMany([
      ...numbered(10),
      { _id: 100 as never, n: 3, tags: ['a', 'b'] },
      { _id: 101 as never, tags: ['b', 'c'] },
    ]);
    expect(await items.countDocuments({ n: { $gte: 5 } }, { limit: 3 })).toBe(3);
    expect(await items.estimatedDocumentCount()).toBe(12);
    expect((await items.distinct('tags')).sort()).toEqual(['a', 'b', 'c']);
    expect(await items.distinct('n', { n: 3 })).toEqual([3]);
    expect(
      await items
        .aggregate([{ $match: { n: { $lt: 4 } } }, { $group: { _id: null, sum: { $sum: '$n' } } }])
        .toArray(),
    ).toEqual([{ _id: null, sum: 9 }]);
    expect(
      await items
        .aggregate([
          { $lookup: { from: items.collectionName, localField: '_id', foreignField: 'n', as: 'same' } },
          { $match: { _id: 3 as never } },
          { $project: { n: { $size: '$same' } } },
        ])
        .toArray(),
    ).toEqual([{ _id: 3, n: 2 }]);
    expect(
      await items
        .aggregate([{ $match: { _id: { $lt: 8 as never } } }, { $sort: { _id: -1 } }], { batchSize: 3 })
        .toArray(),
    ).toHaveLength(8);
    expect(await items.countDocuments({}, { collation: { locale: 'en', strength: 2 } })).toBe(12);
  });
  test('with a collation', async () => {
    await items.createIndex({ name: 1 });
    await items.insertMany(['b', 'A', 'a', 'C'].map((name) => ({ name })));
    const collation = { locale: 'en', strength: 2 };
    expect(await items.countDocuments({ name: 'a' }, { collation })).toBe(2);
    expect(
      (await items.find({}, { collation, sort: { name: 1, _id: 1 } }).toArray()).map(({ name }) => name),
    ).toEqual(['A', 'a', 'b', 'C']);
  });
  test('a long read does not hold up a short one', async () => {
    await items.insertMany(numbered(20_000, { text: 'some text that makes the document a little longer' }));
    let isDone = false;
    const long = items
      .find({ text: /nothing like it/ })
      .toArray()
      .then(() => {
        isDone = true;
      });
    await items.findOne({ _id: 5 as never });
    expect(isDone).toBe(false);
    await long;
    // Its shape is told of once, without its values.
    expect(await items.find({ text: /nor like that/ }).toArray()).toEqual([]);
    expect(await items.find({ n: { $gte: 0 } }).toArray()).toHaveLength(20_000);
    if (server.isEmbedded) {
      expect(server.log.splice(0).map(({ level, message }) => [level, message])).toEqual([
        ['warn', expect.stringContaining(`${items.namespace} { text: 1 }`)],
        ['warn', expect.stringContaining(`${items.namespace} { n: { $gte: 1 } }`)],
      ]);
    }
  });
});

describe('indexes', () => {
  test('are made, listed and dropped', async () => {
    expect(await items.createIndex({ a: 1, b: -1 })).toBe('a_1_b_-1');
    await items.createIndexes([
      { key: { c: 1 }, name: 'of c', unique: true, sparse: true },
      { key: { at: 1 }, expireAfterSeconds: 60 },
    ]);
    await items.createIndex({ d: 1 }, { unique: true, partialFilterExpression: { d: { $gt: 5 } } });
    const listed = await items.listIndexes().toArray();
    expect(listed.map(({ name }) => name)).toEqual(['_id_', 'a_1_b_-1', 'of c', 'at_1', 'd_1']);
    expect(listed[2]).toEqual({ v: 2, key: { c: 1 }, name: 'of c', unique: true, sparse: true });
    expect(listed[3]).toMatchObject({ expireAfterSeconds: 60 });
    expect(listed[4]).toMatchObject({ partialFilterExpression: { d: { $gt: 5 } } });
    expect(await items.createIndex({ a: 1, b: -1 })).toBe('a_1_b_-1');
    await items.dropIndex('of c');
    await items.dropIndexes();
    expect((await items.listIndexes().toArray()).map(({ name }) => name)).toEqual(['_id_']);
  });
  test('unique ones refuse a second document, by insert, update and upsert', async () => {
    await items.createIndex({ client: 1, sku: 1 }, { unique: true });
    await items.insertMany([
      { client: 'c', sku: 'A' },
      { client: 'c', sku: 'B' },
    ]);
    const duplicate = await refused(items.insertOne({ client: 'c', sku: 'A' }));
    expect(duplicate).toMatchObject({
      code: 11000,
      keyPattern: { client: 1, sku: 1 },
      keyValue: { client: 'c', sku: 'A' },
    });
    expect(duplicate.message).toContain('E11000 duplicate key error collection');
    expect((await refused(items.updateOne({ sku: 'B' }, { $set: { sku: 'A' } }))).code).toBe(11000);
    expect(
      (
        await refused(
          items.updateOne({ _id: 5 as never, client: 'c', sku: 'A' }, { $set: { x: 1 } }, { upsert: true }),
        )
      ).code,
    ).toBe(11000);
    expect((await refused(items.findOneAndUpdate({ sku: 'B' }, { $set: { sku: 'A' } }))).code).toBe(11000);
    expect(await items.countDocuments({ sku: 'B' })).toBe(1);
    expect((await refused(items.createIndex({ client: 1 }, { unique: true }))).code).toBe(11000);
    expect(await items.listIndexes().toArray()).toHaveLength(2);
  });
  test('partial and sparse ones leave documents out', async () => {
    await items.createIndex({ key: 1 }, { unique: true, partialFilterExpression: { open: true } });
    await items.createIndex({ code: 1 }, { unique: true, sparse: true });
    await items.insertMany([{ key: 1, open: true }, { key: 1, open: false }, { key: 1 }]);
    expect((await refused(items.insertOne({ key: 1, open: true }))).code).toBe(11000);
    expect((await refused(items.updateOne({ open: false }, { $set: { open: true } }))).code).toBe(11000);
    await items.insertMany([{ code: 1 }, {}, {}]);
    expect((await refused(items.insertOne({ code: 1 }))).code).toBe(11000);
  });
  test('of arrays: an element belongs to one document only', async () => {
    await items.createIndex({ 'lines.id': 1 }, { unique: true });
    await items.insertOne({ lines: [{ id: 1 }, { id: 1 }, { id: 2 }] });
    expect(await refused(items.insertOne({ lines: [{ id: 3 }, { id: 2 }] }))).toMatchObject({
      code: 11000,
      keyValue: { 'lines.id': 2 },
    });
    await items.createIndex({ a: 1, b: 1 });
    expect((await refused(items.insertOne({ a: [1], b: [2] }))).code).toBe(171);
  });
  test('may not contradict those that are there', async () => {
    await items.createIndex({ a: 1 });
    expect((await refused(items.createIndex({ a: 1 }, { unique: true }))).code).toBe(
      server.isEmbedded ? 85 : 86,
    );
    expect((await refused(items.createIndex({ a: 1 }, { name: 'other' }))).code).toBe(85);
    expect((await refused(items.createIndex({ b: 1 }, { name: 'a_1' }))).code).toBe(86);
    expect((await refused(items.createIndex({ a: 0 }))).code).toBe(67);
    expect((await refused(items.dropIndex('nothing'))).code).toBe(27);
    expect((await refused(items.dropIndex('_id_'))).code).toBe(72);
    expect((await refused(items.find().hint('nothing').toArray())).code).toBe(2);
  });
});

describe('databases and collections', () => {
  test('are listed, and gone once dropped', async () => {
    await server.db.createCollection(items.collectionName);
    expect((await refused(server.db.createCollection(items.collectionName))).code).toBe(48);
    expect(
      await server.db.listCollections({ name: items.collectionName }, { nameOnly: true }).toArray(),
    ).toEqual([{ name: items.collectionName, type: 'collection' }]);
    expect((await server.client.db().admin().listDatabases()).databases.map(({ name }) => name)).toContain(
      server.db.databaseName,
    );
    expect(await items.drop()).toBe(true);
    expect(await items.find().toArray()).toEqual([]);
    expect((await refused(items.listIndexes().toArray())).code).toBe(26);
    const other = server.client.db(`${server.db.databaseName}_x`);
    await other.collection('a').insertOne({});
    await other.dropDatabase();
    expect(await other.listCollections().toArray()).toEqual([]);
  });
  test('have names that are possible', async () => {
    expect((await refused(server.db.command({ insert: '', documents: [{}] }))).code).toBe(73);
    expect((await refused(server.db.command({ insert: 'a$b', documents: [{}] }))).code).toBe(73);
    expect((await refused(server.db.command({ find: 5 }))).code).toBe(73);
  });
});

describe('many at once', () => {
  test('100 units are sold exactly 100 times to 1000 buyers', async () => {
    await items.insertOne({ _id: 'stock' as never, units: 100 });
    const buy = (): Promise<unknown> =>
      items.findOneAndUpdate({ _id: 'stock' as never, units: { $gte: 1 } }, { $inc: { units: -1 } });
    const sold = (await Promise.all(Array.from({ length: 1000 }, buy))).filter((doc) => doc !== null);
    expect(sold).toHaveLength(100);
    expect(await items.findOne()).toEqual({ _id: 'stock', units: 0 });
  });
  test('of 50 inserts of the same key one succeeds', async () => {
    await items.createIndex(
      { key: 1 },
      { unique: true, partialFilterExpression: { key: { $exists: true } } },
    );
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, () => items.insertOne({ key: 'same' })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const codes = results.flatMap((result) =>
      result.status === 'rejected' ? [(result.reason as MongoServerError).code] : [],
    );
    expect(new Set(codes)).toEqual(new Set([11000]));
  });
  test('50 upserts of the same key make one document and lose nothing', async () => {
    await items.createIndex({ key: 1 }, { unique: true });
    await Promise.all(
      Array.from({ length: 50 }, () =>
        items.updateOne({ key: 'same' }, { $inc: { n: 1 } }, { upsert: true }),
      ),
    );
    expect(await items.find({}, { projection: { _id: 0 } }).toArray()).toEqual([{ key: 'same', n: 50 }]);
  });
  test('a refused write leaves those that arrived with it alone', async () => {
    await items.insertOne({ _id: 0 as never, text: 'x' });
    const writes = numbered(100).map(({ n }) =>
      n % 2
        ? items.insertOne({ _id: (1000 + n) as never })
        : items.updateOne({ _id: 0 as never }, { $inc: { text: 1 } }),
    );
    const results = await Promise.allSettled(writes);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
    expect(await items.countDocuments()).toBe(51);
  });
});

describe('retryable writes', () => {
  test('the same number of a session is answered again, not done again', async () => {
    // A client of its own: it uses one session for all of these, and its numbers are ours to choose.
    const client = await new MongoClient(server.uri).connect();
    const { collectionName } = items;
    const write = (txnNumber: number, command: Document): Promise<Document> =>
      client.db(server.db.databaseName).command({ ...command, txnNumber: Long.fromNumber(txnNumber) });
    const inc = { update: collectionName, updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } }, upsert: true }] };
    const first = await write(1, inc);
    expect(await write(1, inc)).toMatchObject({ n: first.n, upserted: first.upserted });
    expect(await items.findOne()).toEqual({ _id: 1, n: 1 });
    await write(2, inc);
    const find = { findAndModify: collectionName, query: { _id: 1 }, update: { $inc: { n: 1 } }, new: true };
    expect((await write(3, find)).value).toEqual({ _id: 1, n: 3 });
    expect((await write(3, find)).value).toEqual({ _id: 1, n: 3 });
    expect(await items.findOne()).toEqual({ _id: 1, n: 3 });
    expect((await refused(write(2, inc))).code).toBe(225);
    await client.close();
  });
});

describe('what is not there is refused loudly', () => {
  const embeddedOnly = process.env.TEST_MONGODB_URI ? test.skip : test;
  const cases: [command: (name: string) => Document, code: number][] = [
    [() => ({ nothing: 1 }), 59],
    [() => ({ mapReduce: 'x' }), 115],
    [(find) => ({ find, foo: 1 }), 40415],
    [(find) => ({ find, tailable: true }), 115],
    [(find) => ({ find, filter: 5 }), 14],
    [(find) => ({ find, limit: 'x' }), 14],
    [(find) => ({ find, skip: -1 }), 51024],
    [(find) => ({ find, readConcern: { level: 'snapshot' } }), 115],
    [(insert) => ({ insert, documents: [] }), 16],
    [(insert) => ({ insert, documents: [{}], foo: 1 }), 40415],
    [(update) => ({ update, updates: [{ q: {}, u: {}, foo: 1 }] }), 40415],
    [(update) => ({ update, updates: [{ u: {} }] }), 40414],
    [(del) => ({ delete: del, deletes: [{ q: {}, limit: 2 }] }), 9],
    [(findAndModify) => ({ findAndModify }), 9],
    [(aggregate) => ({ aggregate, pipeline: [] }), 9],
    [() => ({ aggregate: 1, pipeline: [{ $match: {} }], cursor: {} }), 115],
    [(aggregate) => ({ aggregate, pipeline: [{ $out: 'x' }, { $limit: 1 }], cursor: {} }), 40601],
    [(aggregate) => ({ aggregate, pipeline: [{ $limit: 1 }, { $changeStream: {} }], cursor: {} }), 40602],
    [() => ({ aggregate: 1, pipeline: [{ $currentOp: {} }], cursor: {} }), 115],
    [(create) => ({ create, capped: true, size: 5 }), 115],
    [(create) => ({ create, viewOn: 'x' }), 115],
    [(createIndexes) => ({ createIndexes, indexes: [{ key: { a: 'text' }, name: 'x' }] }), 115],
    [(createIndexes) => ({ createIndexes, indexes: [{ key: { a: 1 }, name: 'x', foo: 1 }] }), 40415],
    [
      (createIndexes) => ({
        createIndexes,
        indexes: [{ key: { a: 1 }, name: 'x', collation: { locale: 'de' } }],
      }),
      115,
    ],
    [(count) => ({ count, query: { a: { $foo: 1 } } }), 2],
    [(getMore) => ({ getMore: Long.fromNumber(5), collection: getMore }), 43],
  ];
  embeddedOnly.each(cases)('case %#: code %i', async (command, code) => {
    expect((await refused(server.db.command(command(items.collectionName)))).code).toBe(code);
  });
  test('more copies than there are: written, and said so', async () => {
    const reply = await server.db
      .command({ insert: items.collectionName, documents: [{ _id: 1 }], writeConcern: { w: 50 } })
      .catch((error: MongoServerError) => error.result);
    expect(reply).toMatchObject({ n: 1, writeConcernError: { code: 100 } });
  });
});
