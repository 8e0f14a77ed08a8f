import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Graph } from '#runtime/flow/flow.ts';
import { mergeFlows } from '#runtime/flow/merge-flows.ts';
import type { NodeDescription, NodeDescriptions } from '#runtime/flow/node-description.ts';
import { fromNodeRed, partOf, toNodeRed } from '#runtime/flow/node-red-json.ts';
import type { DraftView } from '#server/api/views.ts';
import { matching } from '../../ui/choice.ts';
import { isPressed } from '../../ui/pressed.ts';
import { addCounts } from '../counts.ts';
import { portLook } from '../port-looks.ts';
import { align } from './arrange.ts';
import { cardStatus } from './card-status.ts';
import { type CardData, canvasNodes, canvasWires, countedWires } from './cards.ts';
import {
  addNode,
  addNote,
  connect,
  disconnect,
  group,
  move,
  remove,
  setSetting,
  toggleNodes,
  ungroup,
} from './flow-edits.ts';
import { change, choose, openFlow, redo, renameFlow, takeMerged, undo, useFlow } from './flow-state.ts';
import { addAfter, insertOnWire, outputFor } from './insert-node.ts';
import { newId } from './new-id.ts';
import { outlineOrder } from './outline-order.ts';
import { tidyNodes } from './tidy-nodes.ts';

const port = (name: string, type: string, ...more: string[]) => ({ name, type, isA: [type, ...more] });
const described = (
  type: string,
  input: ReturnType<typeof port> | null,
  outputs: ReturnType<typeof port>[],
): NodeDescription => ({
  type,
  title: type,
  summary: `${type} does`,
  help: '',
  group: 'Stock',
  effect: 'none',
  trigger: input === null,
  input,
  outputs,
  settings: { type: 'object', properties: { many: { type: 'integer', default: 3 } } },
  address: false,
  splits: false,
  joinsParts: null,
  foreignCode: false,
  endsLoops: false,
  waitLimit: null,
});
const types: NodeDescriptions = new Map(
  [
    described('start', null, [port('order', 'Order')]),
    described('keep', port('in', 'Order'), [port('order', 'Kept', 'Order')]),
    described('book', port('in', 'Kept'), [port('levels', 'Level'), port('short', 'Short')]),
    described('tell', port('in', 'Level'), []),
  ].map((one) => [one.type, one]),
);
const of = (type: string) => types.get(type)!;
const empty: Graph = { nodes: [], wires: [] };
const chain = (): Graph => {
  const nodes = ['start', 'keep', 'book', 'tell'].map((type, index) => ({
    id: type,
    type,
    name: type,
    config: { many: 3 },
    x: index * 344,
    y: 0,
  }));
  const wires = [
    { from: 'start', output: 'order', to: 'keep' },
    { from: 'keep', output: 'order', to: 'book' },
    { from: 'book', output: 'levels', to: 'tell' },
  ];
  return { nodes, wires };
};

