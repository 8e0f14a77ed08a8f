import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { defineNode, defineTrigger } from '#nodes/kit/define-node.ts';
import type { Effects } from '../effects/node-context.ts';
import { Rejected, Retryable, verdictOf } from '../errors.ts';
import { type IncomingEvent, NO_FLOWS } from '../events/event.ts';
import { ClientId, ConnectionId, PipelineId } from '../ids.ts';
import type { Graph } from '../pipelines/graph.ts';
import { nodeTypesOf } from '../pipelines/node-type.ts';
import { Host } from './host.ts';

const NumberPort = { name: 'Number', schema: z.number() };
const TextPort = { name: 'Text', schema: z.string() };
const base = { summary: '', help: '', group: 'Decide' as const, effect: 'none' as const };
const keys: string[] = [];

const types = nodeTypesOf([
  defineTrigger({
    ...base,
    type: 'start',
    title: 'Start',
    wants: 'order.changed',
    outputs: { numbers: NumberPort },
    config: z.object({}),
    run: ({ event }) => ({ numbers: JSON.parse(event.body.toString()) as number[] }),
  }),
  defineNode({
    ...base,
    type: 'double',
    title: 'Double',
    input: NumberPort,
    outputs: { number: NumberPort },
    config: z.object({ waitMs: z.number().default(0) }),
    run: async ({ input, config, context }) => {
      keys.push(context.key);
      await new Promise((resolve) => setTimeout(resolve, config.waitMs));
      return { number: input * 2 };
    },
  }),
  defineNode({
    ...base,
    type: 'fail',
    title: 'Fail',
    input: NumberPort,
    outputs: {},
    config: z.object({ how: z.enum(['reject', 'retry', 'throw', 'late', 'never']) }),
    run: async ({ config }) => {
      if (config.how === 'reject') throw new Rejected('no such product', { fix: 'Make it.' });
      if (config.how === 'retry') throw new Retryable('busy', { afterMs: 5 });
      if (config.how === 'throw') throw new TypeError('a bug');
      if (config.how === 'never') await new Promise(() => {});
      return {};
    },
  }),
  defineNode({
    ...base,
    type: 'text',
    title: 'Text',
    input: TextPort,
    outputs: {},
    config: z.object({}),
    run: () => ({}),
  }),
]);

const clientId = ClientId.parse('c1');
const node = (id: string, type: string, config = {}) => ({ id, type, name: `The ${id}`, config, x: 0, y: 0 });
const pipeline = (graph: Graph) => ({ id: PipelineId.parse('p1'), clientId, name: 'Numbers', graph });
const wires: string[] = [];
const worked: [string, boolean][] = [];
let host: Host;

beforeAll(async () => {
  host = await Host.start({
    types,
    onWire: (_pipeline, wire) => wires.push(wire),
    onNode: (_pipeline, id, _ms, failed) => worked.push([id, failed]),
    onLost: () => {},
    onLog: () => {},
  });
});
afterAll(() => host.stop());
beforeEach(() => {
  for (const list of [keys, wires, worked]) list.length = 0;
});

async function run(graph: Graph, numbers: number[], id = 'run') {
  const deployed = pipeline(graph);
  await host.deploy([deployed]);
  const event: IncomingEvent = {
    id: 'event-1',
    source: ConnectionId.parse('con'),
    topic: 'order.changed',
    body: Buffer.from(JSON.stringify(numbers)),
    receivedAt: new Date(),
    failures: 0,
    flows: NO_FLOWS,
  };
  const context = { pipeline: deployed, event, effects: {} as Effects, signal: new AbortController().signal };
  const execution = await host.run(id, 'start', context);
  return { execution, failure: host.failureOf(execution) };
}

