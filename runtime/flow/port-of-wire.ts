/** What goes along a wire: the type that a node's output declares or, where it passes on what it takes, what comes into it. */
import type { Graph } from '../pipelines/graph.ts';
import type { NodeDescriptions, PortDescription } from './node-description.ts';

/** The type of what only passes through: its node sends what it takes. */
export const SAME = 'Same';

const ANY: readonly string[] = ['Any'];

/**
 * The type of an output and all that it may stand in for, the type first. `Any` where several types meet or nothing
 * tells; null when the node has no such output.
 */
export function typesOfOutput(
  graph: Pick<Graph, 'nodes' | 'wires'>,
  types: NodeDescriptions,
  nodeId: string,
  output: string,
  seen: ReadonlySet<string> = new Set(),
): readonly string[] | null {
  const node = graph.nodes.find(({ id }) => id === nodeId);
  const port = node && outputOf(types, node.type, output);
  if (!port) return null;
  if (port.type !== SAME) return port.isA;
  if (seen.has(nodeId)) return ANY;
  const within = new Set([...seen, nodeId]);
  const coming = graph.wires
    .filter(({ to }) => to === nodeId)
    .map((wire) => typesOfOutput(graph, types, wire.from, wire.output, within))
    .filter((found) => found !== null);
  const [first, ...others] = coming;
  return first && others.every((other) => other[0] === first[0]) ? first : ANY;
}

/** An output of a node type by its name. */
export function outputOf(types: NodeDescriptions, type: string, output: string): PortDescription | undefined {
  return types.get(type)?.outputs.find(({ name }) => name === output);
}
