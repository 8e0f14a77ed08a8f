import type { PipelineView } from '#server/api/views.ts';
import type { NodeView } from './flow-shape.ts';
import { inOrder, tidy } from './layout.ts';

/** A wire as one of its ends sees it. */
export interface OutlineWire {
  readonly id: string;
  readonly type: string;
  /** The name of the node at the other end. */
  readonly other: string;
  readonly counted: number;
}

/** One node, with the wires that end and begin at it. */
export interface OutlineRow {
  readonly node: NodeView;
  readonly gets: readonly OutlineWire[];
  readonly gives: readonly OutlineWire[];
}

/** The flow as rows, in the order in which its messages go. Says the same as the drawing. */
export function outlineRows(flow: PipelineView): readonly OutlineRow[] {
  const { places } = tidy(flow, 'right');
  const names = new Map(flow.nodes.map(({ id, name }) => [id, name]));
  const wiresOf = (here: 'from' | 'to', there: 'from' | 'to', node: string): readonly OutlineWire[] =>
    flow.wires
      .filter((wire) => wire[here] === node)
      .map((wire) => ({
        id: wire.id,
        type: wire.type,
        other: names.get(wire[there]) ?? wire[there],
        counted: flow.counts[wire.id] ?? 0,
      }));
  const spot = ({ id }: NodeView) => places.get(id) ?? { x: 0, y: 0 };
  return [...flow.nodes]
    .sort((a, b) => inOrder('right', spot(a), spot(b)))
    .map((node) => ({
      node,
      gets: wiresOf('to', 'from', node.id),
      gives: wiresOf('from', 'to', node.id),
    }));
}
