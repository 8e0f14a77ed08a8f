import { expect, test } from '@jest/globals';
import type { Effects, NodeContext } from '#runtime/effects/node-context.ts';
import { lowStock } from './low-stock.ts';
import { publishStock } from './publish-stock.ts';
import { stockTrigger } from './stock-trigger.ts';

const level = (available: number) => ({
  sku: 'MUG',
  title: 'Mug',
  onHand: available,
  reserved: 0,
  available,
  backordered: 0,
  byLocation: {},
  version: 4,
  taken: {},
});

function contextWith(effects: Partial<Effects>): NodeContext {
  return {
    effects: effects as Effects,
    key: 'k',
    signal: new AbortController().signal,
    log: () => {},
    nodeId: 'n',
    part: null,
    now: new Date(),
  };
}

test.each([
  [0, 'low'],
  [9, 'low'],
  [10, 'enough'],
])('%d units leave by "%s" at a threshold of 10', async (available, output) => {
  const out = await lowStock.run(level(available), { threshold: 10 }, contextWith({}));
  expect(Object.keys(out)).toEqual([output]);
});

test.each([
  ['all', 'order', 1],
  ['all', 'person', 1],
  ['person', 'order', 0],
  ['order', 'order', 1],
])('a trigger for changes by %s hears %s %d times', async (wanted, by, times) => {
  const readStockChanged = async () => ({ by, levels: [level(3)] }) as never;
  const out = await stockTrigger.run({} as never, { by: wanted }, contextWith({ readStockChanged }));
  expect(Object.values(out).flat()).toHaveLength(times);
});

test('what is kept back is told with the level', async () => {
  const published: unknown[] = [];
  const publish: Effects['publish'] = async (...call) => void published.push(call);
  await publishStock.run(level(3), { buffer: 2 }, contextWith({ publish }));
  expect(published).toEqual([[[level(3)], { buffer: 2 }]]);
});

test('an item of another shape never reaches the node, and the sentence names the node', async () => {
  await expect(lowStock.run({ available: 'many' }, { threshold: 10 }, contextWith({}))).rejects.toThrow(
    /"Low stock\?"/,
  );
});
