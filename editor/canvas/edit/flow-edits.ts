/** Every change that a person can make to a flow, as pure functions: from one state to the next. */
import type { Graph, GraphNode, Note, Wire } from '#runtime/flow/flow.ts';
import { defaultSettings, type NodeDescription } from '#runtime/flow/node-description.ts';
import { wireIdOf } from '#runtime/flow/wire-id.ts';
import { cardHeightMax, cardWidth } from '../flow-shape.ts';
import type { Place } from '../layout.ts';
import { newId } from './new-id.ts';

const GRID = 8;
const NOTE = { width: 240, height: 96 } as const;

/** The nearest point of the grid. */
export const snap = ({ x, y }: Place): Place => ({
  x: Math.round(x / GRID) * GRID,
  y: Math.round(y / GRID) * GRID,
});

/** A new node with its defaults, at a place that is free. */
export function addNode(
  graph: Graph,
  type: NodeDescription,
  at: Place,
): { readonly graph: Graph; readonly id: string } {
  const id = newId(type.type);
  const node: GraphNode = {
    id,
    type: type.type,
    name: freeName(graph, type.title),
    config: defaultSettings(type),
    ...freePlace(graph, snap(at)),
  };
  return { graph: { ...graph, nodes: [...graph.nodes, node] }, id };
}

/** "Alert", "Alert 2", "Alert 3". */
function freeName({ nodes }: Graph, title: string): string {
  const taken = new Set(nodes.map(({ name }) => name));
  for (let number = 1; number <= nodes.length + 1; number += 1) {
    const name = number === 1 ? title : `${title} ${number}`;
    if (!taken.has(name)) return name;
  }
  return title;
}

/** Down from there until no card is in the way. */
function freePlace({ nodes }: Graph, { x, y }: Place): Place {
  const covers = (place: number) =>
    nodes.some((node) => Math.abs(node.x - x) < cardWidth && Math.abs(node.y - place) < cardHeightMax);
  let free = y;
  while (covers(free)) free += cardHeightMax + 2 * GRID;
  return { x, y: free };
}

/** Draws a wire. One that is there already stays the only one. */
export function connect(graph: Graph, wire: Wire): Graph {
  const id = wireIdOf(wire);
  if (graph.wires.some((one) => wireIdOf(one) === id)) return graph;
  const { from, output, to } = wire;
  return { ...graph, wires: [...graph.wires, { from, output, to }] };
}

/** Removes wires by id. */
export function disconnect(graph: Graph, ids: ReadonlySet<string>): Graph {
  return { ...graph, wires: graph.wires.filter((wire) => !ids.has(wireIdOf(wire))) };
}

/** Changes one node. */
export function changeNode(
  graph: Graph,
  id: string,
  change: Partial<Pick<GraphNode, 'name' | 'config' | 'disabled'>>,
): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => (node.id === id ? { ...node, ...change } : node)),
  };
}

/** Sets one setting of a node; undefined takes it out. */
export function setSetting(graph: Graph, id: string, field: string, value: unknown): Graph {
  const node = graph.nodes.find((one) => one.id === id);
  if (!node) return graph;
  const config = { ...node.config, [field]: value };
  if (value === undefined) delete config[field];
  return changeNode(graph, id, { config });
}

/** Removes nodes and notes with every wire at them. What stood around them is closed by nobody: wires are not guessed. */
export function remove(graph: Graph, ids: ReadonlySet<string>): Graph {
  const { notes = [], groups = [] } = graph;
  return {
    ...graph,
    nodes: graph.nodes.filter(({ id }) => !ids.has(id)),
    wires: graph.wires.filter(({ from, to }) => !ids.has(from) && !ids.has(to)),
    notes: notes.filter(({ id }) => !ids.has(id)),
    groups: groups
      .map((group) => ({ ...group, nodes: group.nodes.filter((id) => !ids.has(id)) }))
      .filter((group) => group.nodes.length > 0 && !ids.has(group.id)),
  };
}

/** Switches nodes off, or on when all of them are off. */
export function toggleNodes(graph: Graph, ids: ReadonlySet<string>): Graph {
  const off = graph.nodes.filter(({ id }) => ids.has(id)).every(({ disabled }) => disabled);
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      if (!ids.has(node.id)) return node;
      const { disabled: _, ...on } = node;
      return off ? on : { ...on, disabled: true };
    }),
  };
}

/** Puts nodes and notes where a person dragged them. */
export function move(graph: Graph, places: ReadonlyMap<string, Place>): Graph {
  const { notes } = graph;
  const moved = <Item extends Place & { readonly id: string }>(item: Item): Item => {
    const place = places.get(item.id);
    return place ? { ...item, x: Math.round(place.x), y: Math.round(place.y) } : item;
  };
  return { ...graph, nodes: graph.nodes.map(moved), ...(notes && { notes: notes.map(moved) }) };
}

/** A new, empty note. */
export function addNote(graph: Graph, at: Place): { readonly graph: Graph; readonly id: string } {
  const note: Note = { id: newId('note'), text: '', ...snap(at), ...NOTE };
  return { graph: { ...graph, notes: [...(graph.notes ?? []), note] }, id: note.id };
}

/** Changes a note's text or size. */
export function changeNote(
  graph: Graph,
  id: string,
  change: Partial<Pick<Note, 'text' | 'width' | 'height' | 'x' | 'y'>>,
): Graph {
  return {
    ...graph,
    notes: (graph.notes ?? []).map((note) => (note.id === id ? { ...note, ...change } : note)),
  };
}

/** Puts a frame around nodes; a node is in one frame at most. */
export function group(graph: Graph, ids: readonly string[], name: string): Graph {
  const members = graph.nodes.filter(({ id }) => ids.includes(id)).map(({ id }) => id);
  if (members.length === 0) return graph;
  const others = ungroup(graph, members).groups ?? [];
  return { ...graph, groups: [...others, { id: newId('group'), name, nodes: members }] };
}

/** Takes nodes out of their frames; an empty frame goes. */
export function ungroup(graph: Graph, ids: readonly string[]): Graph {
  const groups = (graph.groups ?? [])
    .map((one) => ({ ...one, nodes: one.nodes.filter((id) => !ids.includes(id)) }))
    .filter(({ nodes }) => nodes.length > 0);
  return { ...graph, groups };
}

/** Names a frame. */
export function nameGroup(graph: Graph, id: string, name: string): Graph {
  return { ...graph, groups: (graph.groups ?? []).map((one) => (one.id === id ? { ...one, name } : one)) };
}

/** Adds what was pasted or imported, moved so that its upper left corner stands at `at`. */
export function insert(graph: Graph, part: Graph, at: Place): Graph {
  const placed = [...part.nodes, ...(part.notes ?? [])];
  const left = Math.min(...placed.map(({ x }) => x));
  const top = Math.min(...placed.map(({ y }) => y));
  const { x, y } = snap({ x: at.x - left, y: at.y - top });
  const moved = <Item extends Place>(item: Item): Item => ({ ...item, x: item.x + x, y: item.y + y });
  return {
    ...graph,
    nodes: [...graph.nodes, ...part.nodes.map(moved)],
    wires: [...graph.wires, ...part.wires],
    notes: [...(graph.notes ?? []), ...(part.notes ?? []).map(moved)],
    groups: [...(graph.groups ?? []), ...(part.groups ?? [])],
  };
}
