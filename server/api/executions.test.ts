import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ObjectId } from 'mongodb';
import type { ExecutionDocument } from '#runtime/executions/execution-document.ts';
import { Recorder } from '#runtime/executions/recorder.ts';
import { Trace } from '#runtime/executions/trace.ts';
import { type ClientId, ConnectionId, PipelineId } from '#runtime/ids.ts';
import { captureOrder } from '#runtime/orders/capture-order.ts';
import { savePipeline } from '#runtime/pipelines/pipeline-model.ts';
import { fillIn } from '#templates/define-template.ts';
import { lowStockAlert } from '#templates/low-stock-alert.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import { signInAs } from '#test/server/sign-in-as.ts';
import type { ExecutionOfClient, ExecutionRow, ExecutionView, PageView } from './views.ts';

let database: TestDatabase;
let bench: ApiBench;
let recorder: Recorder;
let flow: PipelineId;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  bench = await openApiBench(database);
  flow = PipelineId.parse(`p-${bench.ours}`);
  recorder = new Recorder({ db: database.db, clientId: bench.ours, bytesMax: 1e6 });
  const filled = fillIn(lowStockAlert, {});
  const pipeline = {
    ...filled,
    _id: flow,
    clientId: bench.ours,
    version: 1,
    state: 'running' as const,
    createdAt: new Date(),
  };
  await savePipeline(database.models, pipeline);
});
afterEach(() => bench.close());

function ran(n: number, more: Partial<ExecutionDocument> = {}): string {
  const at = new Date(Date.UTC(2026, 10, 27, 10, 0, n));
  const _id = `e${n}:${bench.ours}:trigger`;
  const trace = new Trace();
  const input = { sku: 'MUG', title: 'Mug', available: n, email: 'ada@example.com' };
  trace.add({
    nodeId: `${flow}.trigger`,
    startedMs: trace.startedMs,
    ms: 1,
    failed: false,
    error: undefined,
    input: null,
    outputs: [{ port: 0, item: input }],
  });
  trace.add({
    nodeId: `${flow}.low`,
    startedMs: trace.startedMs + 2,
    ms: 3,
    failed: more.state === 'failed',
    error: more.failure?.reason,
    input,
    outputs: [],
  });
  const document: ExecutionDocument = {
    _id,
    clientId: bench.ours,
    pipelineId: flow,
    eventId: new ObjectId(),
    state: 'done',
    tries: 1,
    startedAt: at,
    endedAt: at,
    ms: 5,
    nodes: { trigger: { done: 1, failed: 0, ms: 1 }, low: { done: 1, failed: 0, ms: 3 } },
    failure: null,
    about: [],
    ...more,
  };
  recorder.record(document, trace);
  return _id;
}
const list = async (path: string, as?: ClientId) =>
  (await bench.ask(path, undefined, as)).body as PageView<ExecutionRow>;
const subjects = async (path: string) => (await list(path)).items.map(({ subject }) => subject);

test('runs are listed newest first, page by page, by state and flow, for their own client alone', async () => {
  const failure = { where: 'Low › Low?', reason: 'no threshold', fix: 'Set one.' };
  for (let n = 0; n < 5; n += 1)
    ran(n, { about: [`SKU-${n}`], ...(n === 1 && { state: 'failed', failure }) });
  await recorder.stop();
  const first = await list('/executions?limit=3');
  const second = await list(`/executions?limit=3&cursor=${first.next}`);
  expect([...first.items, ...second.items].map(({ subject }) => subject)).toEqual(
    [4, 3, 2, 1, 0].map((n) => `SKU-${n}`),
  );
  expect(second.next).toBeNull();
  expect((await list('/executions?state=failed')).items).toMatchObject([
    {
      subject: 'SKU-1',
      state: 'failed',
      failure,
      pipeline: { id: flow, name: 'Low-stock alert' },
      messages: 2,
    },
  ]);
  expect(await subjects('/executions?pipeline=other')).toEqual([]);
  expect((await list('/executions', bench.theirs)).items).toEqual([]);
  expect((await bench.ask('/executions?state=maybe')).status).toBe(400);
});

