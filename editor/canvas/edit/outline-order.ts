/** The flow as rows of a tree: each node below the one that leads to it. */
import type { Graph, GraphNode } from '#runtime/flow/flow.ts';

export interface OutlineNode {
  readonly node: GraphNode;
  /** How many nodes lead to it from its trigger on. */
  readonly depth: number;
}

/** From the triggers along the wires, upper ones first. A node stands once, where it is reached first. */
export function outlineOrder({ nodes, wires }: Graph): OutlineNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const targets = new Set(wires.map(({ to }) => to));
  const byPlace = (a: GraphNode, b: GraphNode) => a.y - b.y || a.x - b.x;
  const rows: OutlineNode[] = [];
  const seen = new Set<string>();
  const walk = (start: GraphNode) => {
    const stack = [{ node: start, depth: 0 }];
    for (let next = stack.pop(); next; next = stack.pop()) {
      const { node, depth } = next;
      if (seen.has(node.id)) continue;
      seen.add(node.id);
      rows.push(next);
      const children = wires
        .filter(({ from }) => from === node.id)
        .flatMap(({ to }) => byId.get(to) ?? [])
        .sort(byPlace)
        .reverse();
      for (const child of children) stack.push({ node: child, depth: depth + 1 });
    }
  };
  for (const node of nodes.filter(({ id }) => !targets.has(id)).sort(byPlace)) walk(node);
  // What stands in a ring has no beginning.
  for (const node of [...nodes].sort(byPlace)) walk(node);
  return rows;
}
