import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CommandStartedEvent, MongoClient } from 'mongodb';
import { databaseNameOf } from '#runtime/database/open-database.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { Retryable } from '../errors.ts';
import { ClientId, ConnectionId } from '../ids.ts';
import { StockLedger } from '../stock/ledger.ts';
import { checkListings } from './check-listings.ts';
import { ConnectionHealth } from './connection-health.ts';
import { importListings } from './import-listings.ts';
import { pushBatch } from './push-batch.ts';
import { Pusher } from './pusher.ts';
import { ScriptedShop } from './scripted-shop.ts';
import { targetAt } from './test-target.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('trouble is told once, and so is its end, also where there was nothing to push', async () => {
  const { db } = database;
  const clientId = ClientId.parse(`c-${randomUUID()}`);
  const connectionId = ConnectionId.parse(`shop-${randomUUID()}`);
  const ledger = new StockLedger(db, clientId);
  const shop = new ScriptedShop(true);
  shop.counts.set('1', 10);
  const channel = { comparesAndSets: true, batchMax: 100 };
  const place = { db, clientId, connectionId, channel, client: shop };
  await importListings({ ...place, ledger, countingAuthority: true });
  await db.collection('listings').updateMany({ clientId }, { $set: { checkAt: new Date() } });
  const read = shop.readQuantities.bind(shop);
  let failures = 2;
  shop.readQuantities = async (listings) => {
    if (failures === 0) return await read(listings);
    failures -= 1;
    throw new Retryable('no answer', { afterMs: 10 });
  };
  const told: string[] = [];
  const heard = new EventEmitter();
  const pusher = new Pusher({
    ...targetAt({ ...place, settleMs: 20 }),
    health: new ConnectionHealth(db, clientId, connectionId),
    troubled: () => told.push('trouble'),
    well: () => {
      told.push('well');
      heard.emit('well');
    },
    pollMs: 10,
  });
  pusher.start();
  await once(heard, 'well');
  await pusher.stop();
  expect(told).toEqual(['trouble', 'well']);
});

test('a batch is read in one answer, however large it is', async () => {
  const clientId = ClientId.parse(`c-${randomUUID()}`);
  const connectionId = ConnectionId.parse(`shop-${randomUUID()}`);
  const shop = new ScriptedShop(false);
  for (let id = 1; id <= 150; id += 1) shop.counts.set(String(id), 10);
  const channel = { comparesAndSets: false, batchMax: 150 };
  const place = { clientId, connectionId, channel, client: shop };
  const ledger = new StockLedger(database.db, clientId);
  await importListings({ ...place, db: database.db, ledger, countingAuthority: true });
  const due = { dirty: true, desired: 4, desiredVersion: 9, checkAt: null };
  await database.db.collection('listings').updateMany({ clientId }, { $set: due });
  const commands: string[] = [];
  const watched = await new MongoClient(database.uri, { monitorCommands: true }).connect();
  watched.on('commandStarted', ({ commandName }: CommandStartedEvent) => commands.push(commandName));
  try {
    const target = targetAt({ ...place, db: watched.db(databaseNameOf(database.uri)), settleMs: 20 });
    expect(await pushBatch(target)).toBe(150);
    await database.db.collection('listings').updateMany({ clientId }, { $set: { checkAt: new Date() } });
    expect(await checkListings(target)).toBe(150);
  } finally {
    await watched.close();
  }
  expect(new Set(shop.counts.values())).toEqual(new Set([4]));
  expect(commands).toContain('find');
  expect(commands).not.toContain('getMore');
});
