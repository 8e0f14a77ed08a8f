/** Transactions of several statements through the official driver, on a real MongoDB too with TEST_MONGODB_URI. */
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type ClientSession,
  type Collection,
  type Document,
  Long,
  MongoClient,
  MongoError,
  MongoServerError,
} from 'mongodb';
import { startTestServer, type TestServer } from './test-server.ts';

const embeddedOnly = process.env.TEST_MONGODB_URI ? test.skip : test;
let server: TestServer;
let items: Collection<{ _id: number } & Document>;
let count = 0;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  expect(server.log).toEqual([]);
  await server.stop();
});
beforeEach(async () => {
  count += 1;
  items = server.db.collection(`items${count}`);
  await items.insertMany([
    { _id: 1, n: 10 },
    { _id: 2, n: 20 },
  ]);
});

/** A session with a transaction, ended whatever happens. */
async function inTransaction(work: (session: ClientSession) => Promise<void>): Promise<void> {
  await server.client.withSession(async (session) => {
    session.startTransaction();
    try {
      await work(session);
    } finally {
      if (session.inTransaction()) await session.abortTransaction();
    }
  });
}
async function refused(work: Promise<unknown>): Promise<MongoServerError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof MongoServerError) return error;
  throw error ?? new Error('it was not refused');
}
const all = (session?: ClientSession) =>
  items.find({}, session ? { session, sort: { _id: 1 } } : { sort: { _id: 1 } }).toArray();

describe('a transaction', () => {
  test('sees its own writes, which others see after the commit only', async () => {
    await items.createIndex({ n: 1 });
    await inTransaction(async (session) => {
      await items.updateOne({ _id: 1 }, { $inc: { n: 5 } }, { session });
      await items.insertOne({ _id: 3, n: 30 }, { session });
      await items.deleteOne({ _id: 2 }, { session });
      await items.updateOne({ _id: 3 }, { $set: { n: 31 } }, { session });
      const mine = [
        { _id: 1, n: 15 },
        { _id: 3, n: 31 },
      ];
      expect(await all(session)).toEqual(mine);
      expect(await items.find({ n: { $gte: 12 } }, { session, hint: { n: 1 } }).toArray()).toEqual(mine);
      expect(await items.countDocuments({ n: { $lt: 12 } }, { session })).toBe(0);
      expect((await items.distinct('n', {}, { session })).sort()).toEqual([15, 31]);
      expect(await all()).toEqual([
        { _id: 1, n: 10 },
        { _id: 2, n: 20 },
      ]);
      await session.commitTransaction();
      expect(await all()).toEqual(mine);
      expect(await items.find({ n: { $gte: 0 } }, { hint: { n: 1 } }).toArray()).toEqual(mine);
      expect(await items.estimatedDocumentCount()).toBe(2);
    });
  });

  test('leaves nothing behind when it is aborted, a collection neither', async () => {
    const other = server.db.collection(`made${count}`);
    await inTransaction(async (session) => {
      await other.insertOne({}, { session });
      await other.createIndex({ a: 1 }, { session });
      await items.updateMany({}, { $set: { n: 0 } }, { session });
      expect(await other.countDocuments({}, { session })).toBe(1);
      await session.abortTransaction();
    });
    expect(await all()).toEqual([
      { _id: 1, n: 10 },
      { _id: 2, n: 20 },
    ]);
    expect(await server.db.listCollections({ name: other.collectionName }).toArray()).toEqual([]);
  });

  test('makes a collection and its index', async () => {
    const other = server.db.collection(`made${count}`);
    await inTransaction(async (session) => {
      await server.db.createCollection(other.collectionName, { session });
      await other.createIndex({ a: 1 }, { session, unique: true });
      await other.insertOne({ a: 1 }, { session });
      expect(await server.db.listCollections({ name: other.collectionName }).toArray()).toEqual([]);
      await session.commitTransaction();
    });
    expect((await other.listIndexes().toArray()).map(({ name }) => name)).toEqual(['_id_', 'a_1']);
    expect((await refused(other.insertOne({ a: 1 }))).code).toBe(11000);
  });

  test('sees one moment, whatever others do meanwhile', async () => {
    await inTransaction(async (session) => {
      expect(await all(session)).toHaveLength(2);
      await items.updateOne({ _id: 1 }, { $set: { n: 99 } });
      await items.deleteOne({ _id: 2 });
      await items.insertOne({ _id: 7, n: 70 });
      const before = [
        { _id: 1, n: 10 },
        { _id: 2, n: 20 },
      ];
      expect(await all(session)).toEqual(before);
      expect(await items.findOne({ n: 10 }, { session })).toEqual(before[0]);
      await session.commitTransaction();
    });
    expect(await all()).toEqual([
      { _id: 1, n: 99 },
      { _id: 7, n: 70 },
    ]);
  });

  test('reads a cursor of many batches, its own writes in it', async () => {
    await items.insertMany(Array.from({ length: 300 }, (_, at) => ({ _id: 100 + at, n: at })));
    await inTransaction(async (session) => {
      await items.insertOne({ _id: 50, n: 1 }, { session });
      const cursor = items.find({}, { session, batchSize: 20, sort: { _id: 1 } });
      await cursor.next();
      await items.deleteMany({ _id: { $gte: 200 } });
      expect(await cursor.toArray()).toHaveLength(302);
    });
  });

  test('moves a unique key from one document to another', async () => {
    await items.createIndex({ n: 1 }, { unique: true });
    await inTransaction(async (session) => {
      await items.updateOne({ _id: 1 }, { $set: { n: 0 } }, { session });
      await items.updateOne({ _id: 2 }, { $set: { n: 10 } }, { session });
      await items.updateOne({ _id: 1 }, { $set: { n: 20 } }, { session });
      await session.commitTransaction();
    });
    expect(await all()).toEqual([
      { _id: 1, n: 20 },
      { _id: 2, n: 10 },
    ]);
  });
});

