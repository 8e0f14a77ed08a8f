import type { PipelineView } from '#server/api/views.ts';

/** A node, as the API names it. */
export type NodeView = PipelineView['nodes'][number];
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

/** A card is higher when there is a line with its mark to show. */
export const cardHeight = (marked: boolean): number => headHeight + (marked ? footHeight : 0);
