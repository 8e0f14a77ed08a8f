import { Graph, layout } from '@dagrejs/dagre';
import { cardHeightMax, cardWidth, type Direction } from './flow-shape.ts';

/** A point of the canvas, in pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where the cards stand (upper left corners, by node id), and how the long wires go. */
export interface Layout {
  readonly direction: Direction;
  readonly places: ReadonlyMap<string, Place>;
  /** By wire id: the middles of the gaps that a wire passes between cards. Only wires that pass any are listed. */
  readonly routes: ReadonlyMap<string, readonly Place[]>;
  /** The room that all of it takes, at life size. */
  readonly width: number;
  readonly height: number;
}

/** What a layout depends on. */
export interface FlowShape {
  readonly nodes: readonly (Place & { readonly id: string })[];
  readonly wires: readonly { readonly id: string; readonly from: string; readonly to: string }[];
}

const grid = 8;
const snap = (value: number): number => Math.round(value / grid) * grid;

/** Room along the flow, for a wire's pill and the names of ports; and across it, between cards. */
const gaps = { right: { ranksep: 104, nodesep: 40 }, down: { ranksep: 72, nodesep: 40 } } as const;

/** Lays a flow out in ranks along its wires. Wires whose nodes are gone are left out. */
export function tidy({ nodes, wires }: FlowShape, direction: Direction): Layout {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: direction === 'right' ? 'LR' : 'TB', ...gaps[direction] });
  for (const { id } of nodes) graph.setNode(id, { width: cardWidth, height: cardHeightMax });
  const drawn = wires.filter(({ from, to }) => graph.hasNode(from) && graph.hasNode(to));
  for (const { id, from, to } of drawn) graph.setEdge(from, to, {}, id);
  layout(graph);

  const main = direction === 'right' ? 'x' : 'y';
  const ranks = new Set(nodes.map(({ id }) => Math.round(graph.node(id)[main] ?? 0)));
  const routes = new Map<string, readonly Place[]>();
  for (const { id, from, to } of drawn) {
    // The first and the last point lie on the cards' edges, where our ports are not; those between two ranks
    // only bend the wire. What counts are the gaps that dagre kept free in the ranks on the way.
    const points: readonly Place[] = graph.edge(from, to, id).points ?? [];
    const route = points.slice(1, -1).filter((point) => ranks.has(Math.round(point[main])));
    if (route.length > 0) routes.set(id, route);
  }
  const { width = 0, height = 0 } = graph.graph();
  return {
    direction,
    places: new Map(nodes.map(({ id }) => [id, cornerOf(graph.node(id))])),
    routes,
    width,
    height,
  };
}

/** dagre answers with middles. */
const cornerOf = (box: { x?: number; y?: number; width: number; height: number }): Place => ({
  x: snap((box.x ?? 0) - box.width / 2),
  y: snap((box.y ?? 0) - box.height / 2),
});
