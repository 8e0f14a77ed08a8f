import { useStoreApi } from '@xyflow/react';
import { useEffect } from 'react';

/** A frame that comes so late has missed its turn on a screen of sixty a second. */
const LATE_MS = 20;
/** A longer one is no frame of the same drag. */
const PAUSE_MS = 250;
/** For so long after a late frame the canvas moves in every second one. */
const SPARE_MS = 2_000;

/**
 * How the canvas pans by itself while a card is dragged at its edge; React Flow would do it by parts of a pixel, in each frame.
 * - A picture that lies between two pixels is computed anew for each frame, so parts are saved up until they are a whole one.
 * - Where drawing the whole canvas takes longer than a frame has, it moves in every second one, by twice as much: an even pace
 *   is easier to aim by than one that stumbles.
 */
export function useEdgePan(): void {
  const store = useStoreApi();
  useEffect(() => {
    const { panBy } = store.getState();
    let owed = { x: 0, y: 0 };
    let [calledAtMs, spareUntilMs, rested] = [0, 0, true];
    store.setState({
      panBy: async (delta) => {
        const nowMs = performance.now();
        const frameMs = nowMs - calledAtMs;
        calledAtMs = nowMs;
        if (frameMs > LATE_MS && frameMs < PAUSE_MS) spareUntilMs = nowMs + SPARE_MS;
        owed = { x: owed.x + delta.x, y: owed.y + delta.y };
        if (nowMs < spareUntilMs && rested) {
          rested = false;
          return false;
        }
        rested = true;
        const [left, top] = store.getState().transform;
        const to = { x: Math.round(left + owed.x), y: Math.round(top + owed.y) };
        owed = { x: left + owed.x - to.x, y: top + owed.y - to.y };
        return await panBy({ x: to.x - left, y: to.y - top });
      },
    });
    return () => store.setState({ panBy });
  }, [store]);
}
