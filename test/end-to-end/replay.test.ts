/** The main job on real input, with every process real: see server/replay. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { planReplay } from '#server/replay/plan.ts';
import { type ReplayProgress, replay } from '#server/replay/replay.ts';
import { isClean } from '#server/replay/report.ts';
import { reportText } from '#server/replay/report-text.ts';
import { readInvoices } from '#server/sample-orders/read-invoices.ts';
import { SAMPLE_ORDERS } from '#server/sample-orders/sample-file.ts';

jest.setTimeout(900_000);
const FULL_DATA =
  process.env.ONLINE_RETAIL ?? join(import.meta.dirname, '../../../shared/data/online-retail.csv.gz');
const KILLS = 5;

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'syncflow-replay-test-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

test('2,000 invoices, with a runner that is killed again and again on the way: nothing is lost, nothing is doubled, and both shops agree with the ledger', async () => {
  const killed = new Set<number>();
  const kill = ({ phase, runnerPid, steps, of }: ReplayProgress) => {
    // Spread over the whole of it, however fast this machine is.
    if (phase !== 'replaying' || steps < (of * (killed.size + 1)) / (KILLS + 2)) return;
    if (!runnerPid || killed.size === KILLS || killed.has(runnerPid)) return;
    killed.add(runnerPid);
    process.kill(runnerPid, 'SIGKILL');
  };
  const report = await replay({ file: SAMPLE_ORDERS, dataDir, progress: kill });
  expect(isClean(report) ? 'clean' : reportText(report)).toBe('clean');
  expect(report.invoices).toBe(2_000);
  expect(report.captured).toEqual({ orders: report.sent.orders, lines: report.sent.lines });
  expect(report.agree.skus).toBeGreaterThan(1_000);
  expect(report.shortages.shareOfLines).toBeGreaterThan(0.003);
  expect(report.shortages.shareOfLines).toBeLessThan(0.05);
  expect(killed.size).toBe(KILLS);
  expect(report.runnerRestarts).toBe(KILLS);
});

const fullDataIsThere = existsSync(FULL_DATA);
if (!fullDataIsThere)
  process.stderr.write(
    `The full data set is not at ${FULL_DATA}: its test is skipped. ONLINE_RETAIL names another place.\n`,
  );
(fullDataIsThere ? test : test.skip)(
  'every line of the full data set has its place in the plan',
  async () => {
    const { counts, steps } = await planReplay(readInvoices(FULL_DATA), Number.MAX_SAFE_INTEGER);
    expect(counts.lines).toBe(541_909);
    expect(steps.length).toBe(counts.sales + counts.refunds + counts.corrections + counts.returnsWithoutSale);
  },
);
