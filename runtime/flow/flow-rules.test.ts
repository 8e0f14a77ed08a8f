import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Graph, GraphNode } from '../pipelines/graph.ts';
import { checkFlow } from './check-flow.ts';
import { compareFlows } from './compare-flows.ts';
import { mergeFlows } from './merge-flows.ts';
import { defaultSettings, type NodeDescription, type PortDescription } from './node-description.ts';
import { typesOfOutput } from './port-of-wire.ts';
import { runningPart } from './running-part.ts';
import { sameJson } from './same-json.ts';
import { judgeWire } from './wire-rule.ts';

const port = (name: string, type: string, ...more: string[]): PortDescription => ({
  name,
  type,
  isA: [type, ...more],
});
const described = (
  type: string,
  input: PortDescription | null,
  outputs: PortDescription[],
  more: Partial<NodeDescription> = {},
): NodeDescription => ({
  type,
  title: `A ${type}`,
  summary: '',
  help: '',
  group: 'Stock',
  effect: 'none',
  trigger: input === null,
  input,
  outputs,
  settings: { type: 'object', properties: {} },
  address: false,
  splits: false,
  joinsParts: null,
  foreignCode: false,
  endsLoops: false,
  waitLimit: null,
  ...more,
});
const types = new Map(
  [
    described('start', null, [port('order', 'Order')]),
    described('keep', port('in', 'Order'), [port('order', 'Kept', 'Order')]),
    described('book', port('in', 'Kept'), [port('level', 'Level')]),
    described('tell', port('in', 'Any'), []),
    described('pass', port('in', 'Any'), [port('yes', 'Same'), port('no', 'Same')], { endsLoops: true }),
    described('again', port('in', 'Order'), [port('order', 'Order')]),
    described('loose', port('in', 'Any'), [port('out', 'Any')]),
    described('join', port('in', 'Any'), [port('out', 'Any')], {
      waitLimit: 'seconds',
      settings: { type: 'object', properties: { seconds: { type: 'integer', title: 'Wait', minimum: 0 } } },
    }),
    described('set', port('in', 'Any'), [], {
      settings: {
        type: 'object',
        properties: {
          many: { type: 'integer', title: 'How many', minimum: 1, maximum: 9, default: 3 },
          word: { type: 'string', title: 'Word', minLength: 1, maxLength: 3, default: 'a' },
          kind: {
            type: 'string',
            title: 'Kind',
            enum: ['x', 'y'],
            words: { x: 'Ex', y: 'Why' },
            default: 'x',
          },
          shop: {
            type: 'string',
            title: 'Shop',
            connection: 'channel',
            default: '',
            needed: 'choose a shop',
          },
        },
      },
    }),
  ].map((one) => [one.type, one]),
);
const node = (id: string, type: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  type,
  name: `Node ${id}`,
  config: {},
  x: 0,
  y: 0,
  ...more,
});
const wire = (text: string) => {
  const [from = '', output = '', to = ''] = text.split(' ');
  return { from, output, to };
};
const flow = (nodes: GraphNode[], ...wires: string[]): Graph => ({ nodes, wires: wires.map(wire) });
const texts = (graph: Graph, connections: Parameters<typeof checkFlow>[1]['connections'] = null) =>
  checkFlow(graph, { types, connections }).map(({ severity, text }) => `${severity}: ${text}`);

const straight = flow(
  [node('s', 'start'), node('k', 'keep'), node('b', 'book'), node('t', 'tell')],
  's order k',
  'k order b',
  'b level t',
);

describe('a wire', () => {
  test('fits by type, by what a type may stand in for, and into anything', () => {
    expect(texts(straight)).toEqual([]);
    const graph = flow(
      [node('s', 'start'), node('k', 'keep'), node('a', 'again')],
      's order k',
      'k order a',
      'a order k',
    );
    expect(judgeWire(graph, types, wire('k order a'))).toEqual({ fits: true, warning: null });
  });

  test.each([
    [
      's order b',
      '"Node s" sends Order, but "Node b" takes Kept. Put "A keep" between: it makes one from the other.',
      'keep',
    ],
    ['b level k', '"Node b" sends Level, but "Node k" takes Order. Take a node that gives Order.', null],
    ['k order s', '"Node s" starts a flow and takes no messages.', null],
    ['t out k', '"Node t" is the end of a flow: it sends nothing.', null],
    ['k other b', '"Node k" has no output "other".', null],
    ['k order k', '"Node k" can\'t send to itself.', null],
    ['k order gone', 'A wire ends at a node that does not exist.', null],
  ])('%s is refused in words, with what to put between', (text, reason, converter) => {
    expect(judgeWire(straight, types, wire(text))).toEqual({ fits: false, reason, converter });
    expect(texts({ ...straight, wires: [...straight.wires, wire(text)] })).toContain(`error: ${reason}`);
  });

  test('keeps its type through nodes that pass on what they take, and loses it where types meet', () => {
    const nodes = [
      node('s', 'start'),
      node('p', 'pass'),
      node('q', 'pass'),
      node('k', 'keep'),
      node('b', 'book'),
    ];
    const passed = flow(nodes, 's order p', 'p yes q', 'q no k', 'k order b');
    expect(typesOfOutput(passed, types, 'q', 'no')).toEqual(['Order']);
    expect(texts(passed)).toEqual([]);
    const met = { ...passed, wires: [...passed.wires, wire('k order p')] };
    expect(typesOfOutput(met, types, 'q', 'no')).toEqual(['Any']);
    expect(texts(met)).toEqual([
      'warning: "Node q" may send anything, but "Node k" takes Order: what is not one fails there.',
    ]);
  });

  test('of passing nodes in a ring has no end of types, and still an answer', () => {
    const ring = flow([node('p', 'pass'), node('q', 'pass')], 'p yes q', 'q yes p');
    expect(typesOfOutput(ring, types, 'p', 'yes')).toEqual(['Any']);
  });
});

