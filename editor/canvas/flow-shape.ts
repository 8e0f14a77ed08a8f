import type { PipelineView } from '#server/api/views.ts';

/** A node, as the API names it. */
export type NodeView = PipelineView['nodes'][number];
/** A wire, as the API names it. */
export type WireView = PipelineView['wires'][number];
/** What a node did in the last hour. */
export type ActivityView = PipelineView['activity'][string];

/** Which way a flow runs: to the right where there is width, down on a phone. */
export type Direction = 'right' | 'down';

/** A card's measure in pixels, on a grid of eight. */
export const cardWidth = 240;
const headHeight = 64;
const footHeight = 24;

/** What the layout keeps free for a card, so that a line of live data can come and go. */
export const cardHeightMax = headHeight + footHeight;

/** A card is higher when there is a line of live data to show. */
export const cardHeight = (activity: ActivityView | undefined): number =>
  headHeight + (activity ? footHeight : 0);

/** The port of a node that a wire of this type ends at; the first one when none says so. */
export const inputFor = (node: NodeView, type: string): string | undefined =>
  (node.inputs.find((port) => port.type === type) ?? node.inputs[0])?.name;
