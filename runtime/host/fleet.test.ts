/** Real processes: scripts of a few lines in the place of runners. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isGone, runnerNameOf } from '../events/runner-name.ts';
import { ClientId } from '../ids.ts';
import { type Assignment, type RunnerName, SHARED } from './assign-clients.ts';
import { CrashLoopDetector } from './crash-loop.ts';
import { Fleet } from './fleet.ts';
import type { Culprit } from './last-words.ts';

const [a, b, wild] = ['a', 'b', 'wild'].map((id) => ClientId.parse(id)) as [ClientId, ClientId, ClientId];
/** Tells what it is told, and dies in the way that a file asks for. */
const SCRIPT = `
import { writeFileSync } from 'node:fs';
const { RUNNER_ID, RUNNER_CLIENTS, DEAD_RUNNERS, LAST_WORDS } = process.env;
const tell = (kind, more) => process.send({ kind, pid: process.pid, clients: RUNNER_CLIENTS, ...more });
process.on('message', (message) => {
  if (message.kind === 'stop') process.exit(0);
  if (message.kind === 'events' && message.clientId === 'wild') {
    const culprit = { clientId: 'wild', pipelineId: 'p', pipelineName: 'Wild', nodeName: 'Bad', eventId: '65f000000000000000000001' };
    writeFileSync(LAST_WORDS, JSON.stringify({ how: 'exit', reason: 'it said so', culprit }));
    process.exit(7);
  }
  tell('told', { message });
});
tell('begun', { dead: JSON.parse(DEAD_RUNNERS), id: RUNNER_ID });
tell('ready');
`;
interface Told {
  readonly kind: string;
  readonly pid: number;
  readonly clients: string;
  readonly id?: string;
  readonly dead?: readonly { readonly runner: string; readonly eventId: string | null }[];
  readonly message?: { readonly kind: string; readonly clientId?: string; readonly clientIds?: string[] };
}

let dir: string;
let fleet: Fleet;
let told: Told[];
let died: [Culprit, string][];
let assignment: Assignment;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'syncflow-fleet-'));
  [told, died] = [[], []];
  const script = join(dir, 'runner.mjs');
  await writeFile(script, SCRIPT);
  assignment = new Map<RunnerName, ClientId[]>([
    [SHARED, [a, b]],
    [wild, [wild]],
  ]);
  fleet = new Fleet({
    script,
    environment: {},
    assignment: async () => assignment,
    onMessage: (message) => told.push(message as unknown as Told),
    died: (culprit, reason) => died.push([culprit, reason]),
    log: () => {},
  });
  await fleet.start();
});
afterEach(async () => {
  await fleet.stop();
  await rm(dir, { recursive: true });
});

async function until(condition: () => boolean): Promise<void> {
  const untilMs = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > untilMs) throw new Error(`did not happen; told: ${JSON.stringify(told)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const begun = (clients: string) => told.filter((one) => one.kind === 'begun' && one.clients === clients);
const messages = (clients: string) =>
  told.filter((one) => one.kind === 'told' && one.clients === clients).map(({ message }) => message);

describe('the fleet', () => {
  test('runs one process for most clients, and one for each that needs its own; each hears only of its own', async () => {
    expect(fleet.runners.map(({ name }) => name)).toEqual([SHARED, wild]);
    expect(new Set(fleet.runners.map(({ pid }) => pid)).size).toBe(2);
    fleet.wake(a);
    fleet.reload(wild);
    await until(() => messages('a,b').length === 1 && messages('wild').length === 1);
    expect(messages('a,b')).toEqual([{ kind: 'events', clientId: 'a' }]);
    expect(messages('wild')).toEqual([{ kind: 'reload', clientId: 'wild' }]);
  });

  test('a runner that dies is replaced alone, and the next one knows whom it held leases for and what it died of', async () => {
    const before = fleet.runners;
    fleet.wake(wild);
    await until(() => begun('wild').length === 2);
    const [first, second] = begun('wild');
    const name = runnerNameOf(first?.pid ?? 0, first?.id ?? '');
    expect(second?.dead).toEqual([{ runner: name, eventId: '65f000000000000000000001' }]);
    expect(isGone(name)).toBe(true);
    expect(died).toMatchObject([[{ pipelineName: 'Wild', nodeName: 'Bad' }, 'it said so']]);
    expect(begun('a,b')).toHaveLength(1);
    expect(fleet.runners[0]).toEqual(before[0]);
    expect(fleet.runners[1]).toMatchObject({ name: wild, restarts: 1 });
  });

  test('one that is killed from outside is replaced too, and nothing is said of what it died of', async () => {
    const [shared] = fleet.runners;
    process.kill(shared?.pid ?? 0, 'SIGKILL');
    await until(() => begun('a,b').length === 2);
    expect(begun('a,b')[1]?.dead?.map(({ eventId }) => eventId)).toEqual([null]);
    expect(died).toEqual([]);
  });

  test('a client that needs its own runner from now on moves, and back again', async () => {
    assignment = new Map<RunnerName, ClientId[]>([
      [SHARED, [a]],
      [wild, [wild]],
      [b, [b]],
    ]);
    fleet.reload(b);
    await until(() => begun('b').length === 1 && messages('a,b').length > 0 && messages('b').length > 0);
    expect(messages('a,b')).toEqual([{ kind: 'clients', clientIds: ['a'] }]);
    expect(messages('b')).toEqual([{ kind: 'reload', clientId: 'b' }]);
    const own = begun('b')[0]?.pid ?? 0;
    assignment = new Map<RunnerName, ClientId[]>([
      [SHARED, [a, b]],
      [wild, [wild]],
    ]);
    fleet.reload(b);
    await until(() => messages('a,b').length === 3);
    expect(messages('a,b').slice(1)).toEqual([
      { kind: 'clients', clientIds: ['a', 'b'] },
      { kind: 'reload', clientId: 'b' },
    ]);
    expect(() => process.kill(own, 0)).toThrow('ESRCH');
    expect(fleet.runners.map(({ name }) => name)).toEqual([SHARED, wild]);
  });
});

describe('the detector of crash loops', () => {
  const crash = (pipelineId: string, eventId: string) =>
    ({ pipelineId, eventId }) as Pick<Culprit, 'pipelineId' | 'eventId'>;

  test('finds a pipeline that dies of several events, and none for one poisoned event', () => {
    const detector = new CrashLoopDetector();
    expect([1, 2, 3, 4, 5].map(() => detector.isLoop(crash('p', 'same')))).toEqual(Array(5).fill(false));
    expect(detector.isLoop(crash('q', 'x'))).toBe(false);
    expect(detector.isLoop(crash('q', 'y'))).toBe(false);
    expect(detector.isLoop(crash('q', 'z'))).toBe(true);
    // Six in all are too many, whatever they died of.
    expect(detector.isLoop(crash('p', 'same'))).toBe(true);
    // Whoever resumes it starts anew.
    expect(detector.isLoop(crash('q', 'z'))).toBe(false);
  });

  test('forgets what is ten minutes ago', () => {
    const detector = new CrashLoopDetector();
    const minute = 60_000;
    expect([0, 6, 12, 18, 24].map((at) => detector.isLoop(crash('p', `${at}`), at * minute))).toEqual(
      Array(5).fill(false),
    );
    expect(detector.isLoop(crash('p', 'again'), 25 * minute)).toBe(true);
  });
});
