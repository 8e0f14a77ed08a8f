/** `npm run verify` as a process of its own: beside a running SyncFlow, and on one that is stopped. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureClient } from '#runtime/clients/client-model.ts';
import { startEmbedded } from '#runtime/database/embedded/index.ts';
import { type Database, openDatabase } from '#runtime/database/open-database.ts';
import { ClientId, MAIN_LOCATION, Sku } from '#runtime/ids.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const clientId = ClientId.parse('shop');
let dir = '';
let database: Database;
let embedded: Awaited<ReturnType<typeof startEmbedded>>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'syncflow-verify-'));
  await open();
  await ensureClient(database.models, {
    _id: clientId,
    name: 'Harbour Gifts',
    demo: false,
    createdAt: new Date(),
  });
  const [ledger, sku] = [new StockLedger(database.db, clientId), Sku.parse('MUG')];
  await ledger.addSkus([{ sku, title: 'Mug' }]);
  await ledger.apply({
    kind: 'receive',
    key: randomUUID(),
    sku,
    location: MAIN_LOCATION,
    units: 3,
    connectionId: null,
    cause: { by: 'test' },
  });
});
afterAll(async () => {
  await close();
  await rm(dir, { recursive: true, force: true });
});

async function open(): Promise<void> {
  embedded = await startEmbedded({ dir: join(dir, 'database') });
  database = await openDatabase(embedded.uri);
}
async function close(): Promise<void> {
  await database.close();
  await embedded.close();
}
function verify(...given: string[]): Promise<{ readonly code: number; readonly text: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['server/verify/main.ts', ...given],
      { cwd: ROOT, env: { PATH: process.env.PATH ?? '', DATA_DIR: dir } },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), text: stdout + stderr }),
    );
  });
}

test('beside a running SyncFlow it says what was checked, names what differs, and its exit code is the verdict', async () => {
  const clean = await verify();
  expect(clean).toMatchObject({
    code: 0,
    text: expect.stringContaining('Harbour Gifts (shop): everything agrees'),
  });
  expect(clean.text).toContain('1 SKUs');
  await database.db.collection('stock').updateOne({ clientId }, { $inc: { onHand: 1 } });
  const wrong = await verify('--client', 'shop');
  expect(wrong).toMatchObject({ code: 1, text: expect.stringMatching(/DEVIATIONS[\s\S]*- MUG /) });
  await database.db.collection('stock').updateOne({ clientId }, { $inc: { onHand: -1 } });
});

test('what can’t be is said in a sentence', async () => {
  expect(await verify('--client', 'nobody')).toMatchObject({
    code: 1,
    text: expect.stringContaining('There is no client nobody in this database. There are: shop.'),
  });
  for (const given of [['--client', 'a b'], ['--all']])
    expect(await verify(...given)).toMatchObject({
      code: 2,
      text: expect.stringContaining('Usage: npm run verify'),
    });
});

test('with SyncFlow stopped it opens the data itself', async () => {
  await close();
  const { code, text } = await verify();
  await open();
  expect({ code, text }).toMatchObject({ code: 0, text: expect.stringContaining('everything agrees') });
});
