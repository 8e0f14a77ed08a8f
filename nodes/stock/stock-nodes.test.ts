import { describe, expect, test } from '@jest/globals';
import type { Effects, NodeContext } from '#runtime/effects/node-context.ts';
import { lowStock } from './low-stock.ts';
import { OwnThresholds, thresholdsOf } from './own-thresholds.ts';
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
  const out = await lowStock.run(level(available), { threshold: 10, lagAware: false }, contextWith({}));
  expect(Object.keys(out)).toEqual([output]);
});

describe('low stock, aware of the lag', () => {
  const run = async (available: number, unheard: number, now: number, config: object = {}) => {
    const looks: number[] = [];
    const effects = {
      soldUnheard: async () => unheard,
      levelNow: async (old: { readonly available: number }) => {
        looks.push(old.available);
        return { ...level(now), version: 9 } as never;
      },
    };
    const out = await lowStock.run(level(available), { threshold: 10, ...config }, contextWith(effects));
    const [[output, item] = []] = Object.entries(out);
    return { output, item, looks };
  };

  test('what is likely sold and not told of yet counts as sold', async () => {
    expect(await run(12, 2, 12)).toMatchObject({ output: 'enough', looks: [] });
    expect(await run(12, 3, 12)).toMatchObject({ output: 'low', looks: [12] });
  });

  test('old news is looked up before it warns: a delivery came in meanwhile', async () => {
    expect(await run(3, 0, 40)).toMatchObject({ output: 'enough', item: { available: 40 } });
    expect(await run(3, 0, 2)).toMatchObject({ output: 'low', item: { available: 2, version: 9 } });
  });

  test('a product with a number of its own is measured by it', async () => {
    const own = 'CUP = 99\n  MUG: 3 \n';
    expect(await run(3, 0, 3, { own })).toMatchObject({ output: 'enough' });
    expect(await run(2, 0, 2, { own })).toMatchObject({ output: 'low' });
    expect(lowStock.describe({ threshold: 10, own, lagAware: true })).toBe(
      'Fewer than 10 available; 2 with their own number',
    );
  });
});

test('lines with numbers of their own say which one is not right', () => {
  expect([...thresholdsOf('A-1: 3\nB 2;7\nC=0\nA-1: 4')]).toEqual([
    ['A-1', 4],
    ['B 2', 7],
    ['C', 0],
  ]);
  expect(OwnThresholds.safeParse('A-1: 3\nB many').error?.issues[0]?.message).toContain('"B many"');
  expect(OwnThresholds.parse('')).toBe('');
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
