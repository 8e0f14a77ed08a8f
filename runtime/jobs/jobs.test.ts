import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ClientId } from '../ids.ts';
import { type JobDefinition, Jobs } from './jobs.ts';

const [one, two] = [ClientId.parse('one'), ClientId.parse('two')];
let database: TestDatabase;
let started: Jobs[] = [];
let runs: (ClientId | null)[] = [];
let failures: string[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  [runs, failures] = [[], []];
});
afterEach(async () => {
  for (const jobs of started) await jobs.stop();
  started = [];
  await database.db.collection('jobs').deleteMany({});
});

const nightly: JobDefinition = {
  name: 'nightly',
  cron: '0 3 * * *',
  run: async (clientId, alive) => {
    await alive();
    runs.push(clientId);
  },
};
async function startJobs(...definitions: JobDefinition[]): Promise<Jobs> {
  const jobs = await Jobs.start({
    db: database.db,
    definitions,
    failed: (name) => failures.push(name),
    lookEveryMs: 50,
    lockMs: 500,
  });
  started.push(jobs);
  return jobs;
}
async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200 && !isTrue(); turn += 1) await wait(25);
  expect(isTrue()).toBe(true);
}

test('what several processes are asked for is done once for each client', async () => {
  const [first, second] = [await startJobs(nightly), await startJobs(nightly)];
  await Promise.all([first.ask('nightly', one), second.ask('nightly', two)]);
  await until(() => runs.length >= 2);
  await wait(300);
  expect(runs.sort()).toEqual([one, two]);
  await second.ask('nightly', one);
  await until(() => runs.length === 3);
});

test('the clock does nothing before its time, and what was due while nothing ran is done at the next start', async () => {
  const before = await startJobs(nightly);
  await startJobs(nightly);
  await wait(300);
  expect(runs).toEqual([]);
  await before.stop();
  const due = { name: 'nightly', repeatInterval: '0 3 * * *' };
  expect(await database.db.collection('jobs').countDocuments(due)).toBe(1);
  for (const jobs of started) await jobs.stop();
  await database.db.collection('jobs').updateOne(due, { $set: { nextRunAt: new Date(Date.now() - 60_000) } });
  await startJobs(nightly);
  await until(() => runs.length === 1);
  await wait(300);
  expect(runs).toEqual([null]);
  const next = await database.db.collection('jobs').findOne(due);
  expect(next?.nextRunAt.getTime()).toBeGreaterThan(Date.now());
});

test('one that fails is told, and stops no other one', async () => {
  const failing = { name: 'failing', run: () => Promise.reject(new Error('no')) };
  const jobs = await startJobs(failing, nightly);
  await jobs.ask('failing', one);
  await jobs.ask('nightly', one);
  await until(() => failures.length === 1 && runs.length === 1);
  expect(failures).toEqual(['failing']);
});
