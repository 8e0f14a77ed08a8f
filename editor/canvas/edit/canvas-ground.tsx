import { type ReactFlowState, useStoreApi } from '@xyflow/react';
import { useEffect, useRef } from 'react';

const GAP = 24;
/** Below this zoom the dots would be a grey veil. */
const DOTS_ZOOM_MIN = 0.35;

/**
 * The dotted ground. It is painted once for a zoom, a dot wider than the canvas on each side, and only shifted while one pans:
 * React Flow's own is painted anew for each frame.
 */
export function CanvasGround() {
  const store = useStoreApi();
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const ground = element.current;
    if (!ground) return;
    let painted = 0;
    const lay = ([x, y, zoom]: ReactFlowState['transform']) => {
      const gap = GAP * zoom;
      if (zoom !== painted) {
        painted = zoom;
        ground.hidden = zoom < DOTS_ZOOM_MIN;
        ground.style.setProperty('--gap', `${gap}px`);
      }
      ground.style.transform = `translate(${(x % gap) - gap}px, ${(y % gap) - gap}px)`;
    };
    lay(store.getState().transform);
    return store.subscribe(({ transform }, before) => {
      if (transform !== before.transform) lay(transform);
    });
  }, [store]);
  return <div ref={element} aria-hidden className="canvas-ground" />;
}
