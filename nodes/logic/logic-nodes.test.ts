import { describe, expect, test } from '@jest/globals';
import type { NodeContext } from '#runtime/effects/node-context.ts';
import { Rejected } from '#runtime/errors.ts';
import { checkFlow } from '#runtime/flow/check-flow.ts';
import { describeNodes } from '#runtime/pipelines/describe-nodes.ts';
import type { NodeType } from '#runtime/pipelines/node-type.ts';
import { examineGraph } from '#runtime/pipelines/validate.ts';
import { ALL_NODE_TYPES } from '../all-node-types.ts';
import { changeFields } from './change-fields.ts';
import { evaluate, holds } from './expression.ts';
import { filter } from './filter.ts';
import { lookUp } from './look-up.ts';
import { splitList } from './split-list.ts';
import { switchNode } from './switch.ts';

const tea = {
  sku: 'TEA-1',
  title: 'Tea',
  available: 4,
  price: 2.5,
  at: new Date(0),
  lines: [
    { sku: 'A', quantity: 1 },
    { sku: 'B', quantity: 3 },
  ],
  tags: ['x', 'y'],
};
const run = (node: NodeType, config: object, input: object = tea) =>
  node.run(input, config, {} as NodeContext);

describe('an expression', () => {
  test.each([
    ['available < 5 && sku.startsWith("TEA")', true],
    ['available + 1', 5],
    ['price * 2.0', 5],
    ['item.title + "/" + string(available)', 'Tea/4'],
    ['lines.filter(line, line.quantity > 1)', [{ sku: 'B', quantity: 3 }]],
    ['lines.map(line, line.quantity)', [1, 3]],
    ['has(item.gone) ? 1 : 0', 0],
    ['at', new Date(0)],
  ])('%s', (text, said) => expect(evaluate(text, tea)).toEqual(said));

  test.each([
    'gone > 1',
    'title > 1',
    'constructor',
    'item.__proto__',
    'process',
    'globalThis',
    '1 +',
    'title.matches("(a+)+$")',
  ])('%s is refused with a fix, and reaches nothing', (text) =>
    expect(() => evaluate(text, tea)).toThrow(Rejected),
  );

  test('of a condition says true or false, or is refused', () => {
    expect(holds('available == 4', tea)).toBe(true);
    expect(() => holds('available', tea)).toThrow('neither true nor false');
  });

  test('that is none is found before a deploy, at its field', () => {
    const nodes = [
      { id: 's', type: 'stock-trigger', name: 'S', config: {}, x: 0, y: 0 },
      { id: 'f', type: 'filter', name: 'F', config: { condition: 'a +' }, x: 0, y: 0 },
    ];
    const problems = examineGraph(
      { nodes, wires: [{ from: 's', output: 'level', to: 'f' }] },
      ALL_NODE_TYPES,
      null,
    );
    expect(problems).toMatchObject([{ nodeId: 'f', field: 'condition', severity: 'error' }]);
    expect(problems[0]?.text).toContain('is no expression');
  });
});

test('every example of a port type is one of that type', () => {
  const ports = [...ALL_NODE_TYPES.values()].flatMap(({ outputs }) => Object.values(outputs));
  const withExample = ports.filter(({ example }) => example !== undefined);
  expect(new Set(withExample.map(({ name }) => name)).size).toBeGreaterThanOrEqual(5);
  for (const { schema, example } of withExample) expect(schema.parse(example)).toEqual(example);
});

describe('logic nodes', () => {
  test('a filter sends what matches one way, and the rest the other, unchanged', async () => {
    expect(await run(filter, { condition: 'available < 5' })).toEqual({ match: tea });
    expect(await run(filter, { condition: 'available > 5' })).toEqual({ other: tea });
    expect(await run(filter, { condition: '' })).toEqual({ other: tea });
  });

  test('a switch takes the first way whose condition holds', async () => {
    const config = { first: 'available > 9', second: 'available > 3', third: 'true' };
    expect(Object.keys(await run(switchNode, config))).toEqual(['second']);
    expect(Object.keys(await run(switchNode, {}))).toEqual(['otherwise']);
  });

  test('fields change by what came in, and all others stay', async () => {
    const config = {
      field1: 'sku',
      value1: '"X-" + sku',
      field2: 'half',
      value2: 'available / 2',
      field3: '',
      value3: '1',
    };
    expect(await run(changeFields, config)).toEqual({ changed: { ...tea, sku: 'X-TEA-1', half: 2 } });
  });

  test('a list becomes a message for each entry, in order', async () => {
    expect(await run(splitList, {})).toEqual({ entry: tea.lines });
    expect(await run(splitList, { list: 'tags' })).toEqual({ entry: [{ value: 'x' }, { value: 'y' }] });
    await expect(run(splitList, { list: 'title' })).rejects.toThrow('is no list');
  });

  test('a table gives what stands beside the word, or says that it is missing', async () => {
    const table = 'TEA-1 = Shelf 4 = left\nno entry\nMUG = Shelf 1';
    expect(await run(lookUp, { table, field: 'shelf' })).toEqual({
      found: { ...tea, shelf: 'Shelf 4 = left' },
    });
    expect(await run(lookUp, { table, word: 'title' })).toEqual({ missing: tea });
    expect(lookUp.describe({ table })).toBe('sku in 2 entries');
  });

  test('what passes a filter keeps its type, and a filter ends a loop', () => {
    const nodes = ['stock-trigger', 'filter', 'publish-stock'].map((type, x) => ({
      id: `n${x}`,
      type,
      name: type,
      config: {},
      x,
      y: 0,
    }));
    const wires = [
      { from: 'n0', output: 'level', to: 'n1' },
      { from: 'n1', output: 'match', to: 'n2' },
      { from: 'n1', output: 'other', to: 'n1' },
    ];
    const facts = { types: describeNodes(ALL_NODE_TYPES), connections: null };
    expect(checkFlow({ nodes, wires: wires.slice(0, 2) }, facts)).toEqual([]);
  });
});
