/** Nodes that wait, join and decide by what came before: on the real Node-RED, over retries and over the death of their process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { acceptEvent } from '#runtime/events/inbox.ts';
import { PipelineId } from '#runtime/ids.ts';
import { type ScheduledTrigger, Schedules } from '#runtime/later/schedules.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type FlowBench, openFlowBench } from '#test/flows/flow-bench.ts';
import { nextTimeOfDay } from './time-zone.ts';

let database: TestDatabase;
let bench: FlowBench;

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openFlowBench(database);
});
afterAll(async () => {
  await bench.stop();
  await database.close();
});
afterEach(async () => {
  await bench.deploy({});
  await bench.quiet();
  for (const { collectionName } of await database.db.collections())
    await database.db.collection(collectionName).deleteMany({});
});

const node = (id: string, type: string, config = {}) => ({ id, type, name: id, config, x: 0, y: 0 });
const wire = (from: string, output: string, to: string) => ({ from, output, to });
const start = node('start', 'bench-start');
const [end, rest] = [node('end', 'bench-collect'), node('rest', 'bench-collect')];
/** start → the node under test → "end" by its first way, "rest" by its second. */
const flowOf = (type: string, config: object, ways: readonly string[]) => ({
  nodes: [start, node('it', type, config), end, ...(ways[1] ? [rest] : [])],
  wires: [
    wire('start', 'out', 'it'),
    wire('it', ways[0] ?? '', 'end'),
    ...(ways[1] ? [wire('it', ways[1], 'rest')] : []),
  ],
});
/** Lines of an order, split, filtered, joined. */
const splitAndJoin = (wait: number) => ({
  nodes: [
    start,
    node('split', 'split-list'),
    node('keep', 'filter', { condition: 'item.quantity > 0' }),
    node('twice', 'change-fields', { field1: 'quantity', value1: 'quantity * 2' }),
    node('join', 'join', { wait }),
    end,
    rest,
  ],
  wires: [
    wire('start', 'out', 'split'),
    wire('split', 'entry', 'keep'),
    wire('keep', 'match', 'twice'),
    wire('twice', 'changed', 'join'),
    wire('join', 'joined', 'end'),
    wire('join', 'incomplete', 'rest'),
  ],
});
/** Ends when nothing is kept there any more. */
const settled = async (collection: string) => {
  for (let turn = 0; turn < 100 && (await database.db.collection(collection).countDocuments()) > 0; turn += 1)
    await wait(20);
  expect(await database.db.collection(collection).countDocuments()).toBe(0);
};
const lines = (...quantities: number[]) => ({ lines: quantities.map((quantity) => ({ quantity })) });
/** What reached a node. */
const items = async (by: string, many: number) => (await bench.collected(by, many)).map(({ item }) => item);

/** Whether something waits for so long, give or take the time that the test itself takes. */
const about = (ms: number) => ({
  asymmetricMatch: (found: number) => found <= ms && found > ms - 30_000,
  toString: () => `about ${ms} ms`,
});

test('a delay lets a message go on later, by itself, once, however often its run is tried', async () => {
  await bench.deploy({ f: flowOf('delay', { amount: 1, unit: 'seconds' }, ['out']) });
  const began = Date.now();
  await bench.send({ sku: 'TEA' });
  const [first] = await bench.collected('end', 1);
  expect(first?.item).toEqual({ sku: 'TEA' });
  expect(Number(first?.at) - began).toBeGreaterThanOrEqual(1_000);
  await bench.deploy({ f: flowOf('delay', { amount: 2, unit: 'hours' }, ['out']) });
  const key = await bench.send({ sku: 'MUG' });
  await bench.quiet();
  await bench.again(key);
  await bench.quiet();
  expect(await bench.due()).toEqual([about(2 * 3_600_000)]);
  expect(await items('end', 2)).toEqual([{ sku: 'TEA' }, { sku: 'MUG' }]);
  await bench.again(key);
  await bench.quiet();
  await bench.due();
  await settled('waits');
  await bench.quiet();
  expect(await items('end', 2)).toHaveLength(2);
});