describe('conflicts', () => {
  test('a document that another has changed since the start: 112, to be tried again', async () => {
    await inTransaction(async (session) => {
      await items.findOne({ _id: 2 }, { session });
      await items.updateOne({ _id: 1 }, { $set: { n: 11 } });
      const error = await refused(items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session }));
      expect(error).toMatchObject({ code: 112, codeName: 'WriteConflict' });
      expect(error.hasErrorLabel('TransientTransactionError')).toBe(true);
      const late = await refused(session.commitTransaction());
      expect(late.code).toBe(251);
      expect(late.hasErrorLabel('TransientTransactionError')).toBe(true);
    });
    expect(await items.findOne({ _id: 1 })).toEqual({ _id: 1, n: 11 });
  });

  test('two open transactions on one document: the second is told', async () => {
    await inTransaction(async (first) => {
      await items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session: first });
      await inTransaction(async (second) => {
        await items.findOne({ _id: 2 }, { session: second });
        expect((await refused(items.deleteOne({ _id: 1 }, { session: second }))).code).toBe(112);
      });
      await first.commitTransaction();
    });
    expect(await items.findOne({ _id: 1 })).toEqual({ _id: 1, n: 11 });
  });

  embeddedOnly('an open transaction that is idle keeps nobody from its documents', async () => {
    await inTransaction(async (idle) => {
      await items.updateOne({ _id: 1 }, { $set: { n: 1 } }, { session: idle });
      await setTimeout(1100);
      await inTransaction(async (other) => {
        await items.updateOne({ _id: 1 }, { $set: { n: 2 } }, { session: other });
        await other.commitTransaction();
      });
      expect((await refused(idle.commitTransaction())).code).toBe(112);
    });
    expect(await items.findOne({ _id: 1 })).toEqual({ _id: 1, n: 2 });
  });

  embeddedOnly('a transaction that writes too much is refused', async () => {
    await inTransaction(async (session) => {
      const many = Array.from({ length: 10_001 }, (_, at) => ({ _id: 100 + at }));
      expect((await refused(items.insertMany(many, { session }))).code).toBe(257);
    });
    expect(await items.countDocuments()).toBe(2);
  });

  test('a refused document ends the transaction', async () => {
    await inTransaction(async (session) => {
      expect((await refused(items.insertOne({ _id: 1 }, { session }))).code).toBe(11000);
      expect((await refused(items.findOne({}, { session }) as Promise<unknown>)).code).toBe(251);
    });
  });

  test('transfers between ten accounts, many at once, keep the sum', async () => {
    const accounts = Array.from({ length: 10 }, (_, at) => ({ _id: 1000 + at, n: 100 }));
    await items.insertMany(accounts);
    const transfer = (from: number, to: number) =>
      server.client.withSession((session) =>
        session.withTransaction(async () => {
          await items.updateOne({ _id: from }, { $inc: { n: -1 } }, { session });
          const target = await items.findOne({ _id: to }, { session });
          await items.updateOne({ _id: to }, { $set: { n: target?.n + 1 } }, { session });
        }),
      );
    const transfers = Array.from({ length: 60 }, (_, at) =>
      transfer(1000 + (at % 10), 1000 + ((at * 7 + 3) % 10)),
    );
    await Promise.all(transfers);
    const after = await items.find({ _id: { $gte: 1000 } }).toArray();
    expect(after.reduce((sum, { n }) => sum + n, 0)).toBe(1000);
  });
});

