import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ObjectId } from 'mongodb';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ClientId, PipelineId } from '../ids.ts';
import { aboutOf } from './about.ts';
import type { ExecutionDocument, StepsDocument } from './execution-document.ts';
import { Recorder } from './recorder.ts';
import { ITEM_BYTES_MAX, shownItem, shownText } from './shown-item.ts';
import { Trace } from './trace.ts';

let database: TestDatabase;
let clientId: ClientId;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
});

const executions = () => database.db.collection<ExecutionDocument>('executions');
const steps = () => database.db.collection<StepsDocument>('steps');
const recorderOf = (bytesMax = 10_000_000) =>
  new Recorder({ db: database.db, clientId, bytesMax, flushMs: 60_000 });
let endedAtMs = Date.now();
function ended(
  id: string,
  state: ExecutionDocument['state'],
  more: Partial<ExecutionDocument> = {},
): ExecutionDocument {
  endedAtMs += 1;
  return {
    _id: `${clientId}:${id}`,
    clientId,
    pipelineId: PipelineId.parse('p'),
    eventId: new ObjectId(),
    state,
    tries: 1,
    startedAt: new Date(endedAtMs),
    endedAt: new Date(endedAtMs),
    ms: 4,
    nodes: { a: { done: 1, failed: 0, ms: 4 } },
    failure: state === 'failed' ? { where: 'Flow › A', reason: 'no' } : null,
    about: [],
    ...more,
  };
}
function traced(input: unknown = { sku: 'MUG' }, error?: unknown): Trace {
  const trace = new Trace();
  const failed = error !== undefined;
  trace.add({
    nodeId: 'p.a',
    startedMs: 0,
    ms: 4,
    failed,
    error,
    input,
    outputs: [{ port: 0, item: { n: 1 } }],
  });
  return trace;
}
const keptFor = async () => {
  const kept = await steps().find({ clientId }).toArray();
  return Object.fromEntries(
    ['failure', 'newest', 'sample'].map((why) => [why, kept.filter((one) => one.keptFor === why).length]),
  );
};

describe('what is shown of an item', () => {
  test('holds no secrets, no customers’ data and no raw bodies', () => {
    const text = shownItem({
      sku: 'MUG',
      at: new Date(0),
      accessToken: 'x-1',
      nested: { Authorization: 'x-2', consumerSecret: 'x-3', list: [{ apiKey: 'x-4' }] },
      said: 'the key is shpat_0123456789abcdef',
      header: `Basic ${Buffer.from('ck_1:x-5').toString('base64')}`,
      billing: { first_name: 'Ada', phone: '1' },
      customer: 'Ada',
      email: 'ada@example.com',
      body: Buffer.from('Ada x-6'),
      name: 'Mug',
    });
    expect(text).not.toMatch(/x-\d|shpat|Ada|ada@/);
    expect(JSON.parse(text)).toMatchObject({
      sku: 'MUG',
      at: '1970-01-01T00:00:00.000Z',
      accessToken: '(hidden)',
      said: '(hidden)',
      billing: '(customer data)',
      body: '(7 bytes)',
      name: 'Mug',
    });
    expect(shownText('got 401 for Bearer abc')).toBe('(hidden)');
  });

  test('is short, whatever the item is, and a secret never gets through', () => {
    fc.assert(
      fc.property(fc.anything({ withDate: true, withTypedArray: true, maxDepth: 8 }), (item) => {
        const text = shownItem({ token: 'very-secret-value', item });
        return text.length <= ITEM_BYTES_MAX && !text.includes('very-secret-value');
      }),
    );
    expect(shownItem(Array.from({ length: 100 }, (_, n) => n))).toContain('"(80 more)"');
    expect(shownItem({ a: { b: { c: { d: { e: { f: { g: 1 } } } } } } })).toContain('(deeper)');
    expect(shownItem('x'.repeat(10_000)).length).toBeLessThan(300);
    expect(shownItem(undefined)).toBe('null');
  });
});

test('an execution is found by its order, or by its SKUs where no order stands behind it', () => {
  const order = { externalId: '7', number: '#1001', lines: [{ sku: 'A' }] };
  expect(aboutOf(traced({ ...order, orderId: 'shop:order:7' }), 'order:7')).toEqual([
    'shop:order:7',
    '#1001',
  ]);
  expect(aboutOf(traced({ sku: 'MUG', available: 3 }), 'shop:order:7')).toEqual(['shop:order:7']);
  expect(aboutOf(traced({ sku: 'MUG', number: 5 }), 'by-hand')).toEqual(['MUG']);
  expect(aboutOf(traced({ number: 'Page 5' }), undefined)).toEqual([]);
});

