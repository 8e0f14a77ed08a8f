import { arranged, type FlowShape, isArranged, type Layout, tidy } from './layout.ts';

interface Room {
  readonly width: number;
  readonly height: number;
}

/** At this size a card's text can still be read with ease. */
const readableScale = 0.72;
/** Rooms narrower than this are phones and tablets on end. */
const narrowPx = 720;

/** How large the flow is drawn when all of it is shown. */
export const fitScale = ({ width, height }: Room, room: Room): number =>
  Math.min(room.width / Math.max(width, 1), room.height / Math.max(height, 1), 1);

/**
 * The layout to show in this room. What a person arranged stays, but where a narrow room would make it too
 * small to read. Otherwise a flow runs to the right, as one reads; and down where it can be read only so.
 */
export function bestLayout(flow: FlowShape, room: Room): Layout {
  const drawn = isArranged(flow) ? arranged(flow) : tidy(flow, 'right');
  const scale = fitScale(drawn, room);
  if (scale >= readableScale || (isArranged(flow) && room.width >= narrowPx)) return drawn;
  const down = tidy(flow, 'down');
  return fitScale(down, room) > scale ? down : drawn;
}
