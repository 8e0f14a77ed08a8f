/** Laying cards out along their wires. Loaded when it is asked for: dagre is a third of the editor. */
import type { Graph } from '#runtime/flow/flow.ts';
import { wireIdOf } from '#runtime/flow/wire-id.ts';
import { type Place, tidy } from '../layout.ts';
import { move, snap } from './flow-edits.ts';

/** Lays out all nodes, or only some, in ranks along their wires; what is not laid out stays where it is. */
export function tidyNodes(graph: Graph, ids: readonly string[]): Graph {
  const some = ids.length > 1 ? new Set(ids) : null;
  const nodes = graph.nodes.filter(({ id }) => !some || some.has(id));
  if (nodes.length === 0) return graph;
  const wires = graph.wires
    .filter(({ from, to }) => !some || (some.has(from) && some.has(to)))
    .map((wire) => ({ ...wire, id: wireIdOf(wire) }));
  const { places } = tidy({ nodes, wires }, 'right');
  // Its upper left corner stays where it was, so that nothing jumps away from under one's eyes.
  const corner = (all: readonly Place[]): Place => ({
    x: Math.min(...all.map(({ x }) => x)),
    y: Math.min(...all.map(({ y }) => y)),
  });
  const [before, after] = [corner(nodes), corner([...places.values()])];
  return move(
    graph,
    new Map(
      [...places].map(([id, { x, y }]) => [
        id,
        snap({ x: x + before.x - after.x, y: y + before.y - after.y }),
      ]),
    ),
  );
}