test('a run is found by an order’s number, or by a SKU that was sold in it', async () => {
  const connectionId = ConnectionId.parse('shop');
  const price = { amount: 100, currency: 'EUR' };
  await captureOrder(database.db, bench.ours, {
    connectionId,
    channel: 'shopify',
    externalId: '7',
    number: '#1001',
    status: 'open',
    placedAt: new Date(),
    updatedAt: new Date(),
    total: price,
    lines: [],
  });
  await database.db
    .collection('movements')
    .insertOne({ clientId: bench.ours, sku: 'MUG', sequence: 1, cause: { orderId: 'shop:order:7' } });
  ran(1, { about: ['shop:order:7', '#1001'] });
  ran(2, { about: ['shop:order:7'] });
  ran(5, { about: ['shop:order:9'] });
  ran(3, { about: ['BOWL'] });
  ran(4, { about: ['shop:order:8', '#1002'] });
  await recorder.stop();
  for (const search of ['1001', '%231001', '100', 'MUG'])
    expect([search, (await subjects(`/executions?search=${search}`)).slice(-2)]).toEqual([
      search,
      ['#1001', '#1001'],
    ]);
  // Only an order that is not kept (its capture failed) is called by its id.
  expect((await subjects('/executions'))[0]).toBe('order 9');
  expect(await subjects('/executions?search=BOWL')).toEqual(['BOWL']);
  expect(await subjects('/executions?search=.*')).toEqual([]);
  expect((await list('/executions?search=1001', bench.theirs)).items).toEqual([]);
});

test('one run tells its nodes in the order of the flow, and its steps with what went in and out', async () => {
  const id = ran(1, { about: ['MUG'] });
  await recorder.stop();
  const path = `/executions/${encodeURIComponent(id)}`;
  const { body } = await bench.ask(path);
  const view = body as ExecutionView;
  expect(view.nodes.map(({ name, done }) => [name, done])).toEqual([
    ['When stock changes', 1],
    ['Low?', 1],
    ['Warn me', 0],
  ]);
  expect(view.steps).toMatchObject([
    { name: 'When stock changes', atMs: 0, outputs: [{ name: 'level' }] },
    { name: 'Low?', atMs: 2, ms: 3, outputs: [] },
  ]);
  expect(JSON.parse(view.steps?.[1]?.input ?? '')).toEqual({
    sku: 'MUG',
    title: 'Mug',
    available: 1,
    email: '(customer data)',
  });
  expect((await bench.ask(path, undefined, bench.theirs)).status).toBe(404);
  await database.db.collection<{ _id: string }>('steps').deleteOne({ _id: id });
  expect((await bench.ask(path)).body).toMatchObject({ steps: null, subject: 'MUG' });
});

test('a search over all clients finds what one may see, with the client whose it is', async () => {
  ran(1, { about: ['EVERYWHERE-1'] });
  await recorder.stop();
  const theirs = new Recorder({ db: database.db, clientId: bench.theirs, bytesMax: 1e6 });
  const at = new Date();
  const theirRun: ExecutionDocument = {
    _id: `x:${bench.theirs}:trigger`,
    clientId: bench.theirs,
    pipelineId: flow,
    eventId: new ObjectId(),
    state: 'failed',
    tries: 1,
    startedAt: at,
    endedAt: at,
    ms: 1,
    nodes: {},
    failure: null,
    about: ['EVERYWHERE-1'],
  };
  theirs.record(theirRun, new Trace());
  await theirs.stop();
  const clientsFor = async (cookie: string) => {
    const answer = await fetch(`${bench.url}/everywhere/executions?search=EVERYWHERE-1`, {
      headers: { cookie, 'x-syncflow': 'page' },
    });
    return [answer.status, ((await answer.json()) as ExecutionOfClient[]).map(({ client }) => client.id)];
  };
  const both = await signInAs(database, bench.auth, { role: 'viewer', clients: [bench.ours, bench.theirs] });
  expect(await clientsFor(both.cookie)).toEqual([200, [bench.theirs, bench.ours]]);
  expect(await clientsFor(bench.cookieOf(bench.ours))).toEqual([200, [bench.ours]]);
  const merchant = await signInAs(database, bench.auth, { role: 'merchant', clients: [bench.ours] });
  const refused = await fetch(`${bench.url}/everywhere/executions?search=EVERYWHERE-1`, {
    headers: { cookie: merchant.cookie, 'x-syncflow': 'page' },
  });
  expect(refused.status).toBe(403);
});
