/** Change streams through the official driver, on a real MongoDB too with TEST_MONGODB_URI (those of one collection). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type ChangeStream,
  type ChangeStreamOptions,
  type Collection,
  type Document,
  MongoClient,
  MongoServerError,
  Timestamp,
} from 'mongodb';
import { startEmbedded } from './index.ts';
import { startTestServer, type TestServer } from './test-server.ts';

const embeddedOnly = process.env.TEST_MONGODB_URI ? test.skip : test;
let server: TestServer;
let items: Collection<{ _id: number } & Document>;
let streams: ChangeStream[] = [];
let count = 0;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  count += 1;
  items = server.db.collection(`items${count}`);
  await server.db.createCollection(items.collectionName);
});
afterEach(async () => {
  await Promise.all(streams.map((stream) => stream.close()));
  streams = [];
  expect(server.log).toEqual([]);
});

/** A stream that is closed after the test. */
function followed(
  target: { watch(pipeline: Document[], options: ChangeStreamOptions): ChangeStream },
  pipeline: Document[] = [],
  options: ChangeStreamOptions = {},
): ChangeStream {
  const stream = target.watch(pipeline, { maxAwaitTimeMS: 50, ...options });
  streams.push(stream);
  return stream;
}
/** An open one: what happens from now on comes through it. */
async function opened(...request: Parameters<typeof followed>): Promise<ChangeStream> {
  const stream = followed(...request);
  await stream.tryNext();
  return stream;
}
async function take(stream: ChangeStream, number: number): Promise<Document[]> {
  const events: Document[] = [];
  while (events.length < number) events.push((await stream.next()) as Document);
  return events;
}
/** What differs from run to run is left out. */
function told({ _id, clusterTime, wallTime, collectionUUID, ...event }: Document): Document {
  expect(_id).toMatchObject({ _data: expect.any(String) });
  expect(clusterTime).toBeInstanceOf(Timestamp);
  expect(wallTime).toBeInstanceOf(Date);
  return event;
}

