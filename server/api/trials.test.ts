/** Flows tried over the API, each in its real process; their tests before a deploy, and from the command line. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Graph } from '#runtime/pipelines/graph.ts';
import { TrialFailed, Trials } from '#runtime/trial/trial-process.ts';
import { keepStockInStep } from '#templates/keep-stock-in-step.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import { signInAs } from '#test/server/sign-in-as.ts';
import { makePast, type Past } from '#test/trial/past-orders.ts';
import { withoutLargeOrders } from '#test/trial/without-large-orders.ts';
import type { TrialBegunView, TrialView, VersionRow } from './views.ts';

jest.setTimeout(60_000);
const ROOT = join(import.meta.dirname, '../..');
const ORDERS = 40;
const graph = keepStockInStep.graph({ buffer: 2 });

let database: TestDatabase;
let bench: ApiBench;
let past: Past;
let id = '';

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database);
  past = await makePast(database, ORDERS, { clientId: bench.ours });
  id = ((await bench.ask('/pipelines', { name: 'In step' })).body as { id: string }).id;
  await save(graph);
  expect((await deploy()).status).toBe(200);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

const revision = async () =>
  ((await bench.ask(`/pipelines/${id}/draft`)).body as { revision: number }).revision;
const save = async (next: Graph) =>
  await bench.ask(
    `/pipelines/${id}/draft`,
    { revision: await revision(), name: 'In step', graph: next },
    bench.ours,
    'PUT',
  );
const deploy = async (more: object = {}) =>
  await bench.ask(`/pipelines/${id}/deploy`, { revision: await revision(), note: 'n', ...more });

async function attempt(body: object): Promise<TrialView> {
  const begun = await bench.ask(`/pipelines/${id}/trials`, body);
  expect(begun.status).toBe(202);
  const trial = (begun.body as TrialBegunView).id;
  for (;;) {
    const answer = await bench.ask(`/trials/${trial}`);
    const view = answer.body as TrialView;
    if (view.state !== 'running') return view;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a period is tried in a process of its own, and only its client can look at it', async () => {
  const trial = await attempt({ graph: withoutLargeOrders(graph), of: { kind: 'period', hours: 1 } });
  expect(trial).toMatchObject({ state: 'done', problem: null });
  expect(trial.report).toMatchObject({ events: ORDERS, orders: ORDERS, differing: past.large.length });
  expect(trial.report?.differences.map(({ subject }) => subject).sort()).toEqual([...past.large].sort());
  expect((await bench.ask(`/trials/${trial.id}`, undefined, bench.theirs)).status).toBe(404);
  const theirs = { graph, of: { kind: 'example' } };
  expect((await bench.ask(`/pipelines/${id}/trials`, theirs, bench.theirs)).status).toBe(404);
});

test('what can’t run is not tried, with the reason', async () => {
  const broken = { ...graph, wires: [...graph.wires, { from: 'trigger', output: 'order', to: 'commit' }] };
  const { status, body } = await bench.ask(`/pipelines/${id}/trials`, {
    graph: broken,
    of: { kind: 'example' },
  });
  expect(status).toBe(422);
  expect(body).toMatchObject({ detail: expect.stringContaining('takes CapturedOrder') });
  const none = await attempt({ graph, of: { kind: 'event', id: 'a'.repeat(24) } });
  expect(none).toMatchObject({ state: 'failed', problem: expect.stringContaining('not kept any more') });
});

describe('a test of a flow', () => {
  test('is made of a trial, stops a deploy that breaks it, and an admin may go past it with a reason', async () => {
    const { report } = await attempt({ graph, of: { kind: 'example' } });
    const { keep, run } = report?.one ?? {};
    expect(run).toMatchObject({ state: 'done', subject: '#1001' });
    const tests = [{ id: 't1', name: 'An order is kept and shown', ...keep }] as Graph['tests'];
    expect((await save({ ...graph, tests })).status).toBe(200);
    expect((await deploy()).status).toBe(200);

    await save({ ...keepStockInStep.graph({ buffer: 5 }), tests });
    const refused = await deploy();
    expect(refused).toMatchObject({
      status: 412,
      body: {
        title: 'A test of this flow fails',
        detail: expect.stringMatching(
          /^“An order is kept and shown”: expected but not done: Shows .*Nothing was deployed/,
        ),
      },
    });
    const override = { reason: 'We keep back five from today' };
    expect((await deploy({ override })).status).toBe(403);
    const admin = await signInAs(database, bench.auth, { role: 'admin' });
    const visit = await fetch(`${bench.url}/pipelines/${id}/deploy`, {
      method: 'POST',
      headers: {
        cookie: admin.cookie,
        'x-syncflow': 'page',
        'x-client': bench.ours,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ revision: await revision(), note: 'Five', override }),
    });
    expect([visit.status, await visit.json()]).toEqual([200, { version: 3 }]);
    const [newest] = (await bench.ask(`/pipelines/${id}/versions`)).body as VersionRow[];
    expect(newest?.note).toBe('Five\nDeployed past 1 failing test: We keep back five from today');
  });

  test('is run from the command line, which ends with 1 when it fails', async () => {
    const run = promisify(execFile);
    const args = ['server/trials/flow-test.ts', 'In step', '--client', bench.ours, '--uri', database.uri];
    const failed = await run(process.execPath, args, { cwd: ROOT }).catch((error: unknown) => error);
    expect(failed).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/In step\n {2}✕ An order is kept and shown: /),
    });
  });
});

test('a trial that takes too long is stopped, and no more than two run at once', async () => {
  const trials = new Trials({
    script: join(ROOT, 'server/trial-runner.ts'),
    environment: () => ({ TRIAL_MONGODB_URI: database.uri }),
    timeMsMax: 50,
    atOnceMax: 1,
  });
  const request = {
    clientId: bench.ours,
    name: 'n',
    graph,
    deployed: null,
    of: { kind: 'example' },
  } as const;
  const first = trials.run(request);
  await expect(trials.run(request)).rejects.toThrow(TrialFailed);
  await expect(first).rejects.toThrow(/took longer than 0.05 s and was stopped/);
});
