import { useContext, useMemo } from 'react';
import type { NodeDescriptions } from '#runtime/flow/node-description.ts';
import { typesOfOutput } from '#runtime/flow/port-of-wire.ts';
import { useFlow } from './flow-state.ts';
import { useNewestRuns } from './newest-runs.ts';
import { TypesContext } from './taking.ts';

/** What an expression is tried on: the last message that came to the node, or an example of what is wired to it. */
export interface Sample {
  readonly item: Readonly<Record<string, unknown>>;
  /** null: a real message; else the type of the example. */
  readonly exampleOf: string | null;
  /** When it came. */
  readonly at: string | null;
}

/** null: nothing has come yet, and nothing tells what will. */
export function useSample(nodeId: string): Sample | null {
  const types = useContext(TypesContext);
  const flow = useFlow((state) => state.id);
  const graph = useFlow((state) => state.graph);
  const { data: runs } = useNewestRuns(flow);
  const came = useMemo(() => {
    for (const { startedAt, steps } of runs ?? []) {
      const item = (steps ?? [])
        .filter((step) => step.nodeId === nodeId)
        .map(({ input }) => itemOf(input))
        .find((read) => read !== null);
      if (item) return { item, exampleOf: null, at: startedAt };
    }
    return null;
  }, [runs, nodeId]);
  return useMemo(() => came ?? exampleFor(nodeId, graph, types), [came, nodeId, graph, types]);
}

function exampleFor(
  nodeId: string,
  graph: Parameters<typeof typesOfOutput>[0],
  types: NodeDescriptions,
): Sample | null {
  const names = graph.wires
    .filter(({ to }) => to === nodeId)
    .map(({ from, output }) => typesOfOutput(graph, types, from, output)?.[0]);
  const ports = [...types.values()].flatMap(({ outputs }) => outputs);
  for (const name of names) {
    const example = ports.find((port) => port.type === name && port.example)?.example;
    if (name && example) return { item: withDates(example) as Sample['item'], exampleOf: name, at: null };
  }
  return null;
}

/** A message as it was kept; null where it was cut. */
function itemOf(text: string): Sample['item'] | null {
  try {
    const read: unknown = withDates(JSON.parse(text));
    return typeof read === 'object' && read !== null && !Array.isArray(read)
      ? (read as Sample['item'])
      : null;
  } catch {
    return null;
  }
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** JSON has no dates: what looks like one of ours was one. */
function withDates(value: unknown): unknown {
  if (typeof value === 'string') return MOMENT.test(value) ? new Date(value) : value;
  if (Array.isArray(value)) return value.map(withDates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withDates(part)]));
}
