import { useStoreApi } from '@xyflow/react';
import { useEffect } from 'react';

/**
 * While a card is dragged at its edge, React Flow pans the canvas by parts of a pixel. A picture that lies between two pixels is
 * computed anew for each frame, so parts are saved up until they are a whole one.
 */
export function useWholePixels(): void {
  const store = useStoreApi();
  useEffect(() => {
    const { panBy } = store.getState();
    let owed = { x: 0, y: 0 };
    store.setState({
      panBy: async (delta) => {
        const [left, top] = store.getState().transform;
        const exact = { x: left + owed.x + delta.x, y: top + owed.y + delta.y };
        const whole = { x: Math.round(exact.x), y: Math.round(exact.y) };
        owed = { x: exact.x - whole.x, y: exact.y - whole.y };
        return await panBy({ x: whole.x - left, y: whole.y - top });
      },
    });
    return () => store.setState({ panBy });
  }, [store]);
}
