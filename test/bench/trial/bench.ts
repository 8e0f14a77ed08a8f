/** A changed draft against 3,000 recorded orders: how long it takes, and whether it lists exactly the orders that differ. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '#runtime/database/embedded/index.ts';
import { openDatabase } from '#runtime/database/open-database.ts';
import { Trials } from '#runtime/trial/trial-process.ts';
import { keepStockInStep } from '#templates/keep-stock-in-step.ts';
import { makePast } from '../../trial/past-orders.ts';
import { withoutLargeOrders } from '../../trial/without-large-orders.ts';

const ORDERS = 3_000;
const SECONDS_MAX = 30;

const dir = await mkdtemp(join(tmpdir(), 'syncflow-trial-'));
const embedded = await startEmbedded({ dir });
const database = await openDatabase(embedded.uri);
try {
  const past = await makePast(database, ORDERS);
  const deployed = keepStockInStep.graph({ buffer: 2 });
  const trials = new Trials({
    script: join(import.meta.dirname, '../../../server/trial-runner.ts'),
    environment: () => ({ TRIAL_MONGODB_URI: embedded.uri }),
    timeMsMax: 120_000,
  });
  const began = performance.now();
  const report = await trials.run({
    clientId: past.clientId,
    name: 'In step',
    graph: withoutLargeOrders(deployed),
    deployed,
    of: { kind: 'period', from: new Date(0), until: new Date(Date.now() + 60_000), limit: 5_000 },
  });
  const seconds = (performance.now() - began) / 1_000;
  const listed = new Set(report.differences.map(({ subject }) => subject));
  const right = listed.size === past.large.length && past.large.every((number) => listed.has(number));
  process.stdout.write(
    `${report.differing} of ${report.orders} orders would change (${right ? 'exactly those that are to' : 'NOT those that are to'}); ` +
      `${seconds.toFixed(1)} s with its process, ${(report.ms / 1_000).toFixed(1)} s for the runs\n`,
  );
  process.exitCode = right && seconds <= SECONDS_MAX ? 0 : 1;
} finally {
  await database.close();
  await embedded.close();
  await rm(dir, { recursive: true, force: true });
}
