import { Panel, type ReactFlowState, useReactFlow, useStoreApi } from '@xyflow/react';
import { type PointerEvent, useEffect, useMemo, useRef } from 'react';
import type { GraphNode } from '#runtime/flow/flow.ts';
import { texts } from '../../texts.ts';
import { boundsOf, cardHeightMax, cardWidth } from '../flow-shape.ts';
import type { Place } from '../layout.ts';
import { useFlow } from './flow-state.ts';

const WIDTH = 200;
const HEIGHT = 150;
const MARGIN = 10;

/** How a flow lies on its map. */
interface Lie {
  /** Pixels of the map for one of the flow. */
  readonly scale: number;
  /** The place of the flow that is the map's upper left corner. */
  readonly left: number;
  readonly top: number;
  /** All cards as one path. */
  readonly path: string;
}

function lieOf(nodes: readonly GraphNode[]): Lie {
  const { left: first, top: upper, width, height } = boundsOf(nodes);
  const scale = Math.min((WIDTH - 2 * MARGIN) / width, (HEIGHT - 2 * MARGIN) / height);
  const left = first - (WIDTH / scale - width) / 2;
  const top = upper - (HEIGHT / scale - height) / 2;
  const [wide, high] = [
    Math.max(cardWidth * scale, 2).toFixed(1),
    Math.max(cardHeightMax * scale, 1.5).toFixed(1),
  ];
  const path = nodes
    .map(({ x, y }) => {
      const at = `${((x - left) * scale).toFixed(1)} ${((y - top) * scale).toFixed(1)}`;
      return `M${at}h${wide}v${high}h-${wide}z`;
    })
    .join('');
  return { scale, left, top, path };
}

/**
 * All of the flow, small, and what of it is seen; a press goes there. Drawn when the flow changes: panning only shifts the frame
 * on it, where React Flow's own would paint every card of it for each frame.
 */
export function FlowMap() {
  const nodes = useFlow((state) => state.graph.nodes);
  const { path, ...lie } = useMemo(() => lieOf(nodes), [nodes]);
  const { scale, left, top } = lie;
  const store = useStoreApi();
  const { setCenter, zoomTo } = useReactFlow();
  const seen = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const frame = ({ transform: [x, y, zoom], width, height }: ReactFlowState) => {
      if (!seen.current) return;
      const at: Place = { x: (-x / zoom - left) * scale, y: (-y / zoom - top) * scale };
      seen.current.style.transform = `translate(${at.x}px, ${at.y}px)`;
      seen.current.style.width = `${(width / zoom) * scale}px`;
      seen.current.style.height = `${(height / zoom) * scale}px`;
    };
    frame(store.getState());
    return store.subscribe((state, { transform, width, height }) => {
      if (state.transform !== transform || state.width !== width || state.height !== height) frame(state);
    });
  }, [store, scale, left, top]);

  function goTo(event: PointerEvent<HTMLDivElement>): void {
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / scale + left, (event.clientY - box.top) / scale + top];
    void setCenter(x, y, { zoom: store.getState().transform[2] });
  }

  return (
    <Panel position="bottom-right">
      <div
        role="img"
        aria-label={texts.canvas.map}
        className="relative cursor-pointer touch-none overflow-hidden rounded-xl border border-line bg-surface"
        style={{ width: WIDTH, height: HEIGHT }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          goTo(event);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) goTo(event);
        }}
        onWheel={({ deltaY }) => void zoomTo(store.getState().transform[2] * 2 ** (-deltaY / 500))}
      >
        <svg aria-hidden width={WIDTH} height={HEIGHT}>
          <path d={path} fill="var(--color-edge)" />
        </svg>
        <div
          ref={seen}
          className="absolute top-0 left-0 rounded-sm border border-accent bg-accent/10 will-change-transform"
        />
      </div>
    </Panel>
  );
}