describe('changes of a flow', () => {
  test('a new node has its defaults, a free name and a free place on the grid', () => {
    const one = addNode(empty, of('keep'), { x: 3, y: 5 });
    const two = addNode(one.graph, of('keep'), { x: 10, y: 9 });
    expect(one.graph.nodes[0]).toMatchObject({ name: 'keep', config: { many: 3 }, x: 0, y: 8 });
    expect(two.graph.nodes[1]).toMatchObject({ name: 'keep 2', x: 8 });
    expect(two.graph.nodes[1]!.y).toBeGreaterThanOrEqual(8 + 88);
    expect(empty.nodes).toEqual([]);
    expect(newId('A strange / Type')).toMatch(/^a-strange-type-[a-z0-9]{6}$/);
    expect(newId('x'.repeat(90)).length).toBeLessThanOrEqual(40);
  });

  test('wires are drawn once, and go with their nodes', () => {
    const wire = { from: 'start', output: 'order', to: 'keep' };
    expect(connect(chain(), wire).wires).toHaveLength(3);
    expect(disconnect(chain(), new Set(['start:order:keep'])).wires).toHaveLength(2);
    const gone = remove(group(chain(), ['keep', 'book'], 'g'), new Set(['keep']));
    expect(gone.wires.map(({ from }) => from)).toEqual(['book']);
    expect(gone.groups).toMatchObject([{ nodes: ['book'] }]);
    expect(remove(gone, new Set(['book'])).groups).toEqual([]);
  });

  test('switching off many switches all off first, then all on', () => {
    const ids = new Set(['start', 'keep']);
    const off = toggleNodes(toggleNodes(chain(), new Set(['keep'])), ids);
    expect(off.nodes.map(({ disabled }) => disabled === true)).toEqual([true, true, false, false]);
    expect(toggleNodes(off, ids)).toEqual(chain());
  });

  test('a setting is set and taken out; a node that is gone changes nothing', () => {
    expect(setSetting(chain(), 'keep', 'many', 5).nodes[1]!.config).toEqual({ many: 5 });
    expect(setSetting(chain(), 'keep', 'many', undefined).nodes[1]!.config).toEqual({});
    expect(setSetting(chain(), 'gone', 'many', 5)).toEqual(chain());
  });

  test('a node is wired to the chosen one by the output that fits and that nothing hears yet', () => {
    expect(outputFor(chain(), types, 'book', of('tell'))).toBe('levels');
    expect(outputFor(chain(), types, 'book', of('keep'))).toBeNull();
    const added = addAfter(
      chain(),
      types,
      of('tell'),
      { nodeId: 'start', output: 'order' },
      { x: 0, y: 200 },
    );
    expect(added.graph.wires).toHaveLength(3);
  });

  test('a node put on a wire is wired on both sides where it fits, and makes room', () => {
    const between = { ...chain(), wires: [{ from: 'start', output: 'order', to: 'book' }] };
    const { graph, id } = insertOnWire(between, types, between.wires[0]!, of('keep'));
    expect(graph.wires.map(({ from, to }) => [from, to])).toEqual([
      ['start', id],
      [id, 'book'],
    ]);
    const at = graph.nodes.find((node) => node.id === id)!;
    expect(graph.nodes.filter(({ x, y, id: other }) => other !== id && x === at.x && y === at.y)).toEqual([]);
  });

  test('cards are aligned, spread and tidied without one over the other', () => {
    const messy = move(
      chain(),
      new Map([
        ['keep', { x: 21, y: 300 }],
        ['book', { x: 20, y: 310 }],
      ]),
    );
    const ids = messy.nodes.map(({ id }) => id);
    expect(new Set(align(messy, ids, 'top').nodes.map(({ y }) => y))).toEqual(new Set([0]));
    expect(new Set(align(messy, ids, 'left').nodes.map(({ x }) => x))).toEqual(new Set([0]));
    const rows = align(messy, ids, 'rows')
      .nodes.map(({ y }) => y)
      .sort((a, b) => a - b);
    const gaps = rows.slice(1).map((y, index) => y - rows[index]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(88);
    const tidied = tidyNodes(messy, []).nodes;
    expect(tidied.map(({ x }) => x)).toEqual([...tidied.map(({ x }) => x)].sort((a, b) => a - b));
    expect(tidyNodes(messy, ['keep', 'book']).nodes[0]).toEqual(messy.nodes[0]);
  });

  test('frames hold a node at most once, and can be taken away', () => {
    const twice = group(group(chain(), ['start', 'keep'], 'one'), ['keep', 'book'], 'two');
    expect(twice.groups?.map(({ name, nodes }) => [name, nodes])).toEqual([
      ['one', ['start']],
      ['two', ['keep', 'book']],
    ]);
    expect(ungroup(twice, ['start', 'keep', 'book']).groups).toEqual([]);
    expect(group(chain(), ['nobody'], 'x')).toEqual(chain());
  });
});

describe('Node-RED’s JSON', () => {
  const read = (text: string) => fromNodeRed(text, types, newId);

  test('brings back what was copied, with new ids, notes, frames and what is off', () => {
    const whole = group(
      toggleNodes(addNote(chain(), { x: 8, y: 80 }).graph, new Set(['tell'])),
      ['keep', 'book'],
      'Middle',
    );
    const back = read(JSON.stringify(toNodeRed(whole, types)))!;
    expect(
      back.nodes.map(({ name, type, config, x, disabled }) => [name, type, config, x, disabled]),
    ).toEqual(whole.nodes.map(({ name, type, config, x, disabled }) => [name, type, config, x, disabled]));
    const names = new Map(back.nodes.map(({ id, name }) => [id, name]));
    expect(back.wires.map(({ from, output, to }) => [names.get(from), output, names.get(to)])).toEqual(
      whole.wires.map(({ from, output, to }) => [from, output, to]),
    );
    expect(back.groups?.[0]?.nodes.map((id) => names.get(id))).toEqual(['keep', 'book']);
    expect(back.notes).toHaveLength(1);
    expect(back.nodes.some(({ id }) => whole.nodes.some((node) => node.id === id))).toBe(false);
  });

  test('of a part has only the wires within', () => {
    expect(partOf(chain(), new Set(['keep', 'book'])).wires).toEqual([
      { from: 'keep', output: 'order', to: 'book' },
    ]);
  });

  test('of a Node-RED comes with its unknown nodes marked by their type, wired, and goes back as it came', () => {
    const foreign = [
      { id: 't', type: 'tab', label: 'Flow 1' },
      { id: 'a', type: 'inject', z: 't', name: '', repeat: '5', x: 100, y: 80, wires: [['b']] },
      {
        id: 'b',
        type: 'keep',
        z: 't',
        name: 'Not ours',
        func: 'return msg;',
        outputs: 2,
        x: 300,
        y: 80,
        wires: [['c'], ['c', 'gone']],
      },
      { id: 'c', type: 'syncflow-tell', z: 't', name: 'Ours', config: { many: 9 }, x: 500, y: 80, wires: [] },
    ];
    const flow = read(JSON.stringify({ flows: foreign }))!;
    expect(flow.nodes.map(({ type, name, config }) => [type, name, config])).toEqual([
      ['inject', 'inject', { repeat: '5' }],
      ['keep', 'Not ours', { func: 'return msg;', outputs: 2 }],
      ['tell', 'Ours', { many: 9 }],
    ]);
    expect(flow.wires.map(({ output }) => output)).toEqual(['out-1', 'out-1', 'out-2']);
    const again = toNodeRed({ ...flow, nodes: flow.nodes.slice(0, 1) }, types)[0]!;
    expect(again).toMatchObject({ type: 'inject', repeat: '5', wires: [[flow.nodes[1]!.id]] });
  });

  test.each(['', 'no json', '{}', '[]', '[1, null, {"id": 3}]', '[{"id":"a","type":"tab"}]'])(
    '%j is no flow',
    (text) => {
      expect(read(text)).toBeNull();
    },
  );
});

describe('the open flow', () => {
  const draft = (graph: Graph, revision = 1): DraftView => ({
    id: 'p',
    name: 'Flow',
    graph: graph as DraftView['graph'],
    revision,
    version: 1,
    changed: false,
    deployed: { name: 'Flow', graph: graph as DraftView['graph'] },
    summaries: {},
    changedAt: null,
    changedBy: null,
  });
  const now = () => useFlow.getState();
  beforeEach(() => openFlow(draft(chain())));

  test('undoes and redoes without limit, and what is new ends what could be redone', () => {
    for (let x = 8; x <= 2_000; x += 8) change((graph) => move(graph, new Map([['start', { x, y: 0 }]])));
    expect(now().past).toHaveLength(250);
    for (let times = 0; times < 250; times += 1) undo();
    expect(now().graph).toEqual(chain());
    undo();
    redo();
    expect(now().graph.nodes[0]?.x).toBe(8);
    renameFlow('Other');
    redo();
    expect(now()).toMatchObject({ name: 'Other', future: [] });
    undo();
    expect(now().name).toBe('Flow');
  });

  test('takes what is typed in one field as one step, but not what is typed after a while', () => {
    const clock = jest.spyOn(Date, 'now').mockReturnValue(10_000);
    for (const text of ['a', 'ab', 'abc'])
      change((graph) => setSetting(graph, 'keep', 'word', text), 'setting:keep:word');
    clock.mockReturnValue(20_000);
    change((graph) => setSetting(graph, 'keep', 'word', 'abcd'), 'setting:keep:word');
    clock.mockRestore();
    expect(now().past).toHaveLength(2);
    undo();
    expect(now().graph.nodes[1]?.config.word).toBe('abc');
    undo();
    expect(now().graph).toEqual(chain());
  });

  test('is not changed by a change that changes nothing', () => {
    change((graph) => move(graph, new Map([['start', { x: 0, y: 0 }]])));
    expect(now()).toMatchObject({ past: [], save: 'saved' });
  });

  test('chooses nothing that is gone', () => {
    choose(['keep', 'book']);
    change((graph) => remove(graph, new Set(['keep'])));
    expect(now().chosen).toEqual(['book']);
  });

  test('takes up what somebody else saved as one step, and is saved when nothing of its own is left', () => {
    const theirs = draft(move(chain(), new Map([['tell', { x: 5_000, y: 0 }]])), 7);
    change((graph) => setSetting(graph, 'keep', 'many', 9));
    const { graph: mine, base } = now();
    takeMerged(mergeFlows(base.graph, mine, theirs.graph as Graph).graph, 'Flow', theirs);
    expect(now()).toMatchObject({ revision: 7, save: 'unsaved' });
    expect(now().graph.nodes.map(({ x, config }) => [x, config.many])).toEqual([
      [0, 3],
      [344, 9],
      [688, 3],
      [5_000, 3],
    ]);
    undo();
    expect(now().graph).toEqual(mine);
    openFlow(draft(chain()));
    takeMerged(theirs.graph as Graph, 'Flow', theirs);
    expect(now().save).toBe('saved');
  });
});

describe('what is drawn', () => {
  const facts = {
    types,
    summaries: {},
    activity: {},
    problems: new Map(),
    changed: new Set<string>(),
    paused: false,
  };

  test('keeps the very cards that did not change', () => {
    const known = new Map(canvasNodes(chain(), facts, new Map()).map((node) => [node.id, node]));
    const moved = canvasNodes(move(chain(), new Map([['tell', { x: 0, y: 800 }]])), { ...facts }, known);
    expect(moved.map((node) => [node.id, node.data === known.get(node.id)?.data || node.data])).toHaveLength(
      4,
    );
    const same = canvasNodes(useFlow.getState().graph, facts, new Map());
    const again = canvasNodes(useFlow.getState().graph, facts, new Map(same.map((node) => [node.id, node])));
    expect(again.every((node, index) => node === same[index])).toBe(true);
  });

  test('leaves out wires without an end, and marks those that do not fit', () => {
    const graph = { ...chain(), wires: [...chain().wires, { from: 'start', output: 'order', to: 'gone' }] };
    const judged = canvasWires(graph, types, ({ from }) => from === 'keep');
    const wires = countedWires(judged, { 'start:order:keep': 4 });
    expect(wires.map(({ id, data }) => [id, data?.type, data?.counted, data?.bad])).toEqual([
      ['start:order:keep', 'Order', 4, false],
      ['keep:order:book', 'Kept', 0, true],
      ['book:levels:tell', 'Level', 0, false],
    ]);
  });

  const card = (more: Partial<CardData>): CardData => ({
    node: chain().nodes[1]!,
    type: of('keep'),
    summary: '',
    activity: undefined,
    problems: [],
    changed: false,
    paused: false,
    sends: {},
    ...more,
  });
  const ran = { done: 5, failed: 0, dropped: 0, p95Ms: 1 };
  const wrong = { nodeId: 'keep', field: null, severity: 'error', text: 'x' } as const;

  test.each([
    [{}, null],
    [{ activity: ran }, '5 last hour'],
    [{ activity: ran, paused: true }, 'Paused'],
    [{ activity: ran, changed: true }, 'Changed'],
    [{ activity: ran, changed: true, problems: [wrong] }, '1 problem'],
    [{ activity: { ...ran, failed: 3 }, problems: [wrong] }, '3 failed'],
    [{ activity: { ...ran, failed: 3 }, node: { ...chain().nodes[1]!, disabled: true } }, 'Switched off'],
    [{ type: undefined, node: { ...chain().nodes[1]!, disabled: true } }, 'Not installed'],
  ])('has one mark on a card, the gravest: %j', (more, text) => {
    expect(cardStatus(card(more))?.text ?? null).toBe(text);
  });

  test('is said by the outline too, each node once below the one that leads to it', () => {
    const ring = { ...chain(), wires: [...chain().wires, { from: 'tell', output: 'x', to: 'keep' }] };
    expect(outlineOrder(ring).map(({ node, depth }) => [node.id, depth])).toEqual([
      ['start', 0],
      ['keep', 1],
      ['book', 2],
      ['tell', 3],
    ]);
  });

  test('tells types apart by shape or colour, and unknown ones get the look of any', () => {
    const names = [
      'Order',
      'OrderLine',
      'OrderChange',
      'StockChange',
      'StockLevel',
      'ShortLine',
      'Payment',
      'Message',
      'Row',
      'Event',
    ];
    expect(new Set(names.map((type) => Object.values(portLook(type)).join())).size).toBe(names.length);
    expect(portLook('constructor')).toBe(portLook('NeverHeardOf'));
  });

  test('adds live counts wire by wire', () => {
    expect(addCounts({ a: 1, b: 2 }, { b: 3, c: 4 })).toEqual({ a: 1, b: 5, c: 4 });
  });
});

describe('lists and keys', () => {
  const choices = [
    { id: '1', title: 'Tidy up', group: 'Arrange' },
    { id: '2', title: 'Alert', about: 'tidy words' },
    { id: '3', title: 'Tidy nothing', refused: 'does not fit' },
  ];

  test('a list shows what has every word; titles first, what does not fit last', () => {
    expect(matching(choices, 'TIDY').map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(matching(choices, 'ti arr').map(({ id }) => id)).toEqual(['1']);
    expect(matching(choices, '')).toEqual(choices);
  });

  test('keys are told apart by their modifiers; signs need none', () => {
    const press = (key: string, more: object = {}) => ({
      key,
      code: '',
      ctrlKey: false,
      metaKey: false,
      shiftKey: false,
      altKey: false,
      ...more,
    });
    expect(isPressed('Mod+Z', press('z', { ctrlKey: true }))).toBe(true);
    expect(isPressed('Mod+Z', press('z', { metaKey: true }))).toBe(true);
    expect(isPressed('Mod+Z', press('Z', { ctrlKey: true, shiftKey: true }))).toBe(false);
    expect(isPressed('Mod+Shift+Z', press('Z', { ctrlKey: true, shiftKey: true }))).toBe(true);
    expect(isPressed('?', press('?', { shiftKey: true }))).toBe(true);
    expect(isPressed('C', press('c'))).toBe(true);
    expect(isPressed('C', press('c', { ctrlKey: true }))).toBe(false);
    expect(isPressed('Alt+ArrowRight', press('ArrowRight', { altKey: true }))).toBe(true);
  });
});
