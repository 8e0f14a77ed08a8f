/** Loops in which a message would go round for ever. */
import type { Graph } from '../pipelines/graph.ts';
import { type FlowProblem, problemOf } from './flow-problem.ts';
import type { NodeDescriptions } from './node-description.ts';

/** Every loop must go through a node at which a message may end. @returns a problem for one node of each loop that does not. */
export function loopProblems(graph: Graph, types: NodeDescriptions): FlowProblem[] {
  const endless = new Map(
    graph.nodes
      .filter(({ type, disabled }) => !disabled && !types.get(type)?.endsLoops)
      .map((node) => [node.id, node]),
  );
  const targets = new Map<string, string[]>();
  for (const { from, to } of graph.wires)
    if (endless.has(from) && endless.has(to)) targets.set(from, [...(targets.get(from) ?? []), to]);

  const done = new Set<string>();
  const problems: FlowProblem[] = [];
  for (const start of endless.keys()) {
    // Depth first without recursion: a flow may have a thousand nodes in a row.
    const path = new Set<string>();
    const stack: { readonly id: string; readonly left: string[] }[] = [];
    const enter = (id: string) => {
      path.add(id);
      stack.push({ id, left: [...(targets.get(id) ?? [])] });
    };
    if (!done.has(start)) enter(start);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const next = top.left.pop();
      if (next === undefined) {
        done.add(top.id);
        path.delete(top.id);
        stack.pop();
      } else if (path.has(next)) {
        const name = endless.get(next)?.name ?? next;
        problems.push(
          problemOf(
            next,
            `"${name}" stands in a loop without an end: a message in it would go round for ever. Lead the loop through a node at which it can end, such as a filter.`,
          ),
        );
      } else if (!done.has(next)) enter(next);
    }
  }
  return problems;
}
