/** Starting, stopping, and what may come over the wire from a client that means harm. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Binary, deserialize, Long, serialize } from 'bson';
import fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { type Embedded, type LogEntry, startEmbedded } from './index.ts';

const base = mkdtempSync(join(tmpdir(), 'embedded-start-'));
afterAll(() => rmSync(base, { recursive: true }));

async function withClient<Result>(
  uri: string,
  work: (client: MongoClient) => Promise<Result>,
): Promise<Result> {
  const client = await new MongoClient(uri, { serverSelectionTimeoutMS: 3000 }).connect();
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** The path in a connection string to a Unix socket. */
function socketOf(uri: string): string {
  return decodeURIComponent(/^mongodb:\/\/([^/]+)\//.exec(uri)?.[1] ?? '');
}
/** A message with any content, and a length that may lie. */
function message(operation: number, content: Buffer, length = content.length + 16): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(length, 0);
  header.writeInt32LE(1, 4);
  header.writeInt32LE(operation, 12);
  return Buffer.concat([header, content]);
}
function msg(body: Buffer, flags = 0): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32LE(flags, 0);
  return message(2013, Buffer.concat([head, body]));
}
/** Sends one command as it is, without what a driver adds. */
function ask(uri: string, command: object): Promise<object> {
  return new Promise((done, failed) => {
    const socket: Socket = connect(socketOf(uri), () => socket.write(msg(Buffer.from(serialize(command)))));
    socket.once('error', failed);
    socket.once('data', (bytes: Buffer) => {
      socket.destroy();
      done(deserialize(bytes.subarray(21)));
    });
  });
}

describe('a server', () => {
  test('keeps its data over a restart, and finds a socket file that was left over', async () => {
    const dir = join(base, 'restart');
    const first = await startEmbedded({ dir });
    await withClient(first.uri, (client) => client.db('a').collection('b').insertOne({ x: 1 }));
    await Promise.all([first.close(), first.close()]);
    writeFileSync(join(dir, 'mongodb.sock'), '');
    const second = await startEmbedded({ dir });
    expect(second.uri).toBe(first.uri);
    expect(statSync(join(dir, 'mongodb.sock')).mode & 0o777).toBe(0o600);
    await withClient(second.uri, async (client) => {
      expect(
        await client
          .db('a')
          .collection('b')
          .findOne({}, { projection: { _id: 0 } }),
      ).toEqual({ x: 1 });
    });
    await second.close();
    expect(existsSync(join(dir, 'mongodb.sock'))).toBe(false);
  });

  test('is the only one on its folder, and says so to the second', async () => {
    const dir = join(base, 'twice');
    const first = await startEmbedded({ dir });
    await expect(startEmbedded({ dir })).rejects.toThrow(
      `The data folder ${dir} is in use by another running server. Stop that one first, or choose another folder.`,
    );
    await withClient(first.uri, (client) => client.db('a').command({ ping: 1 }));
    await first.close();
  });

  test('listens at a shorter path where the folder’s is too long for a socket', async () => {
    const dir = join(base, 'long'.repeat(30));
    const database = await startEmbedded({ dir });
    expect(database.uri).not.toContain('longlong');
    await withClient(database.uri, (client) => client.db('a').command({ ping: 1 }));
    await database.close();
  });

  test('answers a retried write after a restart as it did before, and does not do it again', async () => {
    const dir = join(base, 'retry');
    const write = {
      findAndModify: 'b',
      query: { _id: 1 },
      update: { $inc: { n: 1 } },
      upsert: true,
      new: true,
      lsid: { id: new Binary(Buffer.alloc(16, 7), Binary.SUBTYPE_UUID) },
      txnNumber: Long.fromNumber(5),
      $db: 'a',
    };
    const first = await startEmbedded({ dir });
    const before = await ask(first.uri, write);
    await first.close();
    const second = await startEmbedded({ dir });
    expect(await ask(second.uri, write)).toEqual(before);
    expect(before).toMatchObject({ ok: 1, value: { _id: 1, n: 1 } });
    expect(await ask(second.uri, { ...write, txnNumber: Long.fromNumber(6) })).toMatchObject({
      value: { n: 2 },
    });
    await second.close();
  });

  test('answers a repeated commit after a restart, and knows no transaction that was open', async () => {
    const dir = join(base, 'commit');
    const session = (number: number) => ({
      lsid: { id: new Binary(Buffer.alloc(16, 8), Binary.SUBTYPE_UUID) },
      txnNumber: Long.fromNumber(number),
      autocommit: false,
    });
    const insert = { insert: 'b', documents: [{ x: 1 }], startTransaction: true, $db: 'a' };
    const commit = { commitTransaction: 1, $db: 'admin' };
    const first = await startEmbedded({ dir });
    expect(await ask(first.uri, { ...insert, ...session(1) })).toMatchObject({ ok: 1, n: 1 });
    expect(await ask(first.uri, { ...commit, ...session(1) })).toMatchObject({ ok: 1 });
    expect(await ask(first.uri, { ...commit, ...session(1), abortTransaction: 1 })).toMatchObject({ ok: 0 });
    expect(await ask(first.uri, { abortTransaction: 1, $db: 'admin', ...session(1) })).toMatchObject({
      code: 256,
    });
    await first.close();
    const second = await startEmbedded({ dir });
    expect(await ask(second.uri, { ...commit, ...session(1) })).toMatchObject({ ok: 1 });
    expect(await ask(second.uri, { ...insert, ...session(1) })).toMatchObject({ code: 256 });
    expect(await ask(second.uri, { ...insert, ...session(2) })).toMatchObject({ ok: 1 });
    await second.close();
    const third = await startEmbedded({ dir });
    expect(await ask(third.uri, { ...commit, ...session(2) })).toMatchObject({
      code: 251,
      errorLabels: ['TransientTransactionError'],
    });
    expect(await ask(third.uri, { count: 'b', $db: 'a' })).toMatchObject({ n: 1 });
    await third.close();
  });

  test('serves other processes of this machine', async () => {
    const database = await startEmbedded({ dir: join(base, 'processes') });
    const script = `import { MongoClient } from 'mongodb';
      const client = await new MongoClient(process.argv[1]).connect();
      await client.db('a').collection('b').insertOne({ from: 'outside' });
      await client.close();`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, database.uri]);
    await withClient(database.uri, async (client) =>
      expect(await client.db('a').collection('b').countDocuments({ from: 'outside' })).toBe(1),
    );
    await database.close();
  });
});

