import type { ReactFlowState, Viewport } from '@xyflow/react';
import { createContext } from 'react';
import { boundsOf } from '../flow-shape.ts';
import type { Place } from '../layout.ts';

/** Below this zoom no text of a card can be read: so it is drawn without, and a large flow moves with ease. */
const FAR_ZOOM = 0.35;

export const isFar = ({ transform: [, , zoom] }: ReactFlowState): boolean => zoom < FAR_ZOOM;

/** Whether the drawing is looked at from so far that only shapes are seen. */
export const FarContext = createContext(false);

const OPENED_ZOOM = 0.75;
const MARGIN = 48;

/**
 * Where a flow is opened that is too large to be read as a whole: at its beginning. null: all of it fits the window, and is
 * shown.
 */
export function openingView(
  places: readonly Place[],
  window: { readonly width: number; readonly height: number },
): Viewport | null {
  const { left, top, width, height } = boundsOf(places);
  if (places.length === 0 || (width * FAR_ZOOM <= window.width && height * FAR_ZOOM <= window.height))
    return null;
  return { x: MARGIN - left * OPENED_ZOOM, y: MARGIN - top * OPENED_ZOOM, zoom: OPENED_ZOOM };
}
