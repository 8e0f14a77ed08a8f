/** A runner whose database dies at the wrong moment. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MongoNetworkError } from 'mongodb';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ensureClient } from '../clients/client-model.ts';
import { acceptEvent } from '../events/inbox.ts';
import { ClientId } from '../ids.ts';
import { Vault } from '../vault/vault.ts';
import type { FromRunner } from './messages.ts';
import { Runner } from './runner.ts';

const clientId = ClientId.parse('away-at-start');
let database: TestDatabase;
let failures = 0;
beforeAll(async () => {
  database = await openTestDatabase();
  await ensureClient(database.models, { _id: clientId, name: 'A', demo: false, createdAt: new Date() });
});
afterAll(() => database.close());

/** The next so many looks at what people edit meet a database that is being started again. */
function unsteady(): TestDatabase {
  return new Proxy(database, {
    get: (of, name: keyof TestDatabase) => {
      if (name === 'models' && failures > 0) {
        failures -= 1;
        throw new MongoNetworkError('connect ECONNREFUSED');
      }
      return of[name];
    },
  });
}

async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('a database that dies while a runner starts, or is told of a change, is waited for: it used to end the runner', async () => {
  const told: FromRunner[] = [];
  const errors: string[] = [];
  const runner = await Runner.open({
    database: unsteady(),
    vault: new Vault(Buffer.alloc(32, 7)),
    types: new Map(),
    channels: new Map(),
    services: new Map(),
    outsideEffects: new Map(),
    runner: 'unsteady',
    clients: [clientId],
    deadRunners: [],
    settleMs: 1_000,
    pollMs: 1_000,
    hooksUrl: null,
    traceBytesMax: 1_000_000,
    tell: (message) => told.push(message),
    log: (level, text) => {
      if (level === 'error') errors.push(text);
    },
  });
  try {
    failures = 3;
    await runner.begin();
    expect(failures).toBe(0);
    expect(told.map(({ kind }) => kind)).toContain('ready');
    failures = 2;
    runner.receive({ kind: 'reload', clientId });
    await until(async () => failures === 0);
    await acceptEvent(database.db, {
      clientId,
      source: 'syncflow',
      topic: 'stock.changed',
      dedupeKey: 'one',
      partition: 'one',
      body: Buffer.from('{}'),
    });
    runner.receive({ kind: 'events', clientId });
    await until(async () => (await database.db.collection('events').countDocuments({ state: 'done' })) === 1);
    expect(errors).toEqual([]);
  } finally {
    await runner.stop();
  }
});
