/** A worker that is stopped between its look for a key and its write, for longer than a drain, applies nothing twice. */
import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { on, once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ClientId, MAIN_LOCATION, Sku } from '#runtime/ids.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import type { StockOperation, StockResult } from '#runtime/stock/operation.ts';
import type { StockDocument } from '#runtime/stock/stock-document.ts';
import { verifyStock } from '#runtime/stock/verify.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import type { Orders } from './paused-worker.ts';

const [mug, cup] = [Sku.parse('MUG'), Sku.parse('CUP')];
const run = promisify(execFile);
let database: TestDatabase;
let clientId: ClientId;
let ledger: StockLedger;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  ledger = new StockLedger(database.db, clientId);
  await ledger.addSkus([mug, cup].map((sku) => ({ sku, title: sku })));
  await ledger.applyAll([mug, cup].map((sku) => booking('receive', `open:${sku}`, 100, sku)));
  await drain();
});

function booking(kind: 'commit' | 'receive', key: string, units: number, sku = mug): StockOperation {
  return { kind, key, sku, units, location: MAIN_LOCATION, connectionId: null, cause: { by: 'test' } };
}
const stock = () => database.db.collection<StockDocument>('stock');
const levelOf = (sku: Sku) => stock().findOne({ clientId, sku });

/** More than one drain of each SKU: the epoch moves. */
async function drain(): Promise<void> {
  await ledger.drainAll();
  await ledger.applyAll([mug, cup].map((sku) => booking('receive', randomUUID(), 1, sku)));
  await ledger.drainAll();
}

/** Runs a worker; each of `meanwhile` happens while it is stopped. @returns its answers, and where it was stopped. */
async function whilePaused(
  orders: Pick<Orders, 'operations'> & Partial<Orders>,
  meanwhile: readonly (() => Promise<unknown>)[],
): Promise<{ readonly results: readonly StockResult[]; readonly pausedBefore: readonly string[] }> {
  const given = { uri: database.uri, clientId, before: [], pauses: meanwhile.length, ...orders };
  const script = fileURLToPath(new URL('./paused-worker.ts', import.meta.url));
  const worker = spawn(process.execPath, [script, JSON.stringify(given)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(worker, 'exit');
  const pausedBefore: string[] = [];
  try {
    for await (const [line] of on(createInterface(worker.stdout), 'line', { close: ['close'] })) {
      if (!line.startsWith('paused')) return { results: JSON.parse(line), pausedBefore };
      while (!(await run('ps', ['-o', 'stat=', '-p', String(worker.pid)])).stdout.startsWith('T'))
        await sleep(5);
      await meanwhile[pausedBefore.length]?.();
      pausedBefore.push(line.replace('paused before ', ''));
      worker.kill('SIGCONT');
    }
    throw new Error('the worker ended without its answers');
  } finally {
    worker.kill('SIGKILL');
    await exited;
  }
}

async function expectProven(): Promise<void> {
  expect((await verifyStock(database.db, clientId)).deviations).toEqual([]);
}

test.each([
  ['whose key is marked as unused', false],
  ['whose key is looked up', true],
])('one sale %s, booked by another process and drained meanwhile', async (_how, isLookedUp) => {
  if (isLookedUp) await stock().updateMany({ clientId }, { $set: { keyFilter: null } });
  const sale = booking('commit', 'sale', 3);
  const { results, pausedBefore } = await whilePaused({ operations: [sale] }, [
    async () => {
      expect(await ledger.apply(sale)).toMatchObject({ outcome: 'applied', repeated: false });
      await drain();
    },
  ]);
  expect(pausedBefore).toEqual(['update']);
  expect(results).toMatchObject([{ outcome: 'applied', repeated: true }]);
  expect(await levelOf(mug)).toMatchObject({ onHand: 100 + 2 - 3, version: 4 });
  await expectProven();
});

test('a sale of a SKU that others write too: its guards are not of the version, and the epoch holds', async () => {
  const sale = booking('commit', 'sale', 3);
  const { results, pausedBefore } = await whilePaused({ operations: [sale] }, [
    () => ledger.apply(booking('receive', 'other', 1)),
    async () => {
      await ledger.apply(sale);
      await drain();
    },
  ]);
  expect(pausedBefore).toEqual(['update', 'findAndModify']);
  expect(results).toMatchObject([{ outcome: 'applied', repeated: true }]);
  expect(await levelOf(mug)).toMatchObject({ onHand: 100 + 3 - 3 });
  await expectProven();
});

test('an order of several lines, some of which were booked and drained meanwhile', async () => {
  const lines = [
    booking('commit', 'line:1', 3),
    booking('commit', 'line:2', 4),
    booking('commit', 'line:3', 5, cup),
  ];
  const { results, pausedBefore } = await whilePaused(
    { operations: lines, before: [mug, cup].map((sku) => booking('receive', 'known', 1, sku)) },
    [
      async () => {
        await ledger.applyAll(lines.slice(0, 1));
        await drain();
        await ledger.applyAll(lines.slice(2));
      },
    ],
  );
  expect(pausedBefore).toEqual(['update']);
  expect(results.map((result) => 'repeated' in result && result.repeated)).toEqual([true, false, true]);
  expect([await levelOf(mug), await levelOf(cup)]).toMatchObject([{ onHand: 103 - 7 }, { onHand: 103 - 5 }]);
  await expectProven();
});

test('a worker that was paused for longer than twenty drains, while its SKU was sold out', async () => {
  const sale = booking('commit', 'sale', 3);
  const { results } = await whilePaused({ operations: [sale] }, [
    async () => {
      for (let round = 0; round < 20; round += 1) await drain();
      await ledger.apply(booking('commit', 'all', 100 + 1 + 20));
    },
  ]);
  expect(results).toMatchObject([{ outcome: 'short', repeated: false, level: { available: 0 } }]);
  await expectProven();
});
