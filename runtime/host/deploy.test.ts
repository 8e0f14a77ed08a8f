/** What a deploy does to executions that run: those of what is replaced end first, all others notice nothing. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { defineNode, defineTrigger } from '#nodes/kit/define-node.ts';
import type { Effects } from '../effects/node-context.ts';
import { Rejected, Retryable, verdictOf } from '../errors.ts';
import { type IncomingEvent, NO_FLOWS } from '../events/event.ts';
import { ClientId, PipelineId } from '../ids.ts';
import { nodeTypesOf } from '../pipelines/node-type.ts';
import type { PipelineDocument } from '../pipelines/pipeline-model.ts';
import { FlowGone, Host, type HostedPipeline } from './host.ts';
import { hostedOf } from './hosted-of.ts';
import { runEvent } from './run-event.ts';

const AnyItem = { name: 'Any', schema: z.any() };
const base = { summary: '', help: '', group: 'Decide' as const, effect: 'none' as const };
/** Versions of the working node that began and that ended with a message, in order. */
const log: string[] = [];
const types = nodeTypesOf([
  defineTrigger({
    ...base,
    type: 'start',
    title: 'Start',
    wants: 'order.changed',
    outputs: { out: AnyItem },
    config: z.object({}),
    run: () => ({ out: 1 }),
  }),
  defineNode({
    ...base,
    type: 'work',
    title: 'Work',
    input: AnyItem,
    outputs: {},
    config: z.object({ version: z.string(), ms: z.number() }),
    run: async ({ config: { version, ms } }) => {
      log.push(`${version} began`);
      await wait(ms);
      log.push(`${version} ended`);
      return {};
    },
  }),
]);
const clientId = ClientId.parse('c1');
let host: Host;
beforeAll(async () => {
  host = await Host.start({
    types,
    onWire: () => {},
    onNode: () => {},
    onLost: () => {},
    onLog: () => {},
  });
});
afterAll(() => host.stop());
beforeEach(async () => {
  await host.deploy([]);
  log.length = 0;
});

const flow = (id: string, version: string, ms: number): HostedPipeline => ({
  id: PipelineId.parse(id),
  clientId,
  name: `Flow ${id}`,
  graph: {
    nodes: [
      { id: 'in', type: 'start', name: 'In', config: {}, x: 0, y: 0 },
      { id: 'work', type: 'work', name: 'Work', config: { version, ms }, x: 1, y: 0 },
    ],
    wires: [{ from: 'in', output: 'out', to: 'work' }],
  },
});
const event: IncomingEvent = {
  id: '65f000000000000000000001',
  source: 'syncflow',
  topic: 'order.changed',
  body: Buffer.alloc(0),
  receivedAt: new Date(),
  failures: 0,
  flows: NO_FLOWS,
};
let runs = 0;
const run = (pipeline: HostedPipeline) => {
  runs += 1;
  const signal = new AbortController().signal;
  return host.run(`run-${runs}`, 'in', { pipeline, event, effects: {} as Effects, signal });
};

test('waits for the executions of what it replaces; what comes meanwhile runs in the new version; others run on', async () => {
  const [before, other] = [flow('a', 'a1', 120), flow('b', 'b1', 250)];
  await host.deploy([before, other]);
  const running = run(before);
  const elsewhere = run(other);
  await wait(30);
  const deployed = host.deploy([flow('a', 'a2', 10), other]);
  const meanwhile = run(before);
  // Others begin while the deploy waits.
  const elsewhereToo = run(other);
  await wait(20);
  expect(log).toEqual(['a1 began', 'b1 began', 'b1 began']);
  expect(await deployed).toBe(0);
  expect(log).toEqual(['a1 began', 'b1 began', 'b1 began', 'a1 ended']);
  const all = await Promise.all([running, elsewhere, meanwhile, elsewhereToo]);
  expect(all.map(({ state }) => state)).toEqual(Array(4).fill('done'));
  expect(log.filter((line) => line.startsWith('a'))).toEqual([
    'a1 began',
    'a1 ended',
    'a2 began',
    'a2 ended',
  ]);
  expect(log.filter((line) => line === 'b1 ended')).toHaveLength(2);
});

test('interrupts what takes longer than its limit: it may be tried again, and nothing else is touched', async () => {
  const [slow, other] = [flow('a', 'a1', 1_000), flow('b', 'b1', 300)];
  await host.deploy([slow, other]);
  const [interrupted, goesOn] = [run(slow), run(other)];
  await wait(30);
  const startedMs = Date.now();
  expect(await host.deploy([flow('a', 'a2', 1), other], 100)).toBe(1);
  expect(Date.now() - startedMs).toBeLessThan(400);
  const failure = host.failureOf(await interrupted);
  expect(failure?.message).toContain('was changed while it ran');
  expect(verdictOf(failure)).toBeInstanceOf(Retryable);
  expect((await goesOn).state).toBe('done');
});

test('that changes nothing waits for nothing', async () => {
  const pipeline = flow('a', 'a1', 300);
  await host.deploy([pipeline]);
  const running = run(pipeline);
  await wait(20);
  const startedMs = Date.now();
  await host.deploy([flow('a', 'a1', 300), flow('b', 'b1', 1)]);
  expect(Date.now() - startedMs).toBeLessThan(200);
  expect((await running).state).toBe('done');
});

test('an event on its way to a flow that is taken away passes it by', async () => {
  const pipeline = flow('a', 'a1', 100);
  await host.deploy([pipeline]);
  const running = run(pipeline);
  await wait(20);
  const deployed = host.deploy([]);
  const late = expect(run(pipeline)).rejects.toBeInstanceOf(FlowGone);
  await deployed;
  await late;
  expect((await running).state).toBe('done');
  const recorder = { record: () => {} } as unknown as Parameters<typeof runEvent>[0]['recorder'];
  const parts = { clientId, host, effectsOf: () => ({}) as Effects, recorder };
  await runEvent(parts, event, new AbortController().signal);
});

test('a flow that is held back keeps its events, and says why; a wrong one of a client keeps no other from running', async () => {
  const document = (state: 'running' | 'paused', graph: HostedPipeline['graph'], more = {}) =>
    ({ ...flow('a', 'a1', 1), _id: 'a', state, graph, ...more }) as unknown as PipelineDocument;
  const { graph } = flow('a', 'a1', 1);
  expect(hostedOf(document('paused', graph), types)).toBeNull();
  expect(hostedOf(document('running', graph), types)?.heldBack).toBeUndefined();
  const safeMode = { reason: 'it ended its runner.', at: new Date() };
  const held = [
    hostedOf(document('paused', graph, { safeMode }), types),
    hostedOf(document('running', { ...graph, wires: [] }), types),
  ];
  for (const [pipeline, reason] of [
    [held[0], 'is paused: it ended its runner.'],
    [held[1], "can't run. Nothing leads to"],
  ] as const) {
    if (!pipeline) throw new Error('it is not hosted at all');
    const good = flow('b', 'b1', 1);
    await host.deploy([pipeline, good]);
    const failure = host.failureOf(await run(pipeline));
    expect(failure?.message).toContain(reason);
    const verdict = verdictOf(failure);
    expect(verdict).toBeInstanceOf(Rejected);
    expect(verdict).toMatchObject({ code: 'flow.held', about: { kind: 'pipeline', id: 'a' } });
    expect((await run(good)).state).toBe('done');
  }
});
