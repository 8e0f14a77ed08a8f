import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { isDatabaseAway } from './database-away.ts';

/** The tests' database, over a socket that can be cut. */
async function openCuttable(): Promise<{ client: MongoClient; cut(): void; close(): Promise<void> }> {
  const host = /^mongodb:\/\/([^/?]+)/.exec(process.env.SYNCFLOW_TEST_URI ?? '')?.[1] ?? '';
  const [name = '', port = '27017'] = host.split(':');
  const dialServer = () =>
    host.startsWith('%2F') ? dial(decodeURIComponent(host)) : dial(Number(port), name);
  const sockets = new Set<Socket>();
  const between = createServer((socket) => {
    const server = dialServer();
    for (const one of [socket, server]) one.on('error', () => {}).on('close', () => server.destroy());
    socket.pipe(server).pipe(socket);
    sockets.add(socket);
  });
  const path = join(tmpdir(), `away-${randomUUID()}.sock`);
  await once(between.listen(path), 'listening');
  const client = new MongoClient(`mongodb://${encodeURIComponent(path)}/?directConnection=true`);
  return {
    client,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      await client.close();
      between.close();
    },
  };
}

test('a database that dies just before something is written to it is away', async () => {
  const { client, cut, close } = await openCuttable();
  await client.db('away').command({ ping: 1 });
  cut();
  // Before the driver can have heard of it.
  const error = await client
    .db('away')
    .command({ insert: 'events', documents: [{}] })
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'EPIPE' });
  expect(isDatabaseAway(error)).toBe(true);
  expect(isDatabaseAway(new Error('the order could not be kept', { cause: error }))).toBe(true);
  await close();
});

test('another far side that can not be written to is not the database', () => {
  expect(isDatabaseAway(Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' }))).toBe(
    false,
  );
});
