import { type Edge, type Node, Position } from '@xyflow/react';
import type { PipelineView } from '#server/api/views.ts';
import { texts } from '../texts.ts';
import {
  type ActivityView,
  cardHeight,
  cardWidth,
  type Direction,
  inputFor,
  type NodeView,
} from './flow-shape.ts';
import { inOrder, type Layout, type Place } from './layout.ts';
import { type NodeStatus, nodeStatus } from './node-status.ts';

/** A card of the canvas. */
export type FlowNode = Node<
  {
    readonly node: NodeView;
    readonly activity: ActivityView | undefined;
    readonly status: NodeStatus;
    readonly direction: Direction;
  },
  'card'
>;
/** A wire of the canvas. */
export type FlowWire = Edge<
  {
    readonly type: string;
    readonly counted: number;
    readonly route: readonly Place[];
    readonly direction: Direction;
  },
  'wire'
>;

/** The cards for React Flow, in reading order, which is also the order of the Tab key. */
export function flowNodes(
  flow: PipelineView,
  { places, direction }: Layout,
  chosen: string | null,
): FlowNode[] {
  const nodes = flow.nodes.map((node): FlowNode => {
    const activity = flow.activity[node.id];
    const status = nodeStatus(activity, flow.state === 'paused');
    const size = { width: cardWidth, height: cardHeight(activity) };
    return {
      id: node.id,
      type: 'card',
      position: places.get(node.id) ?? { x: 0, y: 0 },
      ...size,
      // We know what React Flow would measure; without it, each new answer would hide the wires for a moment.
      measured: size,
      selected: node.id === chosen,
      sourcePosition: direction === 'right' ? Position.Right : Position.Bottom,
      targetPosition: direction === 'right' ? Position.Left : Position.Top,
      ariaRole: 'button',
      domAttributes: { 'aria-pressed': node.id === chosen, 'aria-roledescription': undefined },
      data: { node, activity, status, direction },
    };
  });
  return nodes.sort((a, b) => inOrder(direction, a.position, b.position));
}

/** The wires. One that ends nowhere (its node is gone) is left out. */
export function flowWires(flow: PipelineView, { routes, direction }: Layout): FlowWire[] {
  const nodes = new Map(flow.nodes.map((node) => [node.id, node]));
  const wires = flow.wires.flatMap((wire): FlowWire[] => {
    const from = nodes.get(wire.from);
    const to = nodes.get(wire.to);
    if (!from || !to) return [];
    return [
      {
        id: wire.id,
        type: 'wire',
        source: wire.from,
        sourceHandle: wire.output,
        target: wire.to,
        targetHandle: inputFor(to, wire.type) ?? null,
        ariaLabel: texts.canvas.wire(from.name, to.name, wire.type),
        data: {
          type: wire.type,
          counted: flow.counts[wire.id] ?? 0,
          route: routes.get(wire.id) ?? [],
          direction,
        },
      },
    ];
  });
  // What is drawn later lies above: the long wires first, so that they never hide a pill.
  return wires.sort((a, b) => (b.data?.route.length ?? 0) - (a.data?.route.length ?? 0));
}
