/** Adding a node where it belongs: behind the chosen one, on a wire, or where a wire was dropped. */
import type { Graph, Wire } from '#runtime/flow/flow.ts';
import type { NodeDescription, NodeDescriptions } from '#runtime/flow/node-description.ts';
import { wireIdOf } from '#runtime/flow/wire-id.ts';
import { judgeWire } from '#runtime/flow/wire-rule.ts';
import { cardWidth } from '../flow-shape.ts';
import type { Place } from '../layout.ts';
import { addNode, connect, disconnect } from './flow-edits.ts';

/** From card to card along the flow. */
export const STEP = cardWidth + 104;

export interface Added {
  readonly graph: Graph;
  readonly id: string;
}

/** Whether a wire may be drawn without a second thought. */
function fits(graph: Graph, types: NodeDescriptions, wire: Wire): boolean {
  return judgeWire(graph, types, wire).fits;
}

/** Adds a node, and wires it to an output that was meant, where it fits. */
export function addAfter(
  graph: Graph,
  types: NodeDescriptions,
  type: NodeDescription,
  from: { readonly nodeId: string; readonly output: string } | null,
  at: Place,
): Added {
  const added = addNode(graph, type, at);
  if (!from) return added;
  const wire = { from: from.nodeId, output: from.output, to: added.id };
  return fits(added.graph, types, wire) ? { ...added, graph: connect(added.graph, wire) } : added;
}

/** The output of a node to go on from: the first that nothing hears and that fits, else the first that fits. */
export function outputFor(
  graph: Graph,
  types: NodeDescriptions,
  nodeId: string,
  type: NodeDescription,
): string | null {
  const node = graph.nodes.find(({ id }) => id === nodeId);
  const outputs = (node && types.get(node.type)?.outputs) ?? [];
  const probe = addNode(graph, type, { x: 0, y: 0 });
  const fitting = outputs
    .map(({ name }) => name)
    .filter((output) => fits(probe.graph, types, { from: nodeId, output, to: probe.id }));
  const unheard = fitting.find(
    (output) => !graph.wires.some((wire) => wire.from === nodeId && wire.output === output),
  );
  return unheard ?? fitting[0] ?? null;
}

/**
 * Puts a node on a wire: what went along it goes through the node now. An end that does not fit stays open, so that it is
 * seen.
 */
export function insertOnWire(
  graph: Graph,
  types: NodeDescriptions,
  wire: Wire,
  type: NodeDescription,
): Added {
  const from = graph.nodes.find(({ id }) => id === wire.from);
  const to = graph.nodes.find(({ id }) => id === wire.to);
  if (!from || !to) return addNode(graph, type, { x: 0, y: 0 });
  const at = { x: from.x + STEP, y: Math.round((from.y + to.y) / 2) };
  // Room for it: everything from the wire's end on moves one step along.
  const shifted =
    to.x - from.x < 2 * STEP - 8 && to.x > from.x
      ? {
          ...graph,
          nodes: graph.nodes.map((node) =>
            node.x >= to.x && node.id !== from.id ? { ...node, x: node.x + STEP } : node,
          ),
        }
      : graph;
  const added = addAfter(shifted, types, type, { nodeId: wire.from, output: wire.output }, at);
  const out = outputTo(added.graph, types, added.id, wire.to);
  const opened = disconnect(added.graph, new Set([wireIdOf(wire)]));
  return {
    id: added.id,
    graph: out ? connect(opened, { from: added.id, output: out, to: wire.to }) : opened,
  };
}

function outputTo(graph: Graph, types: NodeDescriptions, from: string, to: string): string | null {
  const node = graph.nodes.find(({ id }) => id === from);
  const outputs = (node && types.get(node.type)?.outputs) ?? [];
  return outputs.find(({ name }) => fits(graph, types, { from, output: name, to }))?.name ?? null;
}
