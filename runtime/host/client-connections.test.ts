/** Doors, health and alerts together: an outage ends for people too, also at another door than the one that it closed. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { Collection } from 'mongodb';
import { z } from 'zod';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import type { AlertDocument } from '../alerts/alert-document.ts';
import { Alerts, TROUBLE_TOLD_AFTER_MS, WELL_TOLD_AFTER_MS } from '../alerts/alerts.ts';
import { tellAlerts } from '../alerts/tell-alerts.ts';
import { ensureClient } from '../clients/client-model.ts';
import type { ConnectionDocument } from '../clients/connection-model.ts';
import type { Service } from '../clients/service.ts';
import { Retryable } from '../errors.ts';
import { ClientId, ConnectionId } from '../ids.ts';
import { Meter } from '../metrics/meter.ts';
import type { HealthDocument } from '../sync/connection-health.ts';
import { Vault } from '../vault/vault.ts';
import { ClientChannels, type ClientChannelsOptions } from './client-channels.ts';
import { ClientConnections } from './client-connections.ts';

const SERVICE: Service = { type: 'note', title: 'Notes', secret: z.unknown(), effects: [] };
const FAILURES_MAX = 4;

let database: TestDatabase;
let clientId: ClientId;
let connectionId: ConnectionId;
let changes: number;
const started: ClientConnections[] = [];
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  connectionId = ConnectionId.parse(`note-${randomUUID()}`);
  changes = 0;
  await ensureClient(database.models, { _id: clientId, name: 'Mugs', demo: false, createdAt: new Date() });
});
afterEach(() => {
  jest.restoreAllMocks();
  for (const connections of started.splice(0)) connections.stop();
});

/** As a runner has them that just started: nothing is remembered. */
function parts() {
  const vault = new Vault(Buffer.alloc(32, 7));
  const raised = new Alerts(database.db, clientId);
  const connections = new ClientConnections({
    database,
    clientId,
    vault,
    channels: new Map(),
    services: new Map([[SERVICE.type, SERVICE]]),
    meter: new Meter(database.db),
    hooksUrl: null,
    alerts: raised,
    changed: () => {
      changes += 1;
    },
    resumed: () => {},
  });
  started.push(connections);
  return { connections, vault, alerts: raised };
}
const connectionWith = (vault: Vault): ConnectionDocument => ({
  _id: connectionId,
  clientId,
  name: 'Notes',
  channel: SERVICE.type,
  baseUrl: 'https://notes.example',
  sandbox: false,
  countingAuthority: false,
  secret: vault.seal(connectionId, {}),
  createdAt: new Date(),
});
function start() {
  const { connections, vault } = parts();
  const open = () => connections.open(connectionWith(vault));
  open();
  const call = async (make: () => Promise<void>) =>
    await connections.get(connectionId)?.gate.run('messages', 'call', make);
  return {
    succeed: () => call(async () => {}),
    fail: async () => {
      for (let n = 0; n < FAILURES_MAX; n += 1)
        await expect(call(() => Promise.reject(new Retryable('no answer')))).rejects.toThrow('no answer');
    },
    /** As after "Connect again". */
    reopen: () => {
      connections.close(connectionId);
      open();
    },
  };
}

const alerts = async () =>
  await database.db.collection<AlertDocument>('alerts').find({ clientId }).sort({ at: 1 }).toArray();
const health = async () =>
  await database.db.collection<HealthDocument>('health').findOne({ _id: connectionId });
const tell = async (laterMs: number) => {
  const options = { database, services: new Map(), publicUrl: () => 'https://sync.example' };
  await tellAlerts(options, clientId, new Date(Date.now() + laterMs));
};

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}
const isInTrouble = async () => {
  const kept = await health();
  return Boolean(kept?.trouble && kept.gate);
};
const ends = async () => (await alerts()).at(-1)?.tell?.what === 'healed' && !(await isInTrouble());
const isRaised = async (count: number) => {
  const all = await alerts();
  return all.length === count && all.at(-1)?.tell?.what === 'raised' && (await isInTrouble());
};

test.each(['it was connected again', 'SyncFlow was started again'])(
  'an outage ends with the first call that goes well after %s, and the next one is told',
  async (how) => {
    let runner = start();
    await runner.fail();
    await until(() => isRaised(1));
    await tell(TROUBLE_TOLD_AFTER_MS + 1_000);
    if (how === 'it was connected again') runner.reopen();
    else runner = start();
    await runner.succeed();
    await until(ends);
    await tell(WELL_TOLD_AFTER_MS + 1_000);
    expect(await alerts()).toMatchObject([{ toldAt: expect.any(Date), healedAt: expect.any(Date) }]);
    await runner.fail();
    await until(() => isRaised(2));
    await tell(TROUBLE_TOLD_AFTER_MS + 1_000);
    expect((await alerts())[1]).toMatchObject({ toldAt: expect.any(Date), healedAt: null });
  },
);

test('what fails after a connection was let go is trouble no more; one that was removed ends its alert', async () => {
  const { connections, alerts: raised } = parts();
  const channels = new ClientChannels({ connections, alerts: raised, clientId } as ClientChannelsOptions);
  const connection = connectionWith(new Vault(Buffer.alloc(32, 7)));
  await channels.take([connection]);
  await raised.trouble({ connectionId, name: 'Notes', error: new Error('no answer'), kept: '' });
  const late = Promise.withResolvers<never>();
  const calls = Array.from({ length: FAILURES_MAX }, () =>
    connections.get(connectionId)?.gate.run('messages', 'call', () => late.promise),
  );
  await channels.take([]);
  const over = [{ healedAt: expect.any(Date), removed: true, tell: null }];
  expect(await alerts()).toMatchObject(over);
  late.reject(new Retryable('no answer'));
  await Promise.allSettled(calls);
  // Behind what it would have written.
  await raised.well(ConnectionId.parse('another'));
  expect([await alerts(), await health()]).toMatchObject([over, null]);
});

test('that it is well and was costs two looks at the start, no write, and nothing afterwards', async () => {
  const writes = jest.spyOn(Collection.prototype, 'updateOne');
  const runner = start();
  for (let n = 0; n < 10; n += 1) await runner.succeed();
  const results = await Promise.all(writes.mock.results.map(({ value }) => value));
  expect(results).toMatchObject([
    { modifiedCount: 0, upsertedCount: 0 },
    { modifiedCount: 0, upsertedCount: 0 },
  ]);
  expect([changes, await health()]).toEqual([0, null]);
});

test('that it is well is said again where the database was away at that moment', async () => {
  await start().fail();
  await until(() => isRaised(1));
  const runner = start();
  const away = new Error('the database is away');
  const writes = jest.spyOn(Collection.prototype, 'updateOne');
  writes.mockRejectedValueOnce(away).mockRejectedValueOnce(away);
  await runner.succeed();
  await until(async () => writes.mock.calls.length === 2);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await isRaised(1)).toBe(true);
  await runner.succeed();
  await until(ends);
});