describe('settings', () => {
  const set = (config: Record<string, unknown>) =>
    flow([node('s', 'start'), node('n', 'set', { config: { shop: 'shop-1', ...config } })], 's order n');
  const shops = [
    { id: 'shop-1', kind: 'channel', type: 'shopify' },
    { id: 'hook-1', kind: 'service', type: 'webhook' },
    { id: 'sms-1', kind: 'service', type: 'twilio' },
  ] as const;

  test.each([
    [{ many: 0 }, 'How many must be from 1 to 9.'],
    [{ many: 1.5 }, 'How many must be a whole number.'],
    [{ many: 'two' }, 'How many must be a whole number.'],
    [{ word: '' }, 'Word must not be empty.'],
    [{ word: 'abcd' }, 'Word must have at most 3 characters.'],
    [{ kind: 'z' }, 'Kind must be one of: Ex, Why.'],
    [{ shop: '' }, 'Shop is missing: choose a shop.'],
    [{ shop: 'shop-9' }, 'Shop names a connection that is gone; choose another one.'],
    [{ shop: 'hook-1' }, 'Shop names a connection of the wrong kind; choose another one.'],
    [{ typo: 1 }, 'typo is a setting that this node does not have.'],
  ])('%j: %s', (config, text) => {
    expect(texts(set(config), shops)).toEqual([`error: "Node n": ${text}`]);
  });

  test('that do not count with the others as they are, are not looked at', () => {
    const when = {
      type: 'string',
      title: 'Word',
      maxLength: 1,
      needed: 'say',
      default: '',
      when: { how: ['a'] },
    } as const;
    const type = described('timed', port('in', 'Any'), [], {
      settings: { type: 'object', properties: { how: { type: 'string', default: 'b' }, word: when } },
    });
    const all = { types: new Map([...types, ['timed', type] as const]), connections: null };
    const timed = (config: Record<string, unknown>) =>
      checkFlow(flow([node('s', 'start'), node('n', 'timed', { config })], 's order n'), all).map(
        ({ text }) => text,
      );
    expect(timed({ word: 'long' })).toEqual([]);
    expect(timed({ how: 'a', word: 'long' })).toEqual(['"Node n": Word must have at most 1 characters.']);
    expect(timed({ how: 'a' })).toEqual(['"Node n": Word is missing: say.']);
  });

  test('take only connections of a type that is named', () => {
    const by = { type: 'string', title: 'By', connection: 'service', connectionTypes: ['twilio'] } as const;
    const type = described('text', port('in', 'Any'), [], {
      settings: { type: 'object', properties: { by } },
    });
    const all = { types: new Map([...types, ['text', type] as const]), connections: shops };
    const by1 = (id: string) =>
      checkFlow(flow([node('s', 'start'), node('n', 'text', { config: { by: id } })], 's order n'), all);
    expect(by1('sms-1')).toEqual([]);
    expect(by1('hook-1')).toMatchObject([
      { text: '"Node n": By names a connection of the wrong kind; choose another one.' },
    ]);
  });

  test('that are right have no problem, and defaults stand for what is absent', () => {
    expect(texts(set({ many: 9, word: 'abc', kind: 'y' }), shops)).toEqual([]);
    expect(texts(set({ shop: 'any' }), null)).toEqual([]);
    expect(defaultSettings(types.get('set')!)).toEqual({ many: 3, word: 'a', kind: 'x', shop: '' });
  });
});

