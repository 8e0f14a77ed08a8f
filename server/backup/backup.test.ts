/** The commands as processes of their own, beside a database on which shops sell. */
import { type ExecFileException, execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { ensureClient } from '#runtime/clients/client-model.ts';
import { type Embedded, startEmbedded } from '#runtime/database/embedded/index.ts';
import { type Database, openDatabase } from '#runtime/database/open-database.ts';
import { Sku } from '#runtime/ids.ts';
import { OrderBooking } from '#runtime/orders/order-booking.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import { line, TestShops } from '#runtime/orders/test-shops.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import { verifyClient } from '#runtime/verify/verify-client.ts';
import { backupFile, makeBackup, removeOldBackups } from './make-backup.ts';
import { restoreBackup } from './restore-backup.ts';

jest.setTimeout(120_000);
const ROOT = join(import.meta.dirname, '..', '..');
const SKUS = Array.from({ length: 6 }, (_, index) => Sku.parse(`SKU-${index}`));
const SELLERS = 3;

let dir: string;
let embedded: Embedded;
let database: Database;
let shops: TestShops;
const file = (name: string) => join(dir, name);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'syncflow-backup-'));
  embedded = await startEmbedded({ dir: file('live/database') });
  database = await openDatabase(embedded.uri);
  shops = new TestShops(database.db);
  await ensureClient(database.models, {
    _id: shops.clientId,
    name: 'Shop',
    demo: false,
    createdAt: new Date(),
  });
  for (const sku of SKUS) await shops.stock(sku, 100_000);
  await database.db.collection('sessions').insertOne({ ended: false });
});
afterAll(async () => {
  await database.close();
  await embedded.close();
  await rm(dir, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly text: string;
}
function run(command: 'backup' | 'restore', dataDir: string, ...given: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const done = (error: ExecFileException | null, stdout: string, stderr: string) =>
      resolve({ code: error ? Number(error.code) : 0, text: stdout + stderr });
    execFile(
      process.execPath,
      [`server/backup/${command}.ts`, ...given],
      { cwd: ROOT, env: { PATH: process.env.PATH ?? '', DATA_DIR: file(dataDir) } },
      done,
    );
  });
}

/** Orders of several lines that are paid, edited and refunded, until told to stop. @returns how many snapshots were handled. */
function sell(): () => Promise<number> {
  let [selling, handled] = [true, 0];
  const seller = async (): Promise<void> => {
    while (selling) {
      const id = randomUUID();
      const lines = SKUS.slice(handled % 3, 4).map((sku, index) => line(`${index}`, sku, 2));
      await shops.handle(shops.order(id, lines, 0));
      await shops.handle(
        shops.order(
          id,
          lines.map((one) => ({ ...one, taken: 1 })),
          1,
        ),
      );
      handled += 2;
    }
  };
  const sellers = Array.from({ length: SELLERS }, seller);
  return async () => {
    selling = false;
    await Promise.all(sellers);
    return handled;
  };
}

test('restores of backups that were taken while shops sell are whole, and their books agree', async () => {
  const stop = sell();
  const backups: Ended[] = [];
  const at: number[] = [];
  for (const name of ['1.gz', '2.gz']) {
    at.push(await database.db.collection('orders').countDocuments());
    backups.push(await run('backup', 'live', file(name)));
  }
  const handled = await stop();
  expect(backups.map(({ code, text }) => (code === 0 ? '' : text))).toEqual(['', '']);
  expect(backups[0]?.text).toContain('The master key is not in it');
  expect((await stat(file('1.gz'))).mode & 0o077).toBe(0);
  // Otherwise nothing was sold meanwhile, and this test says nothing.
  expect(at[1]).toBeGreaterThan((at[0] ?? 0) + 20);
  expect(handled).toBeGreaterThan(2 * (at[1] ?? 0) - 2 * SELLERS);

  for (const name of ['1', '2']) {
    const restored = await run('restore', name, file(`${name}.gz`));
    expect(restored).toMatchObject({ code: 0, text: expect.stringContaining('everything agrees') });
    const server = await startEmbedded({ dir: file(`${name}/database`) });
    const copy = await openDatabase(server.uri);
    try {
      const orders = copy.db.collection<OrderDocument>('orders');
      expect(await orders.countDocuments()).toBeGreaterThanOrEqual(at[Number(name) - 1] ?? 0);
      expect(await copy.db.collection('sessions').countDocuments()).toBe(0);
      // What was under way at that moment goes on as after a crash: then nothing waits any more, and all of it agrees.
      const { clientId } = shops;
      const ledger = new StockLedger(copy.db, clientId);
      const booking = new OrderBooking({ db: copy.db, clientId, ledger });
      for await (const { _id } of orders.find({})) await booking.book(_id);
      const proof = await verifyClient(copy.db, shops.clientId);
      expect(proof).toMatchObject({ deviations: [], unsettled: [], waiting: 0 });
      expect(proof.checked.orders).toBeGreaterThan(0);
    } finally {
      await copy.close();
      await server.close();
    }
  }
});

