/** The outbox in the real processes: the runner dies between a call and the note of its answer; a receiver wants no more. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { isSigned, type SignedHeaders } from '#nodes/webhooks/standard-signature.ts';
import { newWebhookSecret } from '#nodes/webhooks/webhook-service.ts';
import { ensureClient } from '#runtime/clients/client-model.ts';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import { endpointsOf } from '#runtime/endpoints/endpoint-document.ts';
import { forgetEndpoints, tellEndpoints } from '#runtime/endpoints/tell-endpoints.ts';
import { ClientId, ConnectionId } from '#runtime/ids.ts';
import { enqueue } from '#runtime/outbox/enqueue.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';
import { Settings } from '#server/settings.ts';
import { type SyncFlow, startSyncFlow } from '#server/syncflow.ts';

jest.setTimeout(120_000);
const MESSAGES = 40;
const KILLS = 3;
const clientId = ClientId.parse('merchant');
let dataDir: string;
let syncflow: SyncFlow;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'syncflow-outbox-'));
  syncflow = await startSyncFlow(Settings.parse({ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent' }));
});
afterAll(async () => {
  await syncflow.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const until = async (what: () => Promise<boolean> | boolean) => {
  for (let turn = 0; turn < 1_500 && !(await what()); turn += 1) await wait(20);
  expect(await what()).toBe(true);
};

/** A connection to a receiver on this machine. */
async function connect(receiver: Server, secret: string): Promise<ConnectionId> {
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const { database, vault } = syncflow;
  const id = ConnectionId.parse(`hook-${randomUUID()}`);
  await ensureClient(database.models, { _id: clientId, name: 'M', demo: false, createdAt: new Date() });
  await saveConnection(database.models, {
    _id: id,
    clientId,
    name: 'Hook',
    channel: 'webhook',
    baseUrl: new URL(url).origin,
    sandbox: false,
    countingAuthority: false,
    secret: vault.seal(id, { url, secret }),
    createdAt: new Date(),
  });
  return id;
}

test('a runner that is killed in the middle of calls loses no message, and repeats only what it can’t know', async () => {
  const secret = newWebhookSecret();
  const got: string[] = [];
  const held: ServerResponse[] = [];
  let holding = true;
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => {
      body += String(bytes);
    });
    request.on('end', () => {
      const headers = request.headers as unknown as SignedHeaders;
      if (!isSigned(secret, headers, body)) response.writeHead(401).end();
      else {
        got.push(headers['webhook-id']);
        if (holding) held.push(response);
        else response.writeHead(204).end();
      }
    });
  });
  const { database } = syncflow;
  const connectionId = await connect(receiver, secret);
  for (let n = 0; n < MESSAGES; n += 1) {
    const payload = { type: 'test', data: { n } };
    await enqueue(database.db, clientId, {
      key: `${n}`,
      effect: 'webhook',
      connectionId,
      subject: 'x',
      payload,
    });
  }
  syncflow.reload(clientId);

  const outbox = database.db.collection<OutboxDocument>('outbox');
  for (let kill = 1; kill <= KILLS; kill += 1) {
    // Some calls have arrived and have no answer yet.
    const before = got.length;
    await until(() => got.length > before);
    const pid = syncflow.runners[0]?.pid;
    if (pid) process.kill(pid, 'SIGKILL');
    await until(() => syncflow.runners[0]?.restarts === kill);
  }
  holding = false;
  for (const response of held) response.destroy();
  await until(async () => (await outbox.countDocuments({ state: 'sent' })) === MESSAGES);
  receiver.close();
  receiver.closeAllConnections();

  expect(new Set(got).size).toBe(MESSAGES);
  const all = await outbox.find().toArray();
  expect(all.reduce((sum, { tries }) => sum + tries, 0)).toBeGreaterThanOrEqual(got.length);
  // Each of the killed runners had at most its few calls under way.
  expect(got.length - MESSAGES).toBeLessThanOrEqual(KILLS * 4);
  expect(got.length).toBeGreaterThan(MESSAGES);
});

test('a receiver that says that it wants no more is told of nothing new', async () => {
  const asked: string[] = [];
  const receiver = createServer((request, response) => {
    asked.push(String(request.headers['webhook-id']));
    request.resume();
    response.writeHead(410).end();
  });
  const { database } = syncflow;
  const { db } = database;
  const connectionId = await connect(receiver, newWebhookSecret());
  const endpoints = endpointsOf(db, clientId);
  await endpoints.insertIfAbsent({
    _id: connectionId,
    clientId,
    events: ['stock.changed'],
    paused: false,
    secretSince: new Date(),
  });
  const tell = async (key: string) => {
    forgetEndpoints(db, clientId);
    return await tellEndpoints(db, clientId, { type: 'stock.changed', key, subject: key, data: {} });
  };
  expect(await tell('first')).toBe(true);
  syncflow.reload(clientId);
  await until(async () => (await endpoints.findOne({ _id: connectionId }))?.paused === true);
  expect(await tell('second')).toBe(false);
  const [message, ...others] = await db.collection<OutboxDocument>('outbox').find({ connectionId }).toArray();
  expect(others).toEqual([]);
  expect(message).toMatchObject({ state: 'dead', failure: { code: 'far-side.wants-no-more' } });
  expect(asked).toHaveLength(1);
  receiver.close();
  receiver.closeAllConnections();
});