test('a join of parts wants something before it that splits', () => {
  const all = new Map([
    ...types,
    ['split', described('split', port('in', 'Any'), [port('one', 'Any')], { splits: true })] as const,
    [
      'gather',
      described('gather', port('in', 'Any'), [], {
        joinsParts: { setting: 'by', value: 'parts' },
        settings: { type: 'object', properties: { by: { type: 'string', default: 'parts' } } },
      }),
    ] as const,
  ]);
  const joined = (by: string | undefined, ...wires: string[]) => {
    const nodes = [
      node('s', 'start'),
      node('x', 'split'),
      node('l', 'loose'),
      node('g', 'gather', { config: by ? { by } : {} }),
    ];
    return checkFlow(flow(nodes, ...wires), { types: all, connections: null })
      .filter(({ nodeId }) => nodeId === 'g')
      .map(({ text }) => text);
  };
  const through = ['s order x', 'x one l', 'l out g'];
  expect(joined(undefined, ...through)).toEqual([]);
  const past = ['s order x', 's order l', 'l out g'];
  expect(joined(undefined, ...past)).toEqual([expect.stringContaining('nothing before it splits')]);
  expect(joined('count', ...past)).toEqual([]);
});

describe('calls', () => {
  const called = described('call', port('in', 'Any'), [], {
    settings: { type: 'object', properties: { to: { type: 'string', title: 'Flow', flow: true } } },
  });
  const all = new Map([...types, ['call', called] as const]);
  const calling = (to: string) =>
    flow([node('s', 'start'), node('c', 'call', { config: { to } })], 's order c');
  const fact = (id: string, isCallable: boolean, ...calls: string[]) => ({ id, name: id, isCallable, calls });
  const flows = {
    self: 'me',
    flows: [
      fact('a', true, 'b'),
      fact('b', true, 'a', 'c'),
      fact('c', true),
      fact('d', false),
      fact('e', true, 'f'),
      fact('f', true, 'x', 'me'),
    ],
  };
  test.each([
    ['a', null],
    ['', null],
    ['gone', 'The flow that it calls is gone; choose another one.'],
    ['me', 'A flow can’t call itself.'],
    ['d', '"d" takes no calls: put the trigger "When another flow calls" into it, and deploy it.'],
    ['e', 'The calls would go round for ever: "e" calls "f" calls this flow again.'],
  ])('of %j: %s', (to, said) => {
    expect(checkFlow(calling(to), { types: all, connections: null, flows })).toEqual(
      said === null ? [] : [{ nodeId: 'c', field: 'to', severity: 'error', text: `"Node c": ${said}` }],
    );
  });
});

