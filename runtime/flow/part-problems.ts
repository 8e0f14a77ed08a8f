/** Joins of parts that would wait in vain. */
import type { Graph } from '../pipelines/graph.ts';
import { type FlowProblem, problemOf } from './flow-problem.ts';
import type { NodeDescriptions } from './node-description.ts';

/** A warning for each join of parts before which nothing splits. Nodes of types that are not known may. */
export function partProblems(graph: Graph, types: NodeDescriptions): FlowProblem[] {
  return graph.nodes
    .filter(({ type, config, disabled }) => {
      const description = types.get(type);
      const joins = description?.joinsParts;
      if (!joins || disabled) return false;
      const { setting, value } = joins;
      return (config[setting] ?? description.settings.properties[setting]?.default) === value;
    })
    .filter(({ id }) => !isSplitBefore(graph, types, id))
    .map(({ id, name }) =>
      problemOf(
        id,
        `"${name}" joins the parts of a split, but nothing before it splits: put "Split a list" there, or join by number.`,
        'warning',
      ),
    );
}

function isSplitBefore(graph: Graph, types: NodeDescriptions, id: string): boolean {
  const typeOf = new Map(graph.nodes.map((node) => [node.id, types.get(node.type)]));
  const seen = new Set<string>([id]);
  const next = [id];
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    for (const { from } of graph.wires.filter(({ to }) => to === at)) {
      if (seen.has(from)) continue;
      seen.add(from);
      next.push(from);
      if (typeOf.get(from)?.splits ?? true) return true;
    }
  }
  return false;
}