describe('a run', () => {
  test('ends when the last branch has ended, and counts every wire and node', async () => {
    const { execution, failure } = await run(
      {
        nodes: [
          node('start', 'start'),
          node('a', 'double', { waitMs: 20 }),
          node('b', 'double'),
          node('c', 'double', { waitMs: 40 }),
        ],
        wires: [
          { from: 'start', output: 'numbers', to: 'a' },
          { from: 'start', output: 'numbers', to: 'b' },
          { from: 'a', output: 'number', to: 'c' },
        ],
      },
      [1, 2, 3],
    );
    expect(failure).toBeNull();
    expect(execution.state).toBe('done');
    const times = (list: readonly string[], name: string) => list.filter((entry) => entry === name).length;
    expect(times(wires, 'start:numbers:a')).toBe(3);
    expect(times(wires, 'start:numbers:b')).toBe(3);
    expect(times(wires, 'a:number:c')).toBe(3);
    expect(worked).toHaveLength(10);
    expect(execution.activity.get('p1.c')).toMatchObject({ done: 3, failed: 0 });
  });

  test('notes what each node got and gave, once however many wires carry it, and why it failed', async () => {
    const { execution } = await run(
      {
        nodes: [
          node('start', 'start'),
          node('a', 'double'),
          node('b', 'double'),
          node('bad', 'fail', { how: 'throw' }),
        ],
        wires: [
          { from: 'start', output: 'numbers', to: 'a' },
          { from: 'start', output: 'numbers', to: 'b' },
          { from: 'a', output: 'number', to: 'bad' },
        ],
      },
      [7, 7],
    );
    const { steps } = execution.trace;
    const of = (id: string) => steps.filter(({ nodeId }) => nodeId === `p1.${id}`);
    expect(of('start')).toMatchObject([{ input: { id: 'event-1' }, outputs: [{ item: 7 }, { item: 7 }] }]);
    expect(of('a')).toMatchObject(
      Array(2).fill({ input: 7, outputs: [{ port: 0, item: 14 }], failed: false }),
    );
    expect(of('b')).toMatchObject(Array(2).fill({ input: 7, failed: false }));
    expect(of('bad')).toMatchObject(Array(2).fill({ input: 14, outputs: [], failed: true }));
    expect(String(of('bad')[0]?.error)).toContain('a bug');
  });

  test('gives each item a key of its own that is the same at every try', async () => {
    const graph = {
      nodes: [node('start', 'start'), node('a', 'double'), node('b', 'double')],
      wires: [
        { from: 'start', output: 'numbers', to: 'a' },
        { from: 'a', output: 'number', to: 'b' },
      ],
    };
    await run(graph, [1, 2, 3], 'first');
    const first = [...keys].sort();
    keys.length = 0;
    await run(graph, [1, 2, 3], 'second');
    expect(new Set(first).size).toBe(6);
    expect([...keys].sort()).toEqual(first);
  });

  test('of a trigger that sends nothing ends at once', async () => {
    const { execution } = await run({ nodes: [node('start', 'start')], wires: [] }, []);
    expect(execution.state).toBe('done');
  });

  test.each([
    ['reject', Rejected],
    ['retry', Retryable],
  ] as const)('that fails says where, and keeps what was thrown (%s)', async (how, kind) => {
    const { execution, failure } = await run(
      {
        nodes: [node('start', 'start'), node('bad', 'fail', { how }), node('good', 'double', { waitMs: 30 })],
        wires: [
          { from: 'start', output: 'numbers', to: 'bad' },
          { from: 'start', output: 'numbers', to: 'good' },
        ],
      },
      [1],
    );
    expect(execution.state).toBe('failed');
    expect(failure?.where).toBe('Numbers › The bad');
    expect(verdictOf(failure)).toBeInstanceOf(kind);
    // The other branch still came to its end.
    expect(worked).toContainEqual(['good', false]);
    expect(worked).toContainEqual(['bad', true]);
  });

  test('a bug in a node is a failure without a verdict', async () => {
    const graph = {
      nodes: [node('start', 'start'), node('bad', 'fail', { how: 'throw' })],
      wires: [{ from: 'start', output: 'numbers', to: 'bad' }],
    };
    const { failure } = await run(graph, [1]);
    expect(failure?.message).toContain('a bug');
    expect(verdictOf(failure)).toBeNull();
  });

  test('an item of the wrong shape is rejected at the border of the node', async () => {
    const graph = {
      nodes: [node('start', 'start'), node('a', 'double')],
      wires: [{ from: 'start', output: 'numbers', to: 'a' }],
    };
    const { failure } = await run(graph, ['x'] as unknown as number[]);
    expect(verdictOf(failure)).toBeInstanceOf(Rejected);
  });

  test('two hundred side by side are kept apart', async () => {
    const graph = pipeline({
      nodes: [node('start', 'start'), node('a', 'double', { waitMs: 5 })],
      wires: [{ from: 'start', output: 'numbers', to: 'a' }],
    });
    await host.deploy([graph]);
    const runs = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const event: IncomingEvent = {
          id: `event-${index}`,
          source: ConnectionId.parse('con'),
          topic: 'order.changed',
          body: Buffer.from(JSON.stringify([index])),
          receivedAt: new Date(),
          failures: 0,
          flows: NO_FLOWS,
        };
        const signal = new AbortController().signal;
        return await host.run(`run-${index}`, 'start', {
          pipeline: graph,
          event,
          effects: {} as Effects,
          signal,
        });
      }),
    );
    expect(runs.every(({ state, activity }) => state === 'done' && activity.get('p1.a')?.done === 1)).toBe(
      true,
    );
  });
});

describe('a deploy', () => {
  test.each([
    ['a type that is not installed', [node('x', 'nothing')], [], 'not installed'],
    [
      'a wire whose types do not fit',
      [node('start', 'start'), node('t', 'text')],
      [{ from: 'start', output: 'numbers', to: 't' }],
      'takes Text',
    ],
    [
      'a wire from an output that does not exist',
      [node('start', 'start'), node('a', 'double')],
      [{ from: 'start', output: 'no', to: 'a' }],
      'no output',
    ],
    [
      'a wire into a trigger',
      [node('start', 'start'), node('s2', 'start')],
      [{ from: 'start', output: 'numbers', to: 's2' }],
      'takes no messages',
    ],
    ['a node that nothing leads to', [node('start', 'start'), node('a', 'double')], [], 'Nothing leads to'],
    [
      'settings that are not right',
      [node('start', 'start', { extra: 1 })],
      [],
      'setting that this node does not have',
    ],
  ])('with %s is refused with a sentence', async (_what, nodes, graphWires, sentence) => {
    await expect(host.deploy([pipeline({ nodes, wires: graphWires })])).rejects.toThrow(sentence);
  });
});
