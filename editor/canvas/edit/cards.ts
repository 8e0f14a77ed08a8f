/** From the flow to what React Flow draws. Cards that did not change stay the same objects, so they are not drawn again. */
import { type Edge, type Node, type NodeHandle, Position } from '@xyflow/react';
import type { Graph, GraphNode, Group, Note } from '#runtime/flow/flow.ts';
import type { FlowProblem } from '#runtime/flow/flow-problem.ts';
import type { NodeDescription, NodeDescriptions } from '#runtime/flow/node-description.ts';
import { typesOfOutput } from '#runtime/flow/port-of-wire.ts';
import { wireIdOf } from '#runtime/flow/wire-id.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import type { ActivityView } from '../flow-shape.ts';
import { boundsOf, cardHeight, cardWidth } from '../flow-shape.ts';
import { cardStatus } from './card-status.ts';

export interface CardData extends Record<string, unknown> {
  readonly node: GraphNode;
  readonly type: NodeDescription | undefined;
  readonly summary: string;
  readonly activity: ActivityView | undefined;
  readonly problems: readonly FlowProblem[];
  /** Differs from what runs. */
  readonly changed: boolean;
  readonly paused: boolean;
  /** What its outputs send, by name: of nodes that pass on what they take this depends on the flow. */
  readonly sends: Readonly<Record<string, string>>;
}
export type CardNode = Node<CardData, 'card'>;
export type NoteNode = Node<{ readonly note: Note }, 'note'>;
export type FrameNode = Node<{ readonly group: Group; readonly members: number }, 'frame'>;
export type CanvasNode = CardNode | NoteNode | FrameNode;
export type CanvasWire = Edge<
  { readonly type: string; readonly counted: number; readonly bad: boolean },
  'wire'
>;

export interface CardFacts {
  readonly types: NodeDescriptions;
  readonly summaries: Readonly<Record<string, string>>;
  readonly activity: Readonly<Record<string, ActivityView>>;
  readonly problems: ReadonlyMap<string, readonly FlowProblem[]>;
  readonly changed: ReadonlySet<string>;
  readonly paused: boolean;
}

const NONE: readonly FlowProblem[] = [];
const FRAME_PADDING = 24;
const FRAME_HEAD = 32;

/** Cards, notes and frames, in reading order, which is also the order of the Tab key. */
export function canvasNodes(
  graph: Graph,
  facts: CardFacts,
  known: ReadonlyMap<string, CanvasNode>,
): CanvasNode[] {
  const cards = graph.nodes.map((node) => cardOf(graph, node, facts, known.get(node.id)));
  cards.sort((a, b) => a.position.x - b.position.x || a.position.y - b.position.y);
  const notes = (graph.notes ?? []).map((note) => noteOf(note, known.get(note.id)));
  const frames = (graph.groups ?? []).flatMap((group) => frameOf(group, graph.nodes));
  return [...frames, ...notes, ...cards];
}

function cardOf(graph: Graph, node: GraphNode, facts: CardFacts, known: CanvasNode | undefined): CardNode {
  const { types, summaries, activity, problems, changed, paused } = facts;
  const type = types.get(node.type);
  const data: CardData = {
    node,
    type,
    summary: summaries[node.id] ?? type?.summary ?? words.notInstalled,
    activity: activity[node.id],
    problems: problems.get(node.id) ?? NONE,
    changed: changed.has(node.id),
    paused,
    sends: sendsOf(graph, types, node, type),
  };
  const { x, y } = node;
  if (
    known?.type === 'card' &&
    known.position.x === x &&
    known.position.y === y &&
    sameData(known.data, data)
  )
    return known;
  const size = { width: cardWidth, height: cardHeight(cardStatus(data) !== null) };
  return {
    id: node.id,
    type: 'card',
    position: { x, y },
    ...size,
    measured: size,
    // Known without measuring: a large flow opens in half the time.
    handles: handlesOf(type, size.height),
    ariaRole: 'button',
    domAttributes: { 'aria-roledescription': undefined },
    data,
  };
}

/** A port is a square on the edge of its card: canvas.css says how large, card-ports.tsx where. */
const PORT = 16;