describe('a change stream', () => {
  test('tells inserts, updates, replacements and deletes in order', async () => {
    const stream = await opened(items);
    await items.insertOne({ _id: 1, a: 1, deep: { x: 1, y: 2 }, list: [1, 2] });
    await items.updateOne(
      { _id: 1 },
      { $set: { 'deep.x': 5 }, $unset: { a: '' }, $push: { list: 3 } as never },
    );
    await items.replaceOne({ _id: 1 }, { b: 1 });
    await items.updateOne({ _id: 1 }, { $set: { b: 1 } });
    await items.deleteOne({ _id: 1 });
    const ns = { db: server.db.databaseName, coll: items.collectionName };
    const documentKey = { _id: 1 };
    expect((await take(stream, 4)).map(told)).toEqual([
      {
        operationType: 'insert',
        ns,
        documentKey,
        fullDocument: { _id: 1, a: 1, deep: { x: 1, y: 2 }, list: [1, 2] },
      },
      {
        operationType: 'update',
        ns,
        documentKey,
        updateDescription: {
          updatedFields: { 'deep.x': 5, 'list.2': 3 },
          removedFields: ['a'],
          truncatedArrays: [],
        },
      },
      { operationType: 'replace', ns, documentKey, fullDocument: { _id: 1, b: 1 } },
      { operationType: 'delete', ns, documentKey },
    ]);
  });

  test('tells soon: a waiting getMore is woken by the write', async () => {
    const { collectionName: name } = items;
    await server.client.withSession(async (session) => {
      const run = (command: Document): Promise<Document> => server.db.command(command, { session });
      const { cursor } = await run({ aggregate: name, pipeline: [{ $changeStream: {} }], cursor: {} });
      const more = { getMore: cursor.id, collection: name, maxTimeMS: 15_000 };
      const waiting = run(more);
      await items.insertOne({ _id: 1 });
      expect((await waiting).cursor.nextBatch).toMatchObject([{ operationType: 'insert' }]);
      const killed = run(more).catch((error: MongoServerError) => error.code);
      await run({ killCursors: name, cursors: [cursor.id] });
      expect(await killed).toBe(server.isEmbedded ? 43 : 237);
    });
  });

  test('looks up the document as it is now', async () => {
    const stream = await opened(items, [], { fullDocument: 'updateLookup' });
    await items.insertOne({ _id: 1, n: 1 });
    await items.updateOne({ _id: 1 }, { $inc: { n: 1 } });
    await items.updateOne({ _id: 1 }, { $inc: { n: 1 } });
    const events = await take(stream, 3);
    expect(events.at(-1)?.fullDocument).toEqual({ _id: 1, n: 3 });
    await items.updateOne({ _id: 1 }, { $inc: { n: 1 } });
    await items.deleteOne({ _id: 1 });
    await take(stream, 2);
  });

  test('has a pipeline; one that takes the token away is an error', async () => {
    const stream = await opened(items, [
      { $match: { 'fullDocument.n': { $gt: 1 } } },
      { $project: { ns: 0 } },
    ]);
    await items.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ]);
    const [event] = await take(stream, 1);
    expect(event).toMatchObject({ documentKey: { _id: 2 } });
    expect(event?.ns).toBeUndefined();
    const without = await opened(items, [{ $project: { _id: 0 } }]);
    await items.insertOne({ _id: 3 });
    await expect(without.next()).rejects.toMatchObject({ code: 280 });
    for (const stage of [{ $group: { _id: 1 } }, { $nothing: 1 }]) {
      await expect(items.watch([stage]).next()).rejects.toThrow(MongoServerError);
    }
  });

  test('goes on behind a token, or at it again', async () => {
    const first = await opened(items);
    await items.insertMany([1, 2, 3].map((_id) => ({ _id })));
    const [one] = await take(first, 1);
    await first.close();
    const ids = async (stream: ChangeStream, number: number) =>
      (await take(stream, number)).map(({ documentKey }) => documentKey._id);
    expect(await ids(followed(items, [], { resumeAfter: one?._id }), 2)).toEqual([2, 3]);
    expect(await ids(followed(items, [], { startAfter: one?._id }), 2)).toEqual([2, 3]);
    const again = followed(items, [], { startAtOperationTime: one?.clusterTime });
    expect(await ids(again, 3)).toEqual([1, 2, 3]);
    await expect(items.watch([], { resumeAfter: { _data: 'zz' } }).next()).rejects.toThrow(MongoServerError);
  });

  test('tells of a transaction when it is committed, and nothing of an aborted one', async () => {
    const stream = await opened(items);
    await server.client.withSession(async (session) => {
      session.startTransaction();
      await items.insertOne({ _id: 1 }, { session });
      await session.abortTransaction();
      session.startTransaction();
      await items.insertOne({ _id: 2, n: 1 }, { session });
      await items.insertOne({ _id: 3 });
      await items.updateOne({ _id: 2 }, { $set: { n: 2 } }, { session });
      await session.commitTransaction();
    });
    const events = await take(stream, 3);
    expect(events.map(({ operationType, documentKey }) => [operationType, documentKey._id])).toEqual([
      ['insert', 3],
      ['insert', 2],
      ['update', 2],
    ]);
    expect(events.map(({ txnNumber }) => txnNumber !== undefined)).toEqual([false, true, true]);
  });

  test('ends when its collection is dropped or renamed; another can start after that', async () => {
    const stream = await opened(items);
    await items.insertOne({ _id: 1 });
    await items.drop();
    const events = await take(stream, 3);
    expect(events.map(({ operationType }) => operationType)).toEqual(['insert', 'drop', 'invalidate']);
    const invalidated = events[2]?._id;
    await expect(items.watch([], { resumeAfter: invalidated }).next()).rejects.toMatchObject({ code: 260 });
    const after = followed(items, [], { startAfter: invalidated });
    await items.insertOne({ _id: 2 });
    await items.rename(`${items.collectionName}_new`);
    const [insert, rename, end] = await take(after, 3);
    expect(insert?.documentKey).toEqual({ _id: 2 });
    expect(rename).toMatchObject({ operationType: 'rename', to: { coll: `${items.collectionName}_new` } });
    expect(end?.operationType).toBe('invalidate');
  });

  test('of a database or of all tells of every collection', async () => {
    const ofDatabase = await opened(server.db);
    const ofAll = await opened(server.client, [{ $match: { 'ns.db': server.db.databaseName } }]);
    const other = server.db.collection<{ _id: number }>(`other${count}`);
    await items.insertOne({ _id: 1 });
    await other.insertOne({ _id: 2 });
    for (const stream of [ofDatabase, ofAll]) {
      expect((await take(stream, 2)).map(({ ns }) => ns.coll)).toEqual([
        items.collectionName,
        other.collectionName,
      ]);
    }
  });

  embeddedOnly('tells of collections and indexes where that is asked for', async () => {
    const stream = await opened(server.db, [], { showExpandedEvents: true });
    const other = server.db.collection(`made${count}`);
    await server.db.createCollection(other.collectionName);
    await other.createIndex({ a: 1 });
    await server.db.command({ collMod: other.collectionName, index: { name: 'a_1', hidden: true } });
    await other.dropIndex('a_1');
    expect((await take(stream, 4)).map(({ operationType }) => operationType)).toEqual([
      'create',
      'createIndexes',
      'modify',
      'dropIndexes',
    ]);
  });
});

describe('the history', () => {
  embeddedOnly('is there after a restart, and only as far as it was recorded', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'embedded-history-'));
    const withItems = async (work: (items: Collection<{ _id: number }>) => Promise<void>): Promise<void> => {
      const database = await startEmbedded({ dir });
      const client = await new MongoClient(database.uri).connect();
      await work(client.db('a').collection('items'));
      await client.close();
      await database.close();
    };
    let token: unknown;
    await withItems(async (own) => {
      await own.insertOne({ _id: 0 });
      const early = own.watch([], { startAtOperationTime: new Timestamp({ t: 1_700_000_000, i: 1 }) });
      await expect(early.next()).rejects.toMatchObject({ code: 286 });
      const stream = own.watch();
      await stream.tryNext();
      await own.insertOne({ _id: 1 });
      token = ((await stream.next()) as Document)._id;
      await stream.close();
      await own.insertOne({ _id: 2 });
    });
    await withItems(async (own) => {
      await own.insertOne({ _id: 3 });
      const stream = own.watch([], { resumeAfter: token });
      expect((await take(stream, 2)).map(({ documentKey }) => documentKey._id)).toEqual([2, 3]);
      await stream.close();
    });
    rmSync(dir, { recursive: true });
  });
});