test('until a time of day is the next such time in the zone, over a change of summer time', () => {
  const next = (now: string, time: string, zone: string) =>
    nextTimeOfDay(new Date(now), time, zone).toISOString();
  expect(next('2026-11-27T07:59:59Z', '09:00', 'Europe/Berlin')).toBe('2026-11-27T08:00:00.000Z');
  expect(next('2026-11-27T08:00:00Z', '09:00', 'Europe/Berlin')).toBe('2026-11-28T08:00:00.000Z');
  expect(next('2026-10-24T08:00:00Z', '09:00', 'Europe/Berlin')).toBe('2026-10-25T08:00:00.000Z');
  expect(next('2026-03-28T09:00:00Z', '09:00', 'Europe/Berlin')).toBe('2026-03-29T07:00:00.000Z');
  expect(next('2026-11-27T23:30:00Z', '00:15', 'America/New_York')).toBe('2026-11-28T05:15:00.000Z');
});

test('a message that waited at a node that is gone becomes a dead letter, and stays while its flow is paused', async () => {
  await bench.deploy({ f: flowOf('delay', {}, ['out']) });
  await bench.send({ sku: 'TEA' });
  await bench.quiet();
  await bench.deploy({});
  await bench.due();
  await wait(200);
  expect(await database.db.collection('waits').countDocuments()).toBe(1);
  await bench.deploy({ f: { nodes: [start, end], wires: [wire('start', 'out', 'end')] } });
  const dead = async () => await database.db.collection('events').findOne({ state: 'dead' });
  for (let turn = 0; turn < 100 && !(await dead()); turn += 1) await wait(20);
  expect((await dead())?.failure).toMatchObject({
    code: 'flow.held',
    reason: expect.stringContaining('waited'),
  });
  await bench.deploy({ f: flowOf('delay', {}, ['out']) });
  await bench.again(String((await dead())?.dedupeKey));
  expect(await items('end', 1)).toEqual([{ sku: 'TEA' }]);
});

test('a throttle lets so many pass in a period for each key; the rest waits in order, and a retry keeps its turn', async () => {
  const config = { many: 2, amount: 1, unit: 'hours', key: 'sku' };
  await bench.deploy({ f: flowOf('throttle', config, ['out', 'dropped']) });
  const ofTea = [1, 2, 3, 4, 5].map((n) => ({ sku: 'TEA', n }));
  const key = await bench.send([...ofTea, { sku: 'MUG', n: 6 }]);
  await bench.quiet();
  await bench.again(key);
  await bench.quiet();
  const numbers = async (many: number, sku: string) =>
    (await items('end', many)).filter((item) => item.sku === sku).map(({ n }) => n);
  expect([await numbers(3, 'TEA'), await numbers(3, 'MUG')]).toEqual([[1, 2], [6]]);
  expect(await bench.due()).toEqual([1, 1, 2].map((hours) => about(hours * 3_600_000)));
  expect(await numbers(6, 'TEA')).toEqual([1, 2, 3, 4, 5]);
  await bench.again(key);
  await bench.quiet();
  expect(await items('end', 6)).toHaveLength(6);
});

