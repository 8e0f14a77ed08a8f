/** What of a flow runs: its nodes that are switched on, and the wires between them. */
import type { Graph } from '../pipelines/graph.ts';

/** Without notes, groups, tests and what is switched off. */
export function runningPart({ nodes, wires }: Graph): Graph {
  const on = nodes.filter(({ disabled }) => !disabled);
  const ids = new Set(on.map(({ id }) => id));
  return { nodes: on, wires: wires.filter(({ from, to }) => ids.has(from) && ids.has(to)) };
}