describe('the protocol', () => {
  let client: MongoClient;
  beforeAll(async () => {
    client = await new MongoClient(server.uri).connect();
  });
  afterAll(() => client.close());
  /** One session, whose numbers are ours to choose. */
  const run = (number: number, command: Document) =>
    client
      .db(server.db.databaseName)
      .command({ ...command, txnNumber: Long.fromNumber(number), autocommit: false });

  test('a repeated commit is answered', async () => {
    await inTransaction(async (session) => {
      await items.insertOne({ _id: 5 }, { session });
      await session.commitTransaction();
      await session.commitTransaction();
    });
    expect(await items.countDocuments({ _id: 5 })).toBe(1);
  });
  test('a new number ends the one before', async () => {
    const insert = (id: number) => ({ insert: items.collectionName, documents: [{ _id: id }] });
    await run(11, { ...insert(11), startTransaction: true });
    await run(12, { ...insert(12), startTransaction: true });
    expect((await refused(run(11, insert(13)))).code).toBe(server.isEmbedded ? 251 : 225);
    expect(await items.countDocuments({ _id: { $gt: 10 } })).toBe(0);
  });
  test('what can not be in a transaction is refused', async () => {
    const refusals: Document[] = [
      { count: items.collectionName },
      { drop: items.collectionName },
      { listCollections: 1 },
      { aggregate: items.collectionName, pipeline: [{ $out: 'x' }], cursor: {} },
    ];
    for (const [at, command] of refusals.entries()) {
      const error = await refused(run(21 + at, { ...command, startTransaction: true }));
      expect(error.code).toBe(263);
    }
    expect((await refused(server.db.command({ find: 'x', autocommit: false }))).code).toBe(72);
  });
  embeddedOnly('an index on a collection that has documents is refused', async () => {
    const index = { createIndexes: items.collectionName, indexes: [{ key: { a: 1 }, name: 'a_1' }] };
    expect((await refused(run(31, { ...index, startTransaction: true }))).code).toBe(263);
  });
  test('a snapshot read is given in a transaction', async () => {
    await server.client.withSession((session) =>
      session.withTransaction(async () => expect(await all(session)).toHaveLength(2), {
        readConcern: { level: 'snapshot' },
        writeConcern: { w: 'majority' },
      }),
    );
  });
  test('a callback that throws aborts', async () => {
    const work = server.client.withSession((session) =>
      session.withTransaction(async () => {
        await items.deleteMany({}, { session });
        throw new MongoError('of ours');
      }),
    );
    await expect(work).rejects.toThrow('of ours');
    expect(await all()).toHaveLength(2);
  });
});