test('a throttle that drops says so by its second way, counts each once, and decides the same again', async () => {
  const config = { many: 3, amount: 10, unit: 'minutes', over: 'drop' };
  await bench.deploy({ f: flowOf('throttle', config, ['out', 'dropped']) });
  const key = await bench.send([1, 2, 3, 4, 5].map((n) => ({ n })));
  expect(await items('end', 3)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  expect(await items('rest', 2)).toEqual([{ n: 4 }, { n: 5 }]);
  await bench.again(key);
  await bench.quiet();
  expect(await database.db.collection('collected').countDocuments()).toBe(5);
  expect(await bench.counted('f', 'dropped:it')).toBe(2);
});

test('the first of a kind is told from its repetitions, the same at every try, and again after the period', async () => {
  await bench.deploy({
    f: flowOf('deduplicate', { key: 'sku', amount: 1, unit: 'days' }, ['first', 'again']),
  });
  const one = await bench.send({ sku: 'TEA', n: 1 });
  await bench.quiet();
  const two = await bench.send([
    { sku: 'TEA', n: 2 },
    { sku: 'MUG', n: 3 },
  ]);
  await bench.quiet();
  await database.db.collection('firsts').updateMany({}, { $set: { until: new Date() } });
  await bench.send({ sku: 'TEA', n: 4 });
  await bench.quiet();
  for (const key of [one, two]) await bench.again(key);
  await bench.quiet();
  const numbers = async (by: string) => (await items(by, 1)).map(({ n }) => n);
  expect([await numbers('end'), await numbers('rest')]).toEqual([[1, 3, 4], [2]]);
});

test('parts of a split are joined in their order; what a filter kept back goes out as incomplete', async () => {
  await bench.deploy({ f: splitAndJoin(3_600) });
  const whole = await bench.send(lines(1, 2, 3));
  expect(await items('end', 1)).toEqual([
    { count: 3, items: [{ quantity: 2 }, { quantity: 4 }, { quantity: 6 }] },
  ]);
  await bench.send(lines(5, 0, 7));
  await bench.quiet();
  expect(await bench.due()).toEqual([about(3_600_000)]);
  expect(await items('rest', 1)).toEqual([
    { count: 2, expected: 3, items: [{ quantity: 10 }, { quantity: 14 }] },
  ]);
  await bench.again(whole);
  await bench.quiet();
  expect(await bench.due()).toEqual([]);
  expect(await database.db.collection('collected').countDocuments()).toBe(2);
});

test('so many of one key are joined over runs, each in one message only, however often their runs are tried', async () => {
  const config = { by: 'count', count: 3, key: 'shop', wait: 60 };
  await bench.deploy({ f: flowOf('join', config, ['joined', 'incomplete']) });
  const sent = await Promise.all(
    [1, 2, 3, 4, 5, 6, 7].map((n) => bench.send({ shop: n === 7 ? 'b' : 'a', n })),
  );
  await bench.collected('end', 2);
  for (const key of sent) await bench.again(key);
  await bench.quiet();
  const joined = await items('end', 2);
  expect(joined.map(({ group, count }) => [group, count])).toEqual([
    ['"a"', 3],
    ['"a"', 3],
  ]);
  const numbers = joined.flatMap((one) => (one.items as { n: number }[]).map(({ n }) => n));
  expect(numbers.sort()).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await database.db.collection('gatherings').findOne()).toMatchObject({ group: '"b"' });
});

