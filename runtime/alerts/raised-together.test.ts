/** Alerts that many messages raise at one moment: each product is told of once, in three round trips. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type CommandStartedEvent, MongoClient } from 'mongodb';
import { databaseNameOf } from '#runtime/database/open-database.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ClientId, PipelineId } from '../ids.ts';
import type { AlertDocument } from './alert-document.ts';
import { Alerts } from './alerts.ts';

const FLOW = PipelineId.parse('low-stock');
let database: TestDatabase;
let clientId: ClientId;
let alerts: Alerts;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  alerts = new Alerts(database.db, clientId);
});

const raise = async (key: string, title: string, quietHours = 24, by = alerts) =>
  await by.raise(FLOW, { key, title, level: 'warning', text: 'few are left', quietHours });
const kept = async () =>
  (await database.db.collection<AlertDocument>('alerts').find({ clientId }).toArray())
    .map(({ _id }) => _id.slice(clientId.length + 1))
    .sort();

test('many that are raised together cost three round trips, and each is told of as if it came alone', async () => {
  const commands: string[] = [];
  const note = ({ commandName }: CommandStartedEvent) => {
    if (['find', 'insert', 'update'].includes(commandName)) commands.push(commandName);
  };
  const watched = await new MongoClient(database.uri, { monitorCommands: true }).connect();
  watched.on('commandStarted', note);
  try {
    const by = new Alerts(watched.db(databaseNameOf(database.uri)), clientId);
    await raise('z', 'Before all', 24, by);
    commands.length = 0;
    const many = Array.from({ length: 100 }, (_, index) => raise(`m${index}`, `Product ${index}`, 24, by));
    expect(new Set(await Promise.all(many))).toEqual(new Set(['new']));
    // The newest of each, those that are muted, and the new ones.
    expect(commands).toEqual(['find', 'find', 'insert']);
    commands.length = 0;
    const again = Array.from({ length: 100 }, (_, index) =>
      raise(`o${index}`, `Product ${index % 50}`, 24, by),
    );
    expect(new Set(await Promise.all(again))).toEqual(new Set(['quiet']));
    expect(commands).toEqual(['update']);
    const counts = await database.db.collection<AlertDocument>('alerts').distinct('count', { clientId });
    expect(counts.sort()).toEqual([1, 2]);
  } finally {
    await watched.close();
  }
  expect(await Promise.all([raise('m1-again', 'Product 1'), raise('m2', 'Product 2')])).toEqual([
    'quiet',
    'same',
  ]);
  expect(await Promise.all([raise('n1', 'Each', 0), raise('n2', 'Each', 0), raise('n1', 'Each', 0)])).toEqual(
    ['new', 'new', 'same'],
  );
  expect(await kept()).toHaveLength(103);
});

test('another process knows what was told, and for how long each of them is to be quiet', async () => {
  await raise('a1', 'Mugs');
  await raise('b1', 'Cups');
  const at = new Date(Date.now() - 5 * 3_600_000);
  await database.db.collection('alerts').updateMany({ clientId }, { $set: { at } });
  const other = new Alerts(database.db, clientId);
  expect(
    await Promise.all([
      raise('a2', 'Mugs', 4, other),
      raise('b2', 'Cups', 6, other),
      raise('b1', 'Cups', 6, other),
    ]),
  ).toEqual(['new', 'quiet', 'same']);
  expect(await kept()).toEqual(['a1', 'a2', 'b1']);
});
