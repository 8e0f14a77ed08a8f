import { describe, expect, test } from '@jest/globals';
import type { PipelineView } from '#server/api/views.ts';
import { addCounts } from './counts.ts';
import { flowNodes, flowWires } from './flow-graph.ts';
import { tidy } from './layout.ts';
import { nodeStatus } from './node-status.ts';
import { outlineRows } from './outline-rows.ts';
import { portLook } from './port-looks.ts';

const node = (id: string, inputs: string[], outputs: string[]): PipelineView['nodes'][number] => ({
  id,
  type: 'any',
  name: `Node ${id}`,
  summary: '',
  help: '',
  trigger: inputs.length === 0,
  group: 'Stock',
  x: 0,
  y: 0,
  inputs: inputs.map((type) => ({ name: `in ${type}`, type })),
  outputs: outputs.map((type) => ({ name: `out ${type}`, type })),
  settings: [],
});
const flow: PipelineView = {
  id: 'p',
  name: 'Flow',
  template: 't',
  promise: '',
  state: 'running',
  version: 1,
  pausedFor: null,
  executions: 0,
  failed: 0,
  nodes: [
    node('last', ['Alert', 'Order'], []),
    node('middle', ['Order'], ['Order']),
    node('first', [], ['Order']),
  ],
  wires: [
    { id: 'w1', from: 'first', output: 'out Order', to: 'middle', type: 'Order' },
    { id: 'w2', from: 'middle', output: 'out Order', to: 'last', type: 'Order' },
    { id: 'w3', from: 'first', output: 'out Order', to: 'last', type: 'Order' },
    { id: 'gone', from: 'first', output: 'out Order', to: 'removed', type: 'Order' },
  ],
  counts: { w1: 7 },
  activity: { first: { done: 7, failed: 0, p95Ms: 12 } },
};

describe('counts', () => {
  test('add up wire by wire, and change neither side', () => {
    const before = { a: 1, b: 2 };
    expect(addCounts(before, { b: 3, c: 4 })).toEqual({ a: 1, b: 5, c: 4 });
    expect(before).toEqual({ a: 1, b: 2 });
    expect(addCounts({}, {})).toEqual({});
  });
});

describe('the drawing', () => {
  const layout = tidy(flow, 'right');

  test('has its cards in reading order, with the chosen one marked', () => {
    const nodes = flowNodes(flow, layout, 'middle');
    expect(nodes.map(({ id }) => id)).toEqual(['first', 'middle', 'last']);
    expect(nodes.filter(({ selected }) => selected).map(({ id }) => id)).toEqual(['middle']);
    expect(nodes.map(({ height }) => height)).toEqual([88, 64, 64]);
  });

  test('has every wire that has two ends, at the port of its type, the long ones first', () => {
    const wires = flowWires(flow, layout);
    expect(wires.map(({ id }) => id)).toEqual(['w3', 'w1', 'w2']);
    expect(wires.find(({ id }) => id === 'w2')?.targetHandle).toBe('in Order');
    expect(wires.find(({ id }) => id === 'w1')?.data?.counted).toBe(7);
    expect(wires.find(({ id }) => id === 'w2')?.data?.counted).toBe(0);
  });
});

test('the outline says what the drawing says', () => {
  const rows = outlineRows(flow);
  expect(rows.map((row) => row.node.id)).toEqual(['first', 'middle', 'last']);
  expect(rows[0]?.gives.map(({ other, counted }) => [other, counted])).toEqual([
    ['Node middle', 7],
    ['Node last', 0],
    ['removed', 0],
  ]);
  expect(rows[2]?.gets.map(({ other }) => other)).toEqual(['Node middle', 'Node first']);
});

describe('the status of a node', () => {
  const ran = { done: 5, failed: 0, p95Ms: 1 };

  test.each([
    [{ ...ran, failed: 2 }, true, 'bad', '2 failed'],
    [ran, true, 'idle', 'Paused'],
    [ran, false, 'ok', '5 last hour'],
    [{ done: 0, failed: 0, p95Ms: null }, false, 'idle', 'Idle'],
    [undefined, false, 'idle', 'Idle'],
  ])('%j, paused %s: %s', (activity, paused, tone, text) => {
    expect(nodeStatus(activity, paused)).toMatchObject({ tone, text });
  });
});

test('port types differ by shape or colour, and unknown ones get the look of any', () => {
  const types = ['Order', 'OrderLine', 'OrderChange', 'StockChange', 'StockLevel', 'ShortLine'];
  types.push('Payment', 'Message', 'Row', 'Event');
  const looks = types.map((type) => Object.values(portLook(type)).join());
  expect(new Set(looks).size).toBe(types.length);
  expect(portLook('constructor')).toBe(portLook('NeverHeardOf'));
  expect(portLook('Alert')).toEqual(portLook('Message'));
});
