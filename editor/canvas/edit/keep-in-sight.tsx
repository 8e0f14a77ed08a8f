import { useReactFlow, useStore } from '@xyflow/react';
import { useEffect } from 'react';
import { cardHeightMax, cardWidth } from '../flow-shape.ts';
import { useFlow } from './flow-state.ts';

/** Between a chosen card and what ends the free part of the canvas. */
const MARGIN = 32;
/** On a phone the inspector is a sheet over the lower part of the canvas: so much of it stays free. */
const FREE_ABOVE_SHEET = 0.3;

const isSheet = (): boolean => globalThis.matchMedia('(width < 48rem)').matches;

/** The chosen card stays in sight when the inspector takes room from the canvas, or lies over it. */
export function KeepInSight() {
  const { getViewport, setViewport, getNode } = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const chosen = useFlow((state) => state.chosen.at(-1));
  const sheetOver = isSheet() ? chosen : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a width and a sheet that change are the reasons to look; another choice beside the canvas is none.
  useEffect(() => {
    const node = getNode(useFlow.getState().chosen.at(-1) ?? '');
    if (!node || width === 0) return;
    const { x, y, zoom } = getViewport();
    const right = (node.position.x + cardWidth) * zoom + x + MARGIN;
    const bottom = (node.position.y + cardHeightMax) * zoom + y + MARGIN;
    const free = sheetOver === undefined ? height : height * FREE_ABOVE_SHEET;
    const shift = { x: Math.max(0, right - width), y: Math.max(0, bottom - free) };
    if (shift.x > 0 || shift.y > 0)
      void setViewport({ x: x - shift.x, y: y - shift.y, zoom }, { duration: 120 });
  }, [width, sheetOver]);
  return null;
}