describe('a call of another flow', () => {
  const asked = {
    nodes: [
      node('called', 'flow-called'),
      node('later', 'delay', { amount: 3, unit: 'days' }),
      node('twice', 'change-fields', { field1: 'n', value1: 'n * 2' }),
      node('back', 'give-back'),
    ],
    wires: [
      wire('called', 'called', 'later'),
      wire('later', 'out', 'twice'),
      wire('twice', 'changed', 'back'),
    ],
  };

  test('goes on at once, and gets its answers back where it was, once, over retries and a wait', async () => {
    const asking = flowOf('call-flow', { flow: 'asked' }, ['answer', 'called']);
    await bench.deploy({ asking, asked });
    const key = await bench.send([{ n: 1 }, { n: 2 }]);
    expect(await items('rest', 2)).toEqual([{ n: 1 }, { n: 2 }]);
    await bench.again(key);
    await bench.quiet();
    expect(await bench.due()).toEqual([3, 3].map((days) => about(days * 86_400_000)));
    const answers = await items('end', 2);
    expect(answers.map(({ n }) => n).sort()).toEqual([2, 4]);
    await bench.quiet();
    expect(await items('end', 2)).toHaveLength(2);
  });

  test('through a flow that calls one itself, the answers of the last find the way to the first', async () => {
    const between = {
      nodes: [
        node('called', 'flow-called'),
        node('ask', 'call-flow', { flow: 'asked' }),
        node('back', 'give-back'),
      ],
      wires: [wire('called', 'called', 'ask'), wire('ask', 'answer', 'back')],
    };
    await bench.deploy({ asking: flowOf('call-flow', { flow: 'between' }, ['answer']), between, asked });
    await bench.send({ n: 5 });
    await bench.quiet();
    await bench.due();
    expect(await items('end', 1)).toEqual([{ n: 10 }]);
  });

  test('in a ring ends after ten, with the reason; one to a flow that does not run is kept', async () => {
    const ring = (flow: string) => ({
      nodes: [start, node('called', 'flow-called'), node('ask', 'call-flow', { flow, answers: false }), end],
      wires: [wire('called', 'called', 'ask'), wire('ask', 'called', 'end'), wire('start', 'out', 'ask')],
    });
    await bench.deploy({ one: ring('two'), two: ring('one') });
    await bench.send({ n: 1 });
    const dead = () => database.db.collection('events').find({ state: 'dead' }).toArray();
    for (let turn = 0; turn < 200 && (await dead()).length < 2; turn += 1) await wait(20);
    await bench.quiet();
    const reasons = new Set((await dead()).map(({ failure }) => failure.reason));
    expect([...reasons]).toEqual([expect.stringContaining('called each other 10 times')]);
    expect(await items('end', 20)).toHaveLength(20);
    await bench.deploy({ f: flowOf('call-flow', { flow: 'gone' }, ['called']) });
    await bench.send({ n: 1 });
    await bench.quiet();
    expect((await dead()).map(({ failure }) => failure.reason)).toContainEqual(
      expect.stringContaining('The flow that was called does not run'),
    );
  });
});

test('a call of an address starts its flow alone; one whose flow was paused meanwhile is kept, and runs when it is resumed', async () => {
  const called = (by: string) => ({
    nodes: [node('in', 'webhook-in'), node(by, 'bench-collect')],
    wires: [wire('in', 'received', by)],
  });
  const call = async (n: number) => {
    const to = { pipelineId: PipelineId.parse('f'), nodeId: 'in' };
    const event = { clientId: bench.clientId, source: 'syncflow', topic: 'webhook.received', to } as const;
    const body = Buffer.from(JSON.stringify({ n }));
    await acceptEvent(database.db, { ...event, dedupeKey: `n${n}`, partition: `n${n}`, body });
  };
  await bench.deploy({ f: called('end'), g: called('rest') });
  await call(1);
  expect(await items('end', 1)).toEqual([{ n: 1 }]);
  await bench.deploy({});
  await call(2);
  const dead = { state: 'dead', 'failure.code': 'flow.held' };
  for (let turn = 0; turn < 100 && !(await database.db.collection('events').findOne(dead)); turn += 1)
    await wait(20);
  await bench.deploy({ f: called('end'), g: called('rest') });
  await bench.again('n2');
  expect(await items('end', 2)).toEqual([{ n: 1 }, { n: 2 }]);
  expect(await items('rest', 0)).toEqual([]);
});