const restore = (into: string, from: string, replace = false) =>
  restoreBackup({ databaseDir: file(into), file: file(from), replace });
const backup = (from: string, to: string) => makeBackup({ databaseDir: file(from), file: file(to) });

test('a restore that can’t be changes nothing, and one over data that is there puts it aside', async () => {
  // Of a database that no server has open.
  expect(await backup('1/database', 'whole.gz')).toBeGreaterThan(0);
  await expect(backup('1/database', 'whole.gz')).rejects.toThrow('is there already');
  await expect(backup('nowhere', 'nothing.gz')).rejects.toThrow('There is no database in the folder');
  const before = await database.db.collection('orders').countDocuments();
  await expect(restore('live/database', 'whole.gz')).rejects.toThrow('Add --replace');
  await expect(restore('live/database', 'whole.gz', true)).rejects.toThrow('is in use by another running');
  expect(await database.db.collection('orders').countDocuments()).toBe(before);

  const whole = await readFile(file('whole.gz'));
  await writeFile(file('half.gz'), whole.subarray(0, whole.length / 2));
  await expect(restore('1/database', 'half.gz', true)).rejects.toThrow('half.gz');
  expect(await readdir(file('1'))).toEqual(['database']);

  expect(await restore('1/database', 'whole.gz', true)).toMatchObject({ clean: true });
  expect(await readdir(file('1'))).toEqual(['database', expect.stringMatching(/^database-before-2/)]);
});

test('a damaged database is not backed up as if it were whole, and books that do not agree are named', async () => {
  const stock = database.db.collection('stock');
  await stock.updateOne({ sku: SKUS[0] ?? '' }, { $inc: { onHand: 1 } });
  await backup('live/database', 'wrong.gz');
  const restored = await restore('wrong/database', 'wrong.gz');
  expect(restored.clean).toBe(false);
  expect(new Set(restored.proofs[0]?.proof.deviations.map(({ subject }) => subject))).toEqual(
    new Set([SKUS[0]]),
  );
  const damaged = new DatabaseSync(file('wrong/database/documents.sqlite'));
  const indexes = damaged.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%(key BLOB%'",
  );
  for (const { name } of indexes.all()) damaged.exec(`DELETE FROM "${String(name)}"`);
  damaged.close();
  await expect(backup('wrong/database', 'damaged.gz')).rejects.toThrow('The database is damaged in');
  expect((await readdir(dir)).filter((name) => name.startsWith('damaged'))).toEqual([]);
});

test('of the backups in their folder only the newest are kept, and nothing else is touched', async () => {
  const folder = file('backups');
  await mkdir(folder);
  const names = [3, 1, 2].map((day) => backupFile(folder, new Date(Date.UTC(2026, 0, day))));
  for (const name of [...names, join(folder, 'mine.gz')]) await writeFile(name, '');
  expect(await removeOldBackups(folder, 2)).toEqual([names[1]]);
  expect(await removeOldBackups(folder, 2)).toEqual([]);
  expect(await readdir(folder)).toHaveLength(3);
});

test('what can’t be asked for is answered with what can', async () => {
  expect(await run('backup', 'live', '--keep', '0')).toMatchObject({
    code: 2,
    text: expect.stringContaining('Usage: npm run backup'),
  });
});
