import { cardWidth, type Direction } from './flow-shape.ts';
import type { Place } from './layout.ts';

/** A wire as an SVG path, and where its pill sits. */
export interface WirePath {
  readonly path: string;
  readonly pill: Place;
}

/** Half of what a card takes along the flow: so long does a wire go straight when it passes one. */
const passing = { right: cardWidth / 2, down: 48 } as const;

/**
 * A soft curve from port to port. Where the wire passes other cards (`route`: the middles of the gaps), it
 * goes straight through the gap, so that it is never hidden below a card.
 */
export function wirePath(from: Place, to: Place, route: readonly Place[], direction: Direction): WirePath {
  const half = passing[direction];
  let path = `M${point(from)}`;
  let at = from;
  for (const gap of route) {
    const enter = along(gap, -half, direction);
    const leave = along(gap, half, direction);
    path += `${curve(at, enter, direction)}L${point(leave)}`;
    at = leave;
  }
  path += curve(at, to, direction);
  const pill = route[0] ?? { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  return { path, pill };
}

const point = ({ x, y }: Place): string => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;

const along = ({ x, y }: Place, distance: number, direction: Direction): Place =>
  direction === 'right' ? { x: x + distance, y } : { x, y: y + distance };

/** Leaves and arrives in the direction of the flow. One that runs backwards swings out, so that it can be seen. */
function curve(from: Place, to: Place, direction: Direction): string {
  const run = direction === 'right' ? to.x - from.x : to.y - from.y;
  const reach = run > 0 ? run / 2 : Math.min(40 - run / 2, 160);
  return `C${point(along(from, reach, direction))} ${point(along(to, -reach, direction))} ${point(to)}`;
}
