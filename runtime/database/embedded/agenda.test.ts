/** Agenda 6 in two processes that compete for the same jobs, by polling and by change streams. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from './test-server.ts';

const JOBS = 60;
const WAIT_MS_MAX = 40_000;
let server: TestServer;
let workers: ChildProcess[] = [];

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());
afterEach(async () => {
  await Promise.all(
    workers.map(async (worker) => {
      const ended = once(worker, 'exit');
      worker.stdin?.end();
      await ended;
    }),
  );
  workers = [];
  await server.db.dropDatabase();
  expect(server.log).toEqual([]);
});

/** Resolves when it is at work. */
async function startWorker(name: string, mode: string, jobs = 0): Promise<void> {
  const script = fileURLToPath(new URL('./test-agenda-worker.ts', import.meta.url));
  const worker = spawn(
    process.execPath,
    [script, server.uri, server.db.databaseName, name, mode, String(jobs)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  workers.push(worker);
  const [line] = await Promise.race([once(worker.stdout, 'data'), once(worker, 'exit')]);
  expect(String(line)).toBe('ready\n');
}
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const endMs = Date.now() + WAIT_MS_MAX;
  while (!(await isTrue())) {
    if (Date.now() > endMs) throw new Error('it did not come true in time');
    await setTimeout(50);
  }
}

test.each(['poll', 'stream'])(
  'each job is run once, by one of two workers (%s)',
  async (mode) => {
    const runs = server.db.collection<{ number: number; worker: string }>('runs');
    await startWorker('first', mode);
    await startWorker('second', mode, JOBS);
    await until(async () => (await runs.countDocuments()) >= JOBS);
    const numbers = (await runs.find().toArray()).map(({ number }) => number);
    expect(numbers.sort((left, right) => left - right)).toEqual(Array.from({ length: JOBS }, (_, at) => at));
    // A repeated job is one job, however many workers ask for it; one that is done is unlocked.
    const jobs = server.db.collection('jobs');
    expect(await jobs.countDocuments({ name: 'tick' })).toBe(1);
    await until(async () => (await jobs.countDocuments({ name: 'count', lockedAt: { $ne: null } })) === 0);
    if (mode === 'poll') await until(async () => (await server.db.collection('ticks').countDocuments()) > 2);
  },
  60_000,
);
