/** The ingress over a database that dies, hangs, is full or has too much to do: 503 with a time to come again, never a false 2xx. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import { ALL_CHANNELS } from '#nodes/all-channels.ts';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import { type Database, openDatabase } from '#runtime/database/open-database.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import { ClientId } from '#runtime/ids.ts';
import { Vault } from '#runtime/vault/vault.ts';
import { CONNECTION, PATH, partitionOf, SECRET, SHOP, webhookOf } from '#test/bench/ingest/webhook.ts';
import { WireProxy } from '#test/faults/wire-proxy.ts';
import type { PressureLimits } from './back-pressure.ts';
import { openIngress } from './webhooks.ts';

jest.setTimeout(60_000);
const SERVER = join(import.meta.dirname, '../../runtime/database/embedded/test-server-process.ts');
/** A sender that waits for five seconds gets an answer. */
const ANSWER_MS_MAX = 5_000;

let dir: string;
let databaseProcess: ChildProcess;
let database: Database;
let server: Server;
let address: string;
let doors: WireProxy[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'syncflow-pressure-'));
  doors = [];
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  databaseProcess.kill('SIGKILL');
  for (const door of doors) await door.close();
  await database.close();
  await rm(dir, { recursive: true, force: true });
});

async function startDatabase(): Promise<string> {
  databaseProcess = spawn(process.execPath, [SERVER, dir], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(createInterface(databaseProcess.stdout as never), 'line')) as [string];
  return (JSON.parse(line) as { uri: string }).uri;
}

/** @param through a way to the database other than the straight one. */
async function open(
  limits: PressureLimits,
  through: (uri: string) => Promise<string> = async (uri) => uri,
): Promise<void> {
  database = await openDatabase(await through(await startDatabase()));
  const vault = new Vault(Buffer.alloc(32, 7));
  await saveConnection(database.models, {
    _id: CONNECTION,
    clientId: ClientId.parse('bench'),
    name: 'Shop',
    channel: 'shopify',
    baseUrl: 'http://127.0.0.1:9',
    sandbox: true,
    countingAuthority: false,
    createdAt: new Date(),
    secret: vault.seal(CONNECTION, {
      accessToken: 'shpat_0123456789abcdef',
      clientSecret: SECRET,
      shop: SHOP,
    }),
  });
  const log = pino({ level: 'silent' });
  const accepted = () => {};
  const ingress = openIngress({ database, vault, channels: ALL_CHANNELS, log, accepted, limits });
  const app = express().use('/hooks', ingress.routes);
  server = createServer((request, response) => {
    if (!ingress.door(request, response)) app(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;
}

async function send(number: number): Promise<{ status: number; retryAfter: string | null; ms: number }> {
  const { body, headers } = webhookOf(number);
  const startedMs = performance.now();
  const response = await fetch(address, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body: new Uint8Array(body),
  });
  await response.arrayBuffer();
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    ms: performance.now() - startedMs,
  };
}
const events = () => database.db.collection<EventDocument>('events');
const LARGE: PressureLimits = { waitingMax: 1_000_000 };

test('while the database dies and comes back, each sender is told the truth in time', async () => {
  await open(LARGE);
  const answers = new Map<number, Awaited<ReturnType<typeof send>>>();
  let next = 0;
  let selling = true;
  const senders = Array.from({ length: 8 }, async () => {
    while (selling) {
      next += 1;
      const number = next;
      answers.set(number, await send(number));
      await wait(5);
    }
  });
  for (let death = 0; death < 3; death += 1) {
    await wait(700);
    databaseProcess.kill('SIGKILL');
    await once(databaseProcess, 'exit');
    // Longer than anybody waits, once.
    await wait(death === 1 ? ANSWER_MS_MAX : 200);
    await startDatabase();
  }
  await wait(700);
  selling = false;
  await Promise.all(senders);
  const all = [...answers.values()];
  expect(Math.max(...all.map(({ ms }) => ms))).toBeLessThan(ANSWER_MS_MAX);
  expect(new Set(all.map(({ status, retryAfter }) => `${status} ${retryAfter}`))).toEqual(
    new Set(['200 null', '503 10']),
  );
  const kept = new Set(
    (
      await events()
        .find({}, { projection: { partition: 1 } })
        .toArray()
    ).map(({ partition }) => partition),
  );
  const accepted = [...answers]
    .filter(([, { status }]) => status === 200)
    .map(([number]) => partitionOf(number));
  expect(accepted.length).toBeGreaterThan(50);
  expect(accepted.filter((order) => !kept.has(order))).toEqual([]);
});

test('a database that hangs is not waited for; what was refused and sent again is kept once', async () => {
  await open(LARGE);
  expect((await send(1)).status).toBe(200);
  databaseProcess.kill('SIGSTOP');
  const refused = await Promise.all([2, 3, 4].map(send));
  for (const { status, retryAfter, ms } of refused) {
    expect([status, retryAfter]).toEqual([503, '10']);
    expect(ms).toBeLessThan(ANSWER_MS_MAX);
  }
  databaseProcess.kill('SIGCONT');
  expect((await Promise.all([2, 3, 4].map(send))).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await events().countDocuments({})).toBe(4);
});

test('a database whose disk is full keeps nothing, and nobody is told that it did', async () => {
  let full = false;
  await open(LARGE, async (uri) => {
    const door = await WireProxy.open(
      uri,
      () => true,
      (write) => (full && write === 'insert events' ? OUT_OF_DISK_SPACE : null),
    );
    doors.push(door);
    return door.uri;
  });
  full = true;
  expect(await send(1)).toMatchObject({ status: 503, retryAfter: '10' });
  full = false;
  expect(await events().countDocuments({})).toBe(0);
  expect((await send(1)).status).toBe(200);
});

/** What our database says then, and MongoDB too. */
const OUT_OF_DISK_SPACE = { ok: 0, code: 14031, codeName: 'OutOfDiskSpace', errmsg: 'The disk is full.' };

describe('before anything runs over', () => {
  test('a client with too many events waiting gets no more, until they are worked off', async () => {
    await open({ waitingMax: 20 });
    expect((await send(1)).status).toBe(200);
    await wait(200);
    const statuses = [];
    for (let number = 2; number <= 30; number += 1) statuses.push((await send(number)).status);
    // The first one may have been counted twice, as it was kept while they were counted: then it is one fewer, never one more.
    const taken = statuses.indexOf(503);
    expect([18, 19]).toContain(taken);
    expect(new Set(statuses.slice(taken))).toEqual(new Set([503]));
    expect(await events().countDocuments({})).toBe(1 + taken);
    await events().updateMany({}, { $set: { state: 'done' } });
    await wait(1_100);
    // The first one asks for a new count.
    await send(31);
    await wait(200);
    expect(await send(32)).toMatchObject({ status: 200 });
  });

  test('nobody gets more while the disk is nearly full', async () => {
    await open({ waitingMax: 1_000_000, diskDir: dir, diskBytesMin: Number.MAX_SAFE_INTEGER });
    await send(1);
    await wait(100);
    expect(await send(2)).toMatchObject({ status: 503, retryAfter: '10' });
  });
});
