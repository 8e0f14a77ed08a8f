/** Real child processes: scripts of a few lines that live, die, hang or ignore what they are told. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Supervisor } from './supervisor.ts';

const READY = `process.send({ kind: 'ready' }); process.on('message', ({ kind }) => kind === 'stop' && process.exit(0));`;
const OPEN = 'setInterval(() => {}, 1_000);';

let dir: string;
let supervisor: Supervisor | undefined;
let told: unknown[];
let logged: string[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'syncflow-supervisor-'));
  [told, logged] = [[], []];
});
afterEach(async () => {
  await supervisor?.stop();
  await rm(dir, { recursive: true });
});

async function supervise(script: string, silenceMsMax?: number): Promise<Supervisor> {
  const file = join(dir, 'runner.mjs');
  await writeFile(file, script);
  supervisor = new Supervisor({
    script: file,
    environment: { GIVEN: 'yes' },
    onMessage: (message) => told.push(message),
    log: (_level, text) => logged.push(text),
    ...(silenceMsMax === undefined ? {} : { silenceMsMax }),
  });
  await supervisor.start();
  return supervisor;
}

async function until(condition: () => boolean): Promise<void> {
  const untilMs = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > untilMs) throw new Error(`did not happen; logged: ${logged.join('; ')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a runner that is killed is replaced, and the new one knows the dead by name', async () => {
  const running = await supervise(`process.send({ kind: 'env', env: { ...process.env } }); ${READY} ${OPEN}`);
  const environments = () =>
    (told as { kind: string; env: Record<string, string> }[]).filter(({ kind }) => kind === 'env');
  const first = running.pid ?? 0;
  process.kill(first, 'SIGKILL');
  await until(() => environments().length === 2);
  expect(running.restarts).toBe(1);
  expect(running.pid).not.toBe(first);
  const [before, after] = environments().map(({ env }) => env);
  expect(after?.DEAD_RUNNERS).toBe(before?.RUNNER_ID);
  expect(after?.RUNNER_ID).not.toBe(before?.RUNNER_ID);
});

test('a runner gets nothing of our own environment but what is given to it', async () => {
  process.env.SOME_SECRET_OF_OURS = 'hidden';
  await supervise(`process.send({ kind: 'env', env: { ...process.env } }); ${READY} ${OPEN}`);
  delete process.env.SOME_SECRET_OF_OURS;
  const { env } = told[0] as { env: Record<string, string> };
  expect(env.GIVEN).toBe('yes');
  expect(env).not.toHaveProperty('SOME_SECRET_OF_OURS');
});

test('a runner that hangs in an endless loop is killed and replaced', async () => {
  const running = await supervise(`${READY} setTimeout(() => { for (;;); }, 200);`, 1_000);
  await until(() => running.restarts >= 1);
  expect(logged).toContain('the runner hangs and is killed');
});

test('one that fails at once is started again, each time later', async () => {
  const running = await supervise(`${READY} setTimeout(() => process.exit(3), 10);`);
  const startedMs = Date.now();
  await until(() => running.restarts >= 3);
  expect(Date.now() - startedMs).toBeGreaterThan(400 + 800);
});

test('after a stop none is started again', async () => {
  const running = await supervise(`${READY} ${OPEN}`);
  const pid = running.pid ?? 0;
  await running.stop();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(running.restarts).toBe(0);
});