describe('the whole of a flow', () => {
  test('has no node that nothing leads to, and no type that is not installed', () => {
    expect(texts(flow([node('k', 'keep'), node('x', 'gone')]))).toEqual([
      'error: "Node x" is of the type "gone", which is not installed.',
      'error: Nothing leads to "Node k": wire it to a trigger, or remove it.',
    ]);
  });

  test('goes round for ever nowhere, but may where a message can end', () => {
    const nodes = [node('s', 'start'), node('a', 'again'), node('c', 'again'), node('p', 'pass')];
    expect(texts(flow(nodes.slice(0, 3), 's order a', 'a order c', 'c order a'))).toEqual([
      expect.stringContaining('stands in a loop without an end'),
    ]);
    expect(texts(flow(nodes, 's order a', 'a order c', 'c order p', 'p yes a'))).toEqual([]);
  });

  test('waits nowhere without a limit', () => {
    const join = (seconds?: number) =>
      flow(
        [node('s', 'start'), node('j', 'join', { config: seconds === undefined ? {} : { seconds } })],
        's order j',
      );
    for (const without of [join(), join(0)])
      expect(texts(without)).toEqual([expect.stringContaining('would wait for ever')]);
    expect(texts(join(5))).toEqual([]);
  });

  test('may have unfinished nodes that are switched off; what only they lead to is told of', () => {
    const graph = flow(
      [
        node('s', 'start'),
        node('k', 'keep', { disabled: true }),
        node('b', 'book'),
        node('lost', 'set', { disabled: true }),
      ],
      's order k',
      'k order b',
    );
    expect(texts(graph).map((text) => text.split(':')[0])).toEqual(['warning', 'warning', 'warning']);
    expect(runningPart(graph)).toEqual({ nodes: [graph.nodes[0], graph.nodes[2]], wires: [] });
  });

  test('with two nodes of one id is refused, and a trigger that nobody hears is told of', () => {
    expect(texts(flow([node('s', 'start'), node('s', 'start')]))).toEqual([
      'error: Two nodes have the id "s"; rename "Node s".',
      ...Array(2).fill('warning: Nothing happens with what "Node s" sends: wire it on.'),
    ]);
  });

  test('of a thousand nodes is checked in a blink', () => {
    const nodes = [node('s', 'start'), ...Array.from({ length: 999 }, (_, i) => node(`n${i}`, 'again'))];
    const wires = nodes.slice(1).map(({ id }, i) => `${nodes[i]!.id} order ${id}`);
    const began = performance.now();
    expect(texts(flow(nodes, ...wires))).toEqual([]);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe('two states of a flow', () => {
  const changed: Graph = {
    nodes: [
      { ...straight.nodes[0]!, name: 'Sales', config: { a: 1 } },
      straight.nodes[1]!,
      node('new', 'tell'),
      { ...straight.nodes[3]!, disabled: true },
    ],
    wires: [wire('s order k'), wire('k order new')],
  };

  test('are compared: nodes, settings, wires', () => {
    const { nodes, wires, same } = compareFlows(straight, changed);
    expect(nodes.map(({ nodeId, kind, fields }) => [nodeId, kind, fields.map(({ field }) => field)])).toEqual(
      [
        ['s', 'changed', ['name', 'a']],
        ['new', 'added', []],
        ['t', 'changed', ['disabled']],
        ['b', 'removed', []],
      ],
    );
    expect(wires.map(({ id, kind, from, to }) => [id, kind, from, to])).toEqual([
      ['k:order:new', 'added', 'Node k', 'Node new'],
      ['k:order:b', 'removed', 'Node k', 'Node b'],
      ['b:level:t', 'removed', 'Node b', 'Node t'],
    ]);
    expect(same).toBe(false);
  });

  test('that differ in places alone run the same', () => {
    const moved = { ...straight, nodes: straight.nodes.map((one) => ({ ...one, x: one.x + 8 })) };
    expect(compareFlows(straight, moved)).toEqual({ nodes: [], wires: [], looksOnly: true, same: false });
    expect(compareFlows(straight, structuredClone(straight)).same).toBe(true);
  });
});

describe('the work of two', () => {
  const named = (graph: Graph, id: string, name: string): Graph => ({
    ...graph,
    nodes: graph.nodes.map((one) => (one.id === id ? { ...one, name } : one)),
  });

  test('becomes one, node by node', () => {
    const mine = named(straight, 's', 'Mine');
    const theirs = {
      ...named(straight, 'k', 'Theirs'),
      nodes: [...named(straight, 'k', 'Theirs').nodes, node('z', 'tell')],
    };
    const { graph, clashes } = mergeFlows(straight, mine, theirs);
    expect(graph.nodes.map(({ name }) => name)).toEqual(['Mine', 'Theirs', 'Node b', 'Node t', 'Node z']);
    expect(clashes).toEqual([]);
  });

  test('that met in one node stays as mine, and is told of', () => {
    const { graph, clashes } = mergeFlows(
      straight,
      named(straight, 's', 'Mine'),
      named(straight, 's', 'Theirs'),
    );
    expect(graph.nodes[0]?.name).toBe('Mine');
    expect(clashes).toEqual(['Mine']);
  });

  test('loses no change to the other’s removal, and leaves no wire without an end', () => {
    const without: Graph = {
      nodes: straight.nodes.filter(({ id }) => id !== 'b'),
      wires: [wire('s order k')],
    };
    expect(
      mergeFlows(straight, named(straight, 'b', 'Changed'), without).graph.nodes.map(({ id }) => id),
    ).toContain('b');
    const wired = {
      ...straight,
      wires: [...straight.wires, wire('b level b2')],
      nodes: [...straight.nodes, node('b2', 'tell')],
    };
    const merged = mergeFlows(straight, wired, without).graph;
    expect(merged.wires.map(({ from, to }) => `${from} ${to}`)).toEqual(['s k']);
  });

  const some = fc.record({
    keep: fc.boolean(),
    name: fc.constantFrom('p', 'q', 'r'),
    x: fc.integer({ min: 0, max: 3 }),
  });
  const any = fc.tuple(some, some, some, some).map(
    (parts): Graph => ({
      nodes: parts.flatMap(({ keep, name, x }, i) => (keep ? [node(`n${i}`, 'tell', { name, x })] : [])),
      wires: [],
    }),
  );

  test('with what did not change is the change, and with itself is itself, whatever it was', () => {
    fc.assert(
      fc.property(any, any, (base, changed) => {
        const sorted = (graph: Graph) => [...graph.nodes].sort((a, b) => a.id.localeCompare(b.id));
        expect(sorted(mergeFlows(base, base, changed).graph)).toEqual(sorted(changed));
        expect(sorted(mergeFlows(base, changed, base).graph)).toEqual(sorted(changed));
        expect(sorted(mergeFlows(base, changed, changed).graph)).toEqual(sorted(changed));
      }),
    );
  });

  test('is compared as JSON: order and absence are nothing', () => {
    expect(sameJson({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1, d: undefined })).toBe(true);
    expect(sameJson([1, 2], [2, 1])).toBe(false);
    expect(sameJson({ a: [] }, { a: {} })).toBe(false);
  });
});