test('a trace keeps a failure even when there are too many steps before it', () => {
  const trace = new Trace();
  const step = { nodeId: 'p.a', startedMs: 0, ms: 1, error: undefined, input: 1, outputs: [] };
  for (let n = 0; n < 150; n += 1) trace.add({ ...step, failed: false });
  trace.add({ ...step, failed: true });
  expect([trace.steps.length, trace.more, trace.steps.at(-1)?.failed]).toEqual([100, 50, true]);
});

describe('the recorder', () => {
  test('notes every execution in few writes, and a retry takes the place of the try before', async () => {
    const recorder = recorderOf();
    recorder.record(ended('1', 'failed'), traced({ sku: 'MUG' }, new Error('key shpat_0123456789abcdef')));
    await recorder.flush();
    expect(await steps().findOne({ clientId })).toMatchObject({
      keptFor: 'failure',
      steps: [
        {
          nodeId: 'p.a',
          failed: true,
          reason: '(hidden)',
          input: '{"sku":"MUG"}',
          outputs: [{ port: 0, item: '{"n":1}' }],
        },
      ],
    });
    recorder.record(ended('1', 'done', { tries: 2 }), traced());
    recorder.record(ended('2', 'done'), traced());
    await recorder.stop();
    expect(await executions().find({ clientId }).sort({ _id: 1 }).toArray()).toMatchObject([
      { state: 'done', tries: 2, failure: null },
      { state: 'done', tries: 1 },
    ]);
    expect(await keptFor()).toEqual({ failure: 0, newest: 2, sample: 0 });
  });

  test('in a rush keeps all failures, the newest successes, and a sample of the others', async () => {
    const recorder = recorderOf();
    for (let n = 0; n < 1_000; n += 1)
      recorder.record(ended(String(n), n % 100 === 0 ? 'failed' : 'done'), traced({ n }));
    await recorder.stop();
    expect(await executions().countDocuments({ clientId })).toBe(1_000);
    const { failure, newest, sample } = await keptFor();
    expect([failure, newest]).toEqual([10, 50]);
    expect(sample).toBeGreaterThanOrEqual(15);
    expect(sample).toBeLessThanOrEqual(25);
    const inputs = (await steps().find({ clientId, keptFor: 'newest' }).toArray()).map(
      (one) => JSON.parse(one.steps[0]!.input).n,
    );
    expect(Math.min(...inputs)).toBeGreaterThanOrEqual(949);
  });

  test('stays within its bytes: samples go first, failures last, and nobody else’s', async () => {
    const other = ClientId.parse(`c-${randomUUID()}`);
    const recorder = recorderOf(60_000);
    const large = { text: Array.from({ length: 20 }, () => 'x'.repeat(150)) };
    await steps().insertOne({
      _id: 'other',
      clientId: other,
      endedAt: new Date(0),
      keptFor: 'sample',
      bytes: 1e9,
      steps: [],
      more: 0,
    });
    for (let round = 0; round < 6; round += 1) {
      for (let n = 0; n < 5; n += 1) recorder.record(ended(`f${round}-${n}`, 'failed'), traced(large, 'no'));
      for (let n = 0; n < 20; n += 1) recorder.record(ended(`d${round}-${n}`, 'done'), traced(large));
      await recorder.flush();
    }
    await recorder.stop();
    const kept = await steps().find({ clientId }).toArray();
    expect(kept.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(60_000);
    expect((await keptFor()).failure).toBeGreaterThanOrEqual(20);
    expect(await steps().countDocuments({ clientId: other })).toBe(1);
    expect(await executions().countDocuments({ clientId })).toBe(150);
  });

  test('cuts a run with thousands of large items, and says how much is missing', async () => {
    const recorder = recorderOf();
    const trace = new Trace();
    for (let n = 0; n < 90; n += 1)
      trace.add({
        nodeId: 'p.a',
        startedMs: 0,
        ms: 1,
        failed: false,
        error: undefined,
        input: 'y'.repeat(200),
        outputs: Array.from({ length: 10 }, (_, port) => ({ port, item: 'z'.repeat(200) })),
      });
    recorder.record(ended('big', 'done'), trace);
    await recorder.stop();
    const kept = await steps().findOne({ clientId });
    expect(kept!.steps.length).toBeLessThan(90);
    expect(kept!.steps.length + kept!.more).toBe(90);
    expect(kept!.bytes).toBeLessThan(70_000);
  });
});
