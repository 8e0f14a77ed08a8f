/** Putting cards in order: on one line, or at one distance. */
import type { Graph } from '#runtime/flow/flow.ts';
import { cardHeightMax, cardWidth } from '../flow-shape.ts';
import { move, snap } from './flow-edits.ts';

/** Where the edges of chosen cards meet, or how they are spread. */
export type Alignment = 'left' | 'top' | 'columns' | 'rows';

/** Aligns nodes to the outermost one, or spreads them evenly between the outermost two. */
export function align(graph: Graph, ids: readonly string[], how: Alignment): Graph {
  const chosen = graph.nodes.filter(({ id }) => ids.includes(id));
  if (chosen.length < 2) return graph;
  const axis = how === 'left' || how === 'columns' ? 'x' : 'y';
  if (how === 'left' || how === 'top') {
    const edge = Math.min(...chosen.map((node) => node[axis]));
    return move(graph, new Map(chosen.map(({ id, x, y }) => [id, { x, y, [axis]: edge }])));
  }
  const sorted = [...chosen].sort((a, b) => a[axis] - b[axis]);
  const [first, last] = [sorted[0]?.[axis] ?? 0, sorted.at(-1)?.[axis] ?? 0];
  const size = axis === 'x' ? cardWidth : cardHeightMax;
  const step = Math.max((last - first) / (sorted.length - 1), size + 16);
  return move(
    graph,
    new Map(sorted.map(({ id, x, y }, index) => [id, snap({ x, y, [axis]: first + index * step })])),
  );
}
