/** Calls of flows by flows: to flows that are there, take calls, and do not lead back. */
import type { Graph, GraphNode } from '../pipelines/graph.ts';
import type { FlowProblem } from './flow-problem.ts';
import type { NodeDescriptions } from './node-description.ts';

/** Another flow of the client, as it is deployed. */
export interface FlowFact {
  readonly id: string;
  readonly name: string;
  /** It has a trigger for calls. */
  readonly isCallable: boolean;
  /** Ids of the flows that it calls. */
  readonly calls: readonly string[];
}

export interface FlowFacts {
  /** The flow that is checked; null: one that is not kept yet. */
  readonly self: string | null;
  readonly flows: readonly FlowFact[];
}

/** The flows that a node names in its settings, with the field. */
export function calledBy(node: GraphNode, types: NodeDescriptions): { field: string; flow: string }[] {
  const properties = types.get(node.type)?.settings.properties ?? {};
  return Object.entries(properties).flatMap(([field, schema]) => {
    const flow = schema.flow ? node.config[field] : undefined;
    return typeof flow === 'string' && flow !== '' ? [{ field, flow }] : [];
  });
}

export function callProblems(
  graph: Graph,
  types: NodeDescriptions,
  { self, flows }: FlowFacts,
): FlowProblem[] {
  const byId = new Map(flows.map((flow) => [flow.id, flow]));
  return graph.nodes.flatMap((node) =>
    calledBy(node, types).flatMap(({ field, flow }) => {
      const text = flow === self ? 'A flow can’t call itself.' : problemOfCall(byId, self, flow);
      const severity = node.disabled ? 'warning' : 'error';
      return text ? [{ nodeId: node.id, field, severity, text: `"${node.name}": ${text}` } as const] : [];
    }),
  );
}

function problemOfCall(
  flows: ReadonlyMap<string, FlowFact>,
  self: string | null,
  called: string,
): string | null {
  const flow = flows.get(called);
  if (!flow) return 'The flow that it calls is gone; choose another one.';
  if (!flow.isCallable)
    return `"${flow.name}" takes no calls: put the trigger "When another flow calls" into it, and deploy it.`;
  const ring = self === null ? null : wayTo(flows, called, self, new Set());
  if (!ring) return null;
  const names = ring.map((id) => `"${flows.get(id)?.name ?? id}"`).join(' calls ');
  return `The calls would go round for ever: ${names} calls this flow again.`;
}

/** The flows on a way of calls from one to another; null: none leads there. */
function wayTo(
  flows: ReadonlyMap<string, FlowFact>,
  from: string,
  to: string,
  seen: Set<string>,
): string[] | null {
  if (seen.has(from)) return null;
  seen.add(from);
  for (const next of flows.get(from)?.calls ?? []) {
    if (next === to) return [from];
    const way = wayTo(flows, next, to, seen);
    if (way) return [from, ...way];
  }
  return null;
}
