/** Finds what is wrong with a graph before Node-RED sees it: the runtime itself would fail late or in silence. */
import { z } from 'zod';
import type { Graph, GraphNode } from './graph.ts';
import type { NodeType, NodeTypes } from './node-type.ts';
import { fits } from './port-type.ts';

export interface GraphProblem {
  /** The node where it is to be mended. */
  readonly nodeId: string;
  /** A sentence for people. */
  readonly text: string;
}

/** All problems of a graph; an empty list means that it can be deployed. */
export function validateGraph(graph: Graph, types: NodeTypes): GraphProblem[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const doubled = graph.nodes.filter(
    ({ id }, index) => graph.nodes.findIndex((node) => node.id === id) !== index,
  );
  return [
    ...doubled.map(({ id, name }) => ({
      nodeId: id,
      text: `Two nodes have the id "${id}"; rename "${name}".`,
    })),
    ...graph.nodes.flatMap((node) => problemsOfNode(node, types.get(node.type))),
    ...graph.wires.flatMap((wire) => {
      const text = problemOfWire(wire.output, nodes.get(wire.from), nodes.get(wire.to), types);
      return text ? [{ nodeId: wire.from, text }] : [];
    }),
    ...unreachable(graph, types),
  ];
}

function problemsOfNode(
  { id, name, type, config }: GraphNode,
  definition: NodeType | undefined,
): GraphProblem[] {
  if (!definition)
    return [{ nodeId: id, text: `"${name}" is of the type "${type}", which is not installed.` }];
  const parsed = definition.config.strict().safeParse(config);
  if (parsed.success) return [];
  return [{ nodeId: id, text: `The settings of "${name}" are not right: ${z.prettifyError(parsed.error)}` }];
}

function problemOfWire(
  output: string,
  from: GraphNode | undefined,
  to: GraphNode | undefined,
  types: NodeTypes,
): string | null {
  if (!from || !to) return 'A wire ends at a node that does not exist.';
  const [source, target] = [types.get(from.type), types.get(to.type)];
  if (!source || !target) return null;
  const port = source.outputs[output];
  if (!port) return `"${from.name}" has no output "${output}".`;
  if (!target.input) return `"${to.name}" starts a flow and takes no messages.`;
  if (fits(port, target.input)) return null;
  return `"${from.name}" sends ${port.name}, but "${to.name}" takes ${target.input.name}.`;
}

function unreachable(graph: Graph, types: NodeTypes): GraphProblem[] {
  const reached = new Set(
    graph.nodes.filter(({ type }) => types.get(type)?.input === null).map(({ id }) => id),
  );
  const next = [...reached];
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    for (const { to } of graph.wires.filter(({ from }) => from === id)) {
      if (reached.has(to)) continue;
      reached.add(to);
      next.push(to);
    }
  }
  return graph.nodes
    .filter(({ id }) => !reached.has(id))
    .map(({ id, name }) => ({
      nodeId: id,
      text: `Nothing leads to "${name}": wire it to a trigger, or remove it.`,
    }));
}