describe('bytes that no driver sends', () => {
  let database: Embedded;
  let path: string;
  const log: LogEntry[] = [];

  beforeAll(async () => {
    database = await startEmbedded({ dir: join(base, 'hostile'), log: (entry) => log.push(entry) });
    path = socketOf(database.uri);
  });
  afterAll(() => database.close());

  /** Sends bytes; tells whether the server answered or closed the connection, which `isLast` asks it to. */
  function send(bytes: Buffer, isLast = false): Promise<'answered' | 'closed'> {
    return new Promise((done) => {
      const socket: Socket = connect(path, () => (isLast ? socket.end(bytes) : socket.write(bytes)));
      socket.on('data', () => {
        done('answered');
        socket.destroy();
      });
      socket.on('close', () => done('closed'));
      socket.on('error', () => done('closed'));
    });
  }
  const ping = Buffer.from(serialize({ ping: 1, $db: 'a' }));

  test('close the connection or are answered with an error', async () => {
    let deep: object = {};
    for (let at = 0; at < 5000; at += 1) deep = { a: deep };
    const overlong = Buffer.from(ping);
    overlong.writeInt32LE(1_000_000, 0);
    const cases: [name: string, bytes: Buffer, outcome: 'answered' | 'closed'][] = [
      ['a good one', msg(ping), 'answered'],
      ['a length below the header', message(2013, ping, 3), 'closed'],
      ['a negative length', message(2013, ping, -5), 'closed'],
      ['a huge length', message(2013, ping, 0x7fffffff), 'closed'],
      ['an unknown operation', message(9999, ping), 'closed'],
      ['a compressed message', message(2012, ping), 'closed'],
      ['flags of the future', msg(ping, 4), 'closed'],
      ['no body', message(2013, Buffer.alloc(4)), 'closed'],
      ['a body that reaches too far', msg(overlong), 'closed'],
      [
        'an unknown kind of section',
        message(2013, Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), ping])),
        'closed',
      ],
      ['two bodies', message(2013, Buffer.concat([Buffer.alloc(5), ping, Buffer.alloc(1), ping])), 'closed'],
      ['text', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), 'closed'],
      [
        'an old query',
        message(2004, Buffer.concat([Buffer.alloc(4), Buffer.from('a.b\0'), Buffer.alloc(8), ping])),
        'answered',
      ],
      ['deep nesting', msg(Buffer.from(serialize({ ping: 1, deep }))), 'answered'],
      ['no database', msg(Buffer.from(serialize({ ping: 1 }))), 'answered'],
      ['a NUL in a name', msg(Buffer.from(serialize({ find: 'a\0b', $db: 'a' }))), 'answered'],
      ['no command', msg(Buffer.from(serialize({}))), 'answered'],
      [
        'a command called __proto__',
        msg(Buffer.from(serialize(JSON.parse('{"__proto__": 1, "$db": "a"}') as object))),
        'answered',
      ],
      ['a command called constructor', msg(Buffer.from(serialize({ constructor: 1, $db: 'a' }))), 'answered'],
    ];
    for (const [name, bytes, outcome] of cases) expect([name, await send(bytes)]).toEqual([name, outcome]);
  });

  test('never harm the server, whatever byte is changed', async () => {
    const insert = msg(
      Buffer.from(
        serialize({ insert: 'b', $db: 'a', documents: [{ x: 'text', y: [1, { z: 2 }] }], ordered: true }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(insert.length - 1), fc.nat(255), async (at, byte) => {
        const bytes = Buffer.from(insert);
        bytes[at] = byte;
        // A greater length makes the server wait for more: end the connection, so that nobody waits.
        await send(bytes, true);
      }),
      { numRuns: 150, ignoreEqualValues: true },
    );
    expect(log.filter(({ level }) => level === 'error')).toEqual([]);
    await withClient(database.uri, (client) => client.db('a').command({ ping: 1 }));
  });

  test('that come in small pieces are put together', async () => {
    const bytes = msg(ping);
    const answer = new Promise<boolean>((done) => {
      const socket: Socket = connect(path, async () => {
        for (const byte of bytes) {
          socket.write(Buffer.from([byte]));
          await new Promise((next) => setImmediate(next));
        }
      });
      socket.once('data', () => {
        socket.destroy();
        done(true);
      });
    });
    expect(await answer).toBe(true);
  });
});
