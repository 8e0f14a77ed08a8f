/** The flow that is open for editing: its state, what was before, what is chosen, and whether it is saved. */
import { create } from 'zustand';
import type { Graph } from '#runtime/flow/flow.ts';
import type { FlowProblem } from '#runtime/flow/flow-problem.ts';
import { sameJson } from '#runtime/flow/same-json.ts';
import type { DraftView } from '#server/api/views.ts';

interface Step {
  readonly name: string;
  readonly graph: Graph;
}

/** Where the last change stands: here only, on its way, kept by the server, or refused by it. */
export type SaveState = 'saved' | 'unsaved' | 'saving' | 'failed';

export interface FlowState {
  readonly id: string;
  readonly name: string;
  readonly graph: Graph;
  /** What the server has, as far as we know: what a merge begins from. */
  readonly base: Step;
  readonly revision: number;
  readonly version: number;
  readonly deployed: Step;
  readonly summaries: Readonly<Record<string, string>>;
  /** What only the server can find (expressions), in the graph that it was last sent. */
  readonly found: { readonly graph: Graph; readonly problems: readonly FlowProblem[] } | null;
  readonly past: readonly Step[];
  readonly future: readonly Step[];
  /** Ids of nodes and notes. */
  readonly chosen: readonly string[];
  readonly chosenWire: string | null;
  readonly save: SaveState;
  /** Whoever has it open may not build: it changes by what others save alone. */
  readonly readOnly: boolean;
}

const NOTHING: Graph = { nodes: [], wires: [] };

/** Only one flow is open at a time. */
export const useFlow = create<FlowState>(() => ({
  id: '',
  name: '',
  graph: NOTHING,
  base: { name: '', graph: NOTHING },
  revision: 0,
  version: 0,
  deployed: { name: '', graph: NOTHING },
  summaries: {},
  found: null,
  past: [],
  future: [],
  chosen: [],
  chosenWire: null,
  save: 'saved',
  readOnly: false,
}));

const graphOf = (view: DraftView['graph']): Graph => view as Graph;

/** Opens a draft: nothing to undo, nothing chosen. */
export function openFlow(draft: DraftView, readOnly = false): void {
  const step = { name: draft.name, graph: graphOf(draft.graph) };
  lastKind = null;
  useFlow.setState({
    id: draft.id,
    ...step,
    base: step,
    revision: draft.revision,
    version: draft.version,
    deployed: { name: draft.deployed.name, graph: graphOf(draft.deployed.graph) },
    summaries: draft.summaries,
    found: null,
    past: [],
    future: [],
    chosen: [],
    chosenWire: null,
    save: 'saved',
    readOnly,
  });
}

/** Changes of one kind at one place that follow each other closely (typing) are undone as one. */
const TOGETHER_MS = 1_200;
let lastKind: string | null = null;
let lastAtMs = 0;

/**
 * Makes a change that can be undone.
 * @param kind of changes that belong together: `setting:<node>:<field>`. Without it, each stands alone.
 */
export function change(edit: (graph: Graph) => Graph, kind: string | null = null): void {
  const { name, graph, past } = useFlow.getState();
  const next = edit(graph);
  if (next === graph || sameJson(next, graph)) return;
  step({ name, graph: next }, kind, past);
}

/** Gives the flow another name. */
export function renameFlow(name: string): void {
  const { graph, past } = useFlow.getState();
  step({ name, graph }, 'name', past);
}

function step(next: Step, kind: string | null, past: readonly Step[]): void {
  const { name, graph, readOnly } = useFlow.getState();
  if (readOnly) return;
  const together = kind !== null && kind === lastKind && Date.now() - lastAtMs < TOGETHER_MS;
  lastKind = kind;
  lastAtMs = Date.now();
  useFlow.setState({
    ...next,
    past: together ? past : [...past, { name, graph }],
    future: [],
    save: 'unsaved',
  });
  keepChoice();
}

export function undo(): void {
  const { name, graph, past, future } = useFlow.getState();
  const before = past.at(-1);
  if (!before) return;
  lastKind = null;
  useFlow.setState({
    ...before,
    past: past.slice(0, -1),
    future: [{ name, graph }, ...future],
    save: 'unsaved',
  });
  keepChoice();
}

export function redo(): void {
  const { name, graph, past, future } = useFlow.getState();
  const [next, ...rest] = future;
  if (!next) return;
  lastKind = null;
  useFlow.setState({ ...next, past: [...past, { name, graph }], future: rest, save: 'unsaved' });
  keepChoice();
}

/** Chooses nodes and notes; a wire is not chosen any more. */
export function choose(ids: readonly string[]): void {
  const { chosen, chosenWire } = useFlow.getState();
  if (chosenWire === null && sameJson(chosen, ids)) return;
  useFlow.setState({ chosen: ids, chosenWire: null });
}

export function chooseWire(id: string | null): void {
  useFlow.setState({ chosen: [], chosenWire: id });
}

/** What is gone can't be chosen. */
function keepChoice(): void {
  const { graph, chosen } = useFlow.getState();
  const there = new Set([...graph.nodes, ...(graph.notes ?? [])].map(({ id }) => id));
  const kept = chosen.filter((id) => there.has(id));
  if (kept.length !== chosen.length) useFlow.setState({ chosen: kept });
}

/** Takes up what somebody else changed, as merged; it is one step that can be undone. */
export function takeMerged(merged: Graph, name: string, server: DraftView): void {
  const { graph, name: mine, past, readOnly } = useFlow.getState();
  const base = { name: server.name, graph: graphOf(server.graph) };
  const changed = !sameJson(merged, base.graph) || name !== base.name;
  lastKind = null;
  useFlow.setState({
    name,
    graph: merged,
    base,
    revision: server.revision,
    version: server.version,
    deployed: { name: server.deployed.name, graph: graphOf(server.deployed.graph) },
    summaries: server.summaries,
    past: readOnly || sameJson(graph, merged) ? past : [...past, { name: mine, graph }],
    save: changed ? 'unsaved' : 'saved',
  });
  keepChoice();
}
