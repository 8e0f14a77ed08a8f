/** The short form of `npm run test:faults`: the same run, with fewer orders and fewer deaths. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { faultRun } from './run/fault-run.ts';
import { planRun, TROUBLES, VICTIMS } from './run/plan.ts';

jest.setTimeout(240_000);
/** In this schedule every process dies. */
const SEED = Number(process.env.FAULTS_SEED ?? 5);
const SIZE = { seed: SEED, orders: 100, ordersPerSecond: 6, kills: 3 };

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'syncflow-faults-test-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

test('a seed makes the same schedule each time, and another one another', () => {
  const size = { ...SIZE, orders: 5_000, kills: 36 };
  const plan = planRun(size);
  expect(planRun(size)).toEqual(plan);
  expect(planRun({ ...size, seed: SEED + 1 })).not.toEqual(plan);
  expect(plan.orders).toHaveLength(5_000);
  expect(plan.kills).toHaveLength(36);
  expect(new Set(plan.kills.map(({ victim }) => victim))).toEqual(new Set(VICTIMS));
  expect(new Set(plan.troubles.map(({ trouble }) => trouble))).toEqual(new Set(TROUBLES));
  const gaps = plan.kills.slice(1).map(({ atMs }, index) => atMs - (plan.kills[index]?.atMs ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(0);
});

test('processes die, calls fail, webhooks come late and twice: nothing is lost, nothing is doubled', async () => {
  process.stdout.write(`FAULTS_SEED=${SEED} runs the same schedule again.\n`);
  const report = await faultRun({ ...SIZE, dataDir, settleMsMax: 120_000 });
  expect(report.broken).toEqual([]);
  expect(report.stoppedWith).toBe(0);
  expect(report.orders).toBe(SIZE.orders);
  expect(report.killed).toEqual({
    web: expect.any(Number),
    runner: expect.any(Number),
    database: expect.any(Number),
  });
  expect(Math.min(...Object.values(report.killed))).toBeGreaterThan(0);
  expect(report.webhooks.twice + report.webhooks.late).toBeGreaterThan(0);
  expect(Object.values(report.troubles).flatMap(Object.keys).length).toBeGreaterThan(2);
  expect(report.messages.arrived).toBeGreaterThanOrEqual(SIZE.orders);
});
