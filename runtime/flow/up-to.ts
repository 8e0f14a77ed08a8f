/** The part of a flow that leads to one node: for trying it only so far. */
import type { Graph } from '../pipelines/graph.ts';

/** The node, and all from which something may come to it. */
export function upTo({ nodes, wires }: Graph, nodeId: string): Graph {
  const kept = new Set([nodeId]);
  for (const id of kept) for (const { from, to } of wires) if (to === id) kept.add(from);
  return {
    nodes: nodes.filter(({ id }) => kept.has(id)),
    wires: wires.filter(({ from, to }) => kept.has(from) && kept.has(to) && from !== nodeId),
  };
}