describe('a schedule', () => {
  const trigger = (cron: string, catchUp = true): ScheduledTrigger => ({
    pipelineId: PipelineId.parse('f'),
    nodeId: 'at',
    schedule: { cron, zone: 'Europe/Berlin', catchUp },
  });
  const due = async () =>
    (await database.db.collection('events').find({ topic: 'schedule.due' }).sort({ _id: 1 }).toArray()).map(
      ({ body }) => JSON.parse(body.toString()),
    );

  test('begins once however many processes look, and makes up once for what was missed', async () => {
    let now = trigger('0 8 * * *');
    const one = new Schedules(database.db, bench.clientId, () => [now]);
    const other = new Schedules(database.db, bench.clientId, () => [now]);
    const look = async (at: string) =>
      (await Promise.all([one, other, one].map((each) => each.release(new Date(at))))).reduce(
        (a, b) => a + b,
      );
    await bench.pause();
    expect(await look('2026-11-27T06:00:00Z')).toBe(0);
    expect(await one.nextAt()).toEqual(new Date('2026-11-27T07:00:00Z'));
    expect(await look('2026-11-27T07:00:00Z')).toBe(1);
    expect(await look('2026-11-27T07:00:01Z')).toBe(0);
    expect(await look('2026-12-01T12:00:00Z')).toBe(1);
    expect(await look('2026-12-01T12:00:01Z')).toBe(0);
    expect(await due()).toEqual([
      { dueAt: '2026-11-27T07:00:00.000Z', isMissed: false },
      { dueAt: '2026-11-28T07:00:00.000Z', isMissed: true },
    ]);
    now = trigger('0 8 * * *', false);
    expect(await look('2026-12-05T12:00:00Z')).toBe(0);
    now = trigger('30 9 * * 1-5');
    expect(await look('2026-12-05T12:00:01Z')).toBe(0);
    expect(await one.nextAt()).toEqual(new Date('2026-12-07T08:30:00Z'));
    await bench.resume();
  });

  test('starts its flow alone, with the time at which it was due', async () => {
    const timed = (id: string) => ({
      nodes: [node('at', 'schedule', { cron: '* * * * *' }), node(id, 'bench-collect')],
      wires: [wire('at', 'due', id)],
    });
    await bench.deploy({ f: timed('end'), g: timed('rest') });
    const schedules = database.db.collection('schedules');
    for (let turn = 0; turn < 100 && (await schedules.countDocuments()) < 2; turn += 1) await wait(20);
    const dueAt = new Date(Date.now() - 1_000);
    await schedules.updateOne({ pipelineId: 'f' }, { $set: { nextAt: dueAt } });
    await bench.deploy({ f: timed('end'), g: timed('rest') });
    expect(await items('end', 1)).toEqual([{ dueAt, isMissed: false }]);
    expect(await items('rest', 0)).toEqual([]);
  });
});

test('killed while it joins, nothing is lost and nothing goes on twice', async () => {
  const flows = { f: splitAndJoin(60) };
  await bench.pause();
  const child = fork('test/flows/bench-process.ts', [database.uri, bench.clientId, JSON.stringify(flows)]);
  const died = once(child, 'exit');
  const orders = Array.from({ length: 24 }, (_, order) => lines(...[1, 2, 3].map((n) => order * 10 + n)));
  await once(child, 'message');
  for (const order of orders) await bench.send(order);
  const parts = database.db.collection('parts');
  for (let turn = 0; turn < 500 && (await parts.countDocuments()) < 12; turn += 1) await wait(5);
  child.kill('SIGKILL');
  await died;
  const joinedBefore = await database.db.collection('collected').countDocuments();
  expect(await parts.countDocuments()).toBeGreaterThan(0);
  expect(joinedBefore).toBeLessThan(orders.length);
  // What the dead one held is given back, as the fleet has it done for a runner that died: also a lease that was on its way to
  // the database when it died.
  const free = setInterval(() => {
    void database.db
      .collection('events')
      .updateMany({ 'lease.runner': /^killed-/ }, { $set: { state: 'queued', lease: null } })
      .catch(() => {});
  }, 100).unref();
  await bench.resume();
  await bench.deploy(flows);
  const joined = await items('end', orders.length);
  await bench.quiet();
  clearInterval(free);
  const quantities = (await items('end', orders.length)).map((one) =>
    (one.items as { quantity: number }[]).map(({ quantity }) => quantity / 2),
  );
  expect(joined).toHaveLength(orders.length);
  expect(quantities.sort((a, b) => a[0]! - b[0]!)).toEqual(
    orders.map((order) => order.lines.map(({ quantity }) => quantity)),
  );
}, 60_000);
