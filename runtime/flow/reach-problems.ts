/** Nodes that no message can come to. */
import type { Graph } from '../pipelines/graph.ts';
import { type FlowProblem, problemOf } from './flow-problem.ts';
import type { NodeDescriptions } from './node-description.ts';

/** What nothing leads to is an error; what only switched-off nodes lead to is told of. */
export function reachProblems(graph: Graph, types: NodeDescriptions): FlowProblem[] {
  const all = reached(graph, types, () => true);
  const on = reached(graph, types, (id) => !graph.nodes.some((node) => node.id === id && node.disabled));
  return graph.nodes.flatMap(({ id, name, disabled }) => {
    if (!all.has(id)) {
      const text = `Nothing leads to "${name}": wire it to a trigger, or remove it.`;
      return [problemOf(id, text, disabled ? 'warning' : 'error')];
    }
    if (on.has(id) || disabled) return [];
    return [problemOf(id, `Only nodes that are switched off lead to "${name}".`, 'warning')];
  });
}

function reached(graph: Graph, types: NodeDescriptions, passes: (id: string) => boolean): Set<string> {
  const targets = new Map<string, string[]>();
  for (const { from, to } of graph.wires) targets.set(from, [...(targets.get(from) ?? []), to]);
  const found = new Set(
    graph.nodes
      .filter(({ id, type }) => (types.get(type)?.trigger ?? true) && passes(id))
      .map(({ id }) => id),
  );
  const next = [...found];
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    for (const to of targets.get(id) ?? []) {
      if (found.has(to) || !passes(to)) continue;
      found.add(to);
      next.push(to);
    }
  }
  return found;
}
