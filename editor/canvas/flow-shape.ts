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

/** What cards at these places take up, each as high as a card may be. Of no card, nothing finite. */
export function boundsOf(places: readonly { readonly x: number; readonly y: number }[]) {
  const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return {
    left,
    top,
    width: Math.max(...xs) + cardWidth - left,
    height: Math.max(...ys) + cardHeightMax - top,
  };
}
