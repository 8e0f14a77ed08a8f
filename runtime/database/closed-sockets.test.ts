import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import './closed-sockets.ts';
import { isDatabaseAway } from './database-away.ts';

let sockets: Socket[] = [];
const collect = (message: unknown) => sockets.push((message as { readonly socket: Socket }).socket);
beforeEach(() => {
  sockets = [];
  subscribe('net.client.socket', collect);
});
afterEach(() => {
  unsubscribe('net.client.socket', collect);
});

/** A client with one connection, which has just been used. */
async function openClient(): Promise<{ client: MongoClient; pooled: Socket }> {
  const client = new MongoClient(process.env.SYNCFLOW_TEST_URI ?? '', {
    maxPoolSize: 1,
    heartbeatFrequencyMS: 500,
    serverSelectionTimeoutMS: 5_000,
  });
  await client.connect();
  await client.db('closing').command({ ping: 1 });
  const pooled = sockets.reduce((one, other) => (other.bytesWritten > one.bytesWritten ? other : one));
  return { client, pooled };
}

test.each([
  ['destroyed', (socket: Socket) => socket.destroy()],
  ['ended', (socket: Socket) => socket.end()],
])(
  'what is asked in the moment in which its socket is %s fails, and does not wait for ever',
  async (_how, close) => {
    const { client, pooled } = await openClient();
    const write = () => client.db('closing').command({ insert: 'events', documents: [{ at: 1 }] });
    close(pooled);
    const outcome = await Promise.race([
      write().then(
        () => 'done',
        (error: unknown) => error,
      ),
      wait(5_000, 'still waiting'),
    ]);
    expect(isDatabaseAway(outcome)).toBe(true);
    // The next one has a connection of its own.
    await write();
    await client.close();
  },
);

test('the watch over the server goes on when its own socket is closed under it', async () => {
  const { client, pooled } = await openClient();
  const [watching] = sockets.filter((socket) => socket !== pooled);
  await new Promise<void>((resolve) => {
    if (!watching) throw new Error('nothing watches over the server');
    watching.write = (...chunk: [string | Uint8Array]) => {
      watching.destroy();
      resolve();
      return Socket.prototype.write.apply(watching, chunk);
    };
  });
  pooled.destroy();
  // Of a server that it has lost the client learns by its watch alone.
  const ping = () => client.db('closing').command({ ping: 1 });
  await ping().catch(() => {});
  await ping();
  await client.close();
});