function handlesOf(type: NodeDescription | undefined, height: number): NodeHandle[] {
  const square = { width: PORT, height: PORT };
  const outputs = (type?.outputs ?? []).map(
    ({ name }, index, all): NodeHandle => ({
      id: name,
      type: 'source',
      position: Position.Right,
      x: cardWidth - PORT / 2,
      y: ((index + 1) / (all.length + 1)) * height - PORT / 2,
      ...square,
    }),
  );
  if (type && !type.input) return outputs;
  const x = -PORT / 2;
  const y = height / 2 - PORT / 2;
  return [{ id: 'in', type: 'target', position: Position.Left, x, y, ...square }, ...outputs];
}

function sendsOf(
  graph: Graph,
  types: NodeDescriptions,
  { id }: GraphNode,
  type: NodeDescription | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (type?.outputs ?? []).map(({ name }) => [name, typesOfOutput(graph, types, id, name)?.[0] ?? 'Any']),
  );
}

function sameData(a: CardData, b: CardData): boolean {
  return (
    a.node === b.node &&
    a.type === b.type &&
    a.summary === b.summary &&
    a.activity?.done === b.activity?.done &&
    a.activity?.failed === b.activity?.failed &&
    a.activity?.dropped === b.activity?.dropped &&
    a.activity?.p95Ms === b.activity?.p95Ms &&
    a.changed === b.changed &&
    a.paused === b.paused &&
    a.problems.length === b.problems.length &&
    a.problems.every(({ text }, index) => text === b.problems[index]?.text) &&
    Object.entries(a.sends).every(([name, sent]) => b.sends[name] === sent)
  );
}

function noteOf(note: Note, known: CanvasNode | undefined): NoteNode {
  if (known?.type === 'note' && known.data.note === note) return known;
  const { id, x, y, width, height } = note;
  const size = { width, height };
  return {
    id,
    type: 'note',
    position: { x, y },
    ...size,
    measured: size,
    data: { note },
  };
}

function frameOf(group: Group, nodes: readonly GraphNode[]): FrameNode[] {
  const members = nodes.filter(({ id }) => group.nodes.includes(id));
  if (members.length === 0) return [];
  const { left, top, width, height } = boundsOf(members);
  const size = { width: width + 2 * FRAME_PADDING, height: height + 2 * FRAME_PADDING + FRAME_HEAD };
  return [
    {
      id: `frame:${group.id}`,
      type: 'frame',
      position: { x: left - FRAME_PADDING, y: top - FRAME_PADDING - FRAME_HEAD },
      ...size,
      measured: size,
      draggable: false,
      selectable: false,
      focusable: false,
      zIndex: -1,
      style: { pointerEvents: 'none' },
      data: { group, members: members.length },
    },
  ];
}

/** The wires, not counted yet. One that ends nowhere is left out; one that does not fit is drawn as such. */
export function canvasWires(
  graph: Graph,
  types: NodeDescriptions,
  bad: (wire: Graph['wires'][number]) => boolean,
): CanvasWire[] {
  const names = new Map(graph.nodes.map(({ id, name }) => [id, name]));
  return graph.wires.flatMap((wire): CanvasWire[] => {
    const [from, to] = [names.get(wire.from), names.get(wire.to)];
    if (from === undefined || to === undefined) return [];
    const id = wireIdOf(wire);
    const type = typesOfOutput(graph, types, wire.from, wire.output)?.[0] ?? 'Any';
    return [
      {
        id,
        type: 'wire',
        source: wire.from,
        sourceHandle: wire.output,
        target: wire.to,
        targetHandle: 'in',
        focusable: false,
        ariaLabel: `${type}, ${from} → ${to}`,
        data: { type, counted: 0, bad: bad(wire) },
      },
    ];
  });
}

/** The wires with the last hour's counts; those of which nothing was counted stay the same objects. */
export function countedWires(
  wires: readonly CanvasWire[],
  counts: Readonly<Record<string, number>>,
): CanvasWire[] {
  return wires.map((wire) => {
    const counted = counts[wire.id] ?? 0;
    return wire.data && counted > 0 ? { ...wire, data: { ...wire.data, counted } } : wire;
  });
}
