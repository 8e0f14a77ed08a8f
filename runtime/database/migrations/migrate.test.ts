import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Binary } from 'mongodb';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { identityOf } from '../../vault/envelope.ts';
import { migrate, newestVersion, schemaVersion } from './migrate.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());
const agencyThere = () => database.db.collection<{ _id: string }>('agencies').insertOne({ _id: 'home' });

test('a new database begins at the newest version, and nothing is changed in it', async () => {
  expect(await schemaVersion(database.db)).toBeNull();
  expect(await migrate(database.db)).toBe(0);
  expect(await schemaVersion(database.db)).toBe(newestVersion());
  expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_one, index) => index + 1));
});

test('each step is done once and in order, by one of many processes, after the backup', async () => {
  await agencyThere();
  const did: string[] = [];
  const step = (version: number): Migration => ({
    version,
    name: `step ${version}`,
    run: async () => {
      did.push(`begin ${version}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      did.push(`end ${version}`);
    },
  });
  const migrations = [step(1), step(2), step(3)];
  const before = async (from: number, to: number) => void did.push(`backup ${from} ${to}`);
  const done = await Promise.all(
    Array.from({ length: 5 }, () => migrate(database.db, { migrations, before })),
  );
  expect(done.sort()).toEqual([0, 0, 0, 0, 3]);
  expect(did).toEqual(['backup 0 3', 'begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3']);
  expect(await migrate(database.db, { migrations: [...migrations, step(4)], before })).toBe(1);
  expect(did.slice(-3)).toEqual(['backup 3 4', 'begin 4', 'end 4']);
});

test('what failed is done at the next start, and what was done before it is not', async () => {
  await agencyThere();
  const did: number[] = [];
  let broken = true;
  const migrations: Migration[] = [1, 2].map((version) => ({
    version,
    name: `step ${version}`,
    run: async () => {
      if (version === 2 && broken) throw new Error('the disk');
      did.push(version);
    },
  }));
  await expect(migrate(database.db, { migrations })).rejects.toThrow('could not be brought to version 2');
  broken = false;
  expect(await migrate(database.db, { migrations })).toBe(1);
  expect(did).toEqual([1, 2]);
});

test('a process that died in the middle is taken over from; documents of a later version are left alone', async () => {
  await agencyThere();
  const schema = database.db.collection<{ _id: string }>('schema');
  const lease = { holder: 'dead', until: new Date(Date.now() - 1) };
  await schema.insertOne({ _id: 'schema', version: 0, lease, history: [] } as never);
  expect(await migrate(database.db)).toBe(newestVersion());
  await schema.updateOne({ _id: 'schema' }, { $set: { version: 99 } });
  await expect(migrate(database.db)).rejects.toThrow('have version 99');
});

test('of before there were agencies: clients get theirs, and renewed keys are still those of their connection', async () => {
  const { db } = database;
  await db
    .collection<{ _id: string }>('clients')
    .insertMany([{ _id: 'a' }, { _id: 'b', agencyId: 'other' } as never]);
  const secret = new Binary(randomBytes(80));
  const of = createHash('sha256').update(secret.value()).digest('hex');
  await db.collection<{ _id: string }>('keys').insertOne({ _id: 'shop', of } as never);
  expect(await migrate(db)).toBe(MIGRATIONS.length);
  expect(await db.collection('clients').find().sort({ _id: 1 }).toArray()).toMatchObject([
    { agencyId: 'home' },
    { agencyId: 'other' },
  ]);
  expect((await db.collection('keys').findOne({}))?.of).toBe(identityOf(secret));
  for (const { run } of MIGRATIONS) await run(db);
  expect((await db.collection('keys').findOne({}))?.of).toBe(identityOf(secret));
});

test('of before lists were found by words: orders and stock get theirs, and replaced indexes are gone', async () => {
  const { db } = database;
  await agencyThere();
  await db.collection('orders').createIndex({ clientId: 1, shortLines: 1, receivedAt: -1 });
  const lines = [
    { sku: 'TEA-1', title: 'Green tea' },
    { sku: null, title: 'Gift card' },
  ];
  await db.collection<{ _id: string }>('orders').insertMany([
    { _id: 'a', number: '#1001', lines },
    { _id: 'b', number: '#1002', lines, words: ['kept'] },
  ] as never[]);
  await db
    .collection<{ _id: string }>('stock')
    .insertOne({ _id: 'c/TEA-1', sku: 'TEA-1', title: 'Green tea' } as never);
  for (let turn = 0; turn < 2; turn += 1) {
    for (const { run } of MIGRATIONS) await run(db);
    expect((await db.collection('orders').findOne({ number: '#1001' }))?.words).toEqual([
      '1001',
      'tea-1',
      'tea',
      '1',
      'green',
      'gift',
      'card',
    ]);
    expect((await db.collection('orders').findOne({ number: '#1002' }))?.words).toEqual(['kept']);
    expect((await db.collection('stock').findOne({}))?.words).toEqual(['tea-1', 'tea', '1', 'green']);
    expect((await db.collection('orders').indexes()).map(({ name }) => name)).not.toContain(
      'clientId_1_shortLines_1_receivedAt_-1',
    );
  }
});
