/** Real child processes: scripts of a few lines that live, die, hang or ignore what they are told. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type ProcessExit, WatchedProcess, type WatchedProcessOptions } from './watched-process.ts';

const READY = `process.send({ kind: 'ready' }); process.on('message', ({ kind }) => kind === 'stop' && process.exit(0));`;
const OPEN = 'setInterval(() => {}, 1_000);';

let dir: string;
let watched: WatchedProcess | undefined;
let told: unknown[];
let logged: string[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'syncflow-process-'));
  [told, logged] = [[], []];
});
afterEach(async () => {
  await watched?.stop();
  watched = undefined;
  await rm(dir, { recursive: true });
});

async function watch(script: string, options: Partial<WatchedProcessOptions> = {}): Promise<WatchedProcess> {
  const file = join(dir, 'child.mjs');
  await writeFile(file, script);
  watched = new WatchedProcess({
    name: 'child',
    script: file,
    environment: () => ({ GIVEN: 'yes' }),
    onMessage: (message) => told.push(message),
    log: (_level, text) => logged.push(text),
    ...options,
  });
  await watched.start();
  return watched;
}

async function until(condition: () => boolean): Promise<void> {
  const untilMs = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > untilMs) throw new Error(`did not happen; logged: ${logged.join('; ')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('one that is killed is replaced, and whoever watches is told how it ended', async () => {
  const exits: ProcessExit[] = [];
  const onExit = (exit: ProcessExit) => exits.push(exit) > 0;
  const running = await watch(`${READY} ${OPEN}`, { onExit });
  const first = running.pid ?? 0;
  process.kill(first, 'SIGKILL');
  await until(() => told.filter((message) => (message as { kind: string }).kind === 'ready').length === 2);
  expect(running.restarts).toBe(1);
  expect(running.pid).not.toBe(first);
  expect(exits).toMatchObject([{ pid: first, signal: 'SIGKILL', code: null, workedMs: expect.any(Number) }]);
});

test('a child gets nothing of our own environment but what is given to it', async () => {
  process.env.SOME_SECRET_OF_OURS = 'hidden';
  await watch(`process.send({ kind: 'env', env: { ...process.env } }); ${READY} ${OPEN}`);
  delete process.env.SOME_SECRET_OF_OURS;
  const { env } = told[0] as { env: Record<string, string> };
  expect(env.GIVEN).toBe('yes');
  expect(env).not.toHaveProperty('SOME_SECRET_OF_OURS');
});

test('one that hangs in an endless loop is killed and replaced', async () => {
  const running = await watch(`${READY} setTimeout(() => { for (;;); }, 200);`, {
    silenceMsMax: 1_000,
  });
  await until(() => running.restarts >= 1);
  expect(logged).toContain('the child hangs and is killed');
});

test('one that talks is left alone, however the clock jumps', async () => {
  const talks = `${READY} setInterval(() => process.send({ kind: 'heartbeat' }), 50);`;
  const running = await watch(talks, { silenceMsMax: 1_000 });
  let nowMs = Date.now();
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => {
    nowMs += 3_600_000;
    return nowMs;
  });
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  clock.mockRestore();
  expect(logged).toEqual([]);
  expect(running.restarts).toBe(0);
});

test("one that can't be spawned is tried again until it can", async () => {
  // Jest gives tests a copy of `process`; forks start what the real one names.
  const real = runInThisContext('process') as NodeJS.Process;
  const { execPath } = real;
  real.execPath = join(dir, 'no-such-node');
  const exits: ProcessExit[] = [];
  const onExit = (exit: ProcessExit) => {
    real.execPath = execPath;
    return exits.push(exit) > 0;
  };
  try {
    const running = await watch(`${READY} ${OPEN}`, { onExit });
    expect(running.restarts).toBe(1);
  } finally {
    real.execPath = execPath;
  }
  expect(exits).toEqual([{ pid: 0, code: null, signal: null, workedMs: 0 }]);
  expect(logged).toContain('the child could not be started');
});

test('one that the system refuses at once is tried again too', async () => {
  const tooLong = { TOO_LONG: 'x'.repeat(1_000_000) };
  let starts = 0;
  const environment = () => {
    starts += 1;
    return starts === 1 ? tooLong : {};
  };
  const running = await watch(`${READY} ${OPEN}`, { environment });
  expect(running.restarts).toBe(1);
  expect(logged).toContain('the child could not be started');
});

test("one that can't be spawned can be stopped", async () => {
  const starting = watch(READY, { environment: () => ({ TOO_LONG: 'x'.repeat(1_000_000) }) });
  await until(() => (watched?.restarts ?? 0) > 0);
  await watched?.stop();
  await starting;
  expect(watched?.pid).toBeUndefined();
});

test('one that fails at once is started again, each time later', async () => {
  const running = await watch(`${READY} setTimeout(() => process.exit(3), 10);`);
  const startedMs = Date.now();
  await until(() => running.restarts >= 3);
  expect(Date.now() - startedMs).toBeGreaterThan(400 + 800);
});

test('one that failed for a reason that was dealt with is started again without delay, each time', async () => {
  const running = await watch(`${READY} setTimeout(() => process.exit(3), 10);`, { onExit: () => false });
  const startedMs = Date.now();
  await until(() => running.restarts >= 4);
  expect(Date.now() - startedMs).toBeLessThan(4 * 200 + 2_000);
});

test('one that is told to stop and does not is killed', async () => {
  const running = await watch(`process.send({ kind: 'ready' }); ${OPEN}`, { stopMsMax: 300 });
  const pid = running.pid ?? 0;
  await running.stop();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('after a stop none is started again', async () => {
  const running = await watch(`${READY} ${OPEN}`);
  const pid = running.pid ?? 0;
  await running.stop();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(running.restarts).toBe(0);
});
