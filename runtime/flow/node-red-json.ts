/** Flows as Node-RED's own JSON: for the clipboard, for files, and for what comes from a Node-RED. */
import type { Graph, GraphNode, Note, Wire } from '../pipelines/graph.ts';
import type { NodeDescriptions } from './node-description.ts';

/** Our types carry this prefix in Node-RED. */
const PREFIX = 'syncflow-';
const NOTE_WIDTH = 240;
const NOTE_HEIGHT = 96;
const TEXT_CHARACTERS_MAX = 2_000;
const NAME_CHARACTERS_MAX = 80;
const TYPE_CHARACTERS_MAX = 64;

interface Entry {
  readonly id: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Only some nodes, with the wires between them. */
export function partOf({ nodes, wires, notes = [] }: Graph, ids: ReadonlySet<string>): Graph {
  return {
    nodes: nodes.filter(({ id }) => ids.has(id)),
    wires: wires.filter(({ from, to }) => ids.has(from) && ids.has(to)),
    notes: notes.filter(({ id }) => ids.has(id)),
  };
}

/** As Node-RED exports a flow: nodes with their wires by output, and comments. Without a tab, as its clipboard has it. */
export function toNodeRed(
  { nodes, wires, notes = [], groups = [] }: Graph,
  types: NodeDescriptions,
): Entry[] {
  const groupOf = new Map(groups.flatMap((group) => group.nodes.map((id) => [id, group.id])));
  return [
    ...nodes.map((node): Entry => {
      const outputs = outputsOf(node, wires, types);
      const group = groupOf.get(node.id);
      const known = types.has(node.type);
      return {
        id: node.id,
        type: known ? `${PREFIX}${node.type}` : node.type,
        name: node.name,
        x: node.x,
        y: node.y,
        wires: outputs.map((output) =>
          wires.filter(({ from, output: by }) => from === node.id && by === output).map(({ to }) => to),
        ),
        ...(known ? { config: node.config } : node.config),
        ...(node.disabled && { d: true }),
        ...(group && { g: group }),
      };
    }),
    ...notes.map(({ id, text, x, y }): Entry => {
      const [name = '', ...rest] = text.split('\n');
      return { id, type: 'comment', name, info: rest.join('\n'), x, y, wires: [] };
    }),
    ...groups.map(({ id, name, nodes: members }): Entry => ({ id, type: 'group', name, nodes: members })),
  ];
}

function outputsOf({ id, type }: GraphNode, wires: readonly Wire[], types: NodeDescriptions): string[] {
  const described = types.get(type);
  if (described) return described.outputs.map(({ name }) => name);
  const used = wires.filter(({ from }) => from === id).map(({ output }) => outputNumber(output));
  return Array.from({ length: Math.max(0, ...used) }, (_, index) => outputName(index));
}

/** Outputs of types that are not installed have numbers. */
const outputName = (index: number): string => `out-${index + 1}`;
const outputNumber = (output: string): number => Number(/^out-(\d{1,3})$/.exec(output)?.[1] ?? 1);

/**
 * Reads Node-RED's JSON. Nodes of types that are not installed come along, marked by their type; every id is new.
 * @param newId a new id for one of this type.
 * @returns null when the text is no flow at all.
 */
export function fromNodeRed(
  text: string,
  types: NodeDescriptions,
  newId: (type: string) => string,
): Graph | null {
  const entries = entriesOf(text);
  if (!entries) return null;
  const ids = new Map<string, string>();
  for (const { id, type } of entries) ids.set(id, newId(ownType(type)));
  const idOf = (id: unknown) => (typeof id === 'string' ? ids.get(id) : undefined);
  const placed = entries.filter((entry) => typeof entry.x === 'number' && typeof entry.y === 'number');
  const notes = placed
    .filter(({ type }) => type === 'comment')
    .map((entry) => noteOf(entry, idOf(entry.id) ?? ''));
  const drawn = placed.filter(({ type }) => type !== 'comment' && type !== 'group');
  const nodes = drawn.map((entry) => nodeOf(entry, idOf(entry.id) ?? '', types));
  const there = new Set(nodes.map(({ id }) => id));
  const wires = drawn
    .flatMap((entry) => wiresOf(entry, types, idOf))
    .filter(({ from, to }) => there.has(from) && there.has(to));
  const groups = entries
    .filter(({ type }) => type === 'group')
    .map(({ id, name, nodes: members }) => ({
      id: idOf(id) ?? '',
      name: textOf(name, NAME_CHARACTERS_MAX),
      nodes: (Array.isArray(members) ? members : []).flatMap((member) => {
        const known = idOf(member);
        return known && there.has(known) ? [known] : [];
      }),
    }))
    .filter((group) => group.nodes.length > 0);
  if (nodes.length + notes.length === 0) return null;
  return { nodes, wires, ...(notes.length > 0 && { notes }), ...(groups.length > 0 && { groups }) };
}

function entriesOf(text: string): Entry[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  const list = Array.isArray(parsed) ? parsed : (parsed as { flows?: unknown } | null)?.flows;
  if (!Array.isArray(list)) return null;
  return list.filter(
    (entry): entry is Entry =>
      typeof entry === 'object' &&
      entry !== null &&
      typeof entry.id === 'string' &&
      typeof entry.type === 'string',
  );
}

const ownType = (type: string): string => (type.startsWith(PREFIX) ? type.slice(PREFIX.length) : type);

function nodeOf(entry: Entry, id: string, types: NodeDescriptions): GraphNode {
  const type = ownType(entry.type).slice(0, TYPE_CHARACTERS_MAX);
  const { config } = entry;
  const own = types.has(type) && entry.type.startsWith(PREFIX);
  return {
    id,
    // A Node-RED node of the same name as one of ours is not ours.
    type: own ? type : entry.type.slice(0, TYPE_CHARACTERS_MAX),
    name: textOf(entry.name, NAME_CHARACTERS_MAX) || types.get(type)?.title || type,
    config:
      own && typeof config === 'object' && config !== null ? { ...config } : own ? {} : foreignConfig(entry),
    x: Math.round(Number(entry.x)),
    y: Math.round(Number(entry.y)),
    ...(entry.d === true && { disabled: true }),
  };
}

/** What Node-RED itself keeps of every node; the rest are its settings. */
const BY_NODE_RED = new Set(['id', 'type', 'z', 'g', 'd', 'name', 'x', 'y', 'wires']);

const foreignConfig = (entry: Entry): Record<string, unknown> =>
  Object.fromEntries(Object.entries(entry).filter(([field]) => !BY_NODE_RED.has(field)));

function noteOf({ name, info, x, y }: Entry, id: string): Note {
  const text = [textOf(name, TEXT_CHARACTERS_MAX), textOf(info, TEXT_CHARACTERS_MAX)]
    .filter(Boolean)
    .join('\n');
  return {
    id,
    text: text.slice(0, TEXT_CHARACTERS_MAX),
    x: Math.round(Number(x)),
    y: Math.round(Number(y)),
    width: NOTE_WIDTH,
    height: NOTE_HEIGHT,
  };
}

function wiresOf(entry: Entry, types: NodeDescriptions, idOf: (id: unknown) => string | undefined): Wire[] {
  const from = idOf(entry.id);
  if (!from || !Array.isArray(entry.wires)) return [];
  const outputs = entry.type.startsWith(PREFIX) ? types.get(ownType(entry.type))?.outputs : undefined;
  return entry.wires.flatMap((targets: unknown, index: number) =>
    (Array.isArray(targets) ? targets : []).flatMap((target) => {
      const to = idOf(target);
      return to ? [{ from, output: outputs?.[index]?.name ?? outputName(index), to }] : [];
    }),
  );
}

const textOf = (value: unknown, charactersMax: number): string =>
  typeof value === 'string' ? value.slice(0, charactersMax) : '';
