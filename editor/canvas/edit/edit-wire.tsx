import { BaseEdge, EdgeLabelRenderer, type EdgeProps, useReactFlow } from '@xyflow/react';
import { memo, useContext } from 'react';
import { wireIdOf } from '#runtime/flow/wire-id.ts';
import { formatShort } from '../../format/numbers.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { Icon } from '../../ui/icon.tsx';
import type { Place } from '../layout.ts';
import { portLook } from '../port-looks.ts';
import { useCount } from '../use-counts.ts';
import { wirePath } from '../wire-path.ts';
import type { CanvasWire } from './cards.ts';
import { openAdd } from './editor-ui.ts';
import { FarContext } from './far.ts';
import { disconnect } from './flow-edits.ts';
import { change, useFlow } from './flow-state.ts';
import { useHeldPlace } from './hand.ts';

const pillHeight = 18;
const digitWidth = 7;
const noRoute: readonly never[] = [];

/** A wire in the colour of its type, with the last hour's count. A chosen one has a plus and a cross. */
export const EditWire = memo(function EditWire({ id, data, selected, ...ends }: EdgeProps<CanvasWire>) {
  const from = useEnd(ends.source, { x: ends.sourceX, y: ends.sourceY });
  const to = useEnd(ends.target, { x: ends.targetX, y: ends.targetY });
  const { path, pill } = wirePath(from, to, noRoute, 'right');
  const far = useContext(FarContext);
  const readOnly = useFlow((state) => state.readOnly);
  const color = data?.bad ? 'var(--color-bad)' : portLook(data?.type ?? '').color;
  const count = useCount(id, data?.counted ?? 0);
  const text = data?.bad ? '!' : formatShort(count);
  const width = text.length * digitWidth + 12;
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        interactionWidth={far ? 0 : 24}
        style={{
          stroke: color,
          // From far a wire is to be seen all the same.
          strokeWidth: (selected ? 3.5 : 2) * (far ? 3 : 1),
          // Not the opacity of the whole: the browser would compose each wire by itself.
          strokeOpacity: selected || count > 0 || data?.bad ? 1 : 0.6,
        }}
      />
      {selected && !readOnly ? (
        <WireActions id={id} x={pill.x} y={pill.y} />
      ) : (
        !far &&
        (count > 0 || data?.bad) && (
          <g pointerEvents="none">
            <rect
              x={pill.x - width / 2}
              y={pill.y - pillHeight / 2}
              width={width}
              height={pillHeight}
              rx={pillHeight / 2}
              fill="var(--color-surface)"
              stroke={color}
            />
            <text
              x={pill.x}
              y={pill.y}
              textAnchor="middle"
              dominantBaseline="central"
              className="fill-ink text-2xs font-medium tabular-nums"
            >
              {text}
            </text>
          </g>
        )
      )}
    </>
  );
});

/** Where a wire ends: at its card, also while that is dragged. */
function useEnd(node: string, listed: Place): Place {
  const { getInternalNode } = useReactFlow();
  const held = useHeldPlace(node);
  const lies = held && getInternalNode(node)?.internals.positionAbsolute;
  return held && lies ? { x: listed.x + held.x - lies.x, y: listed.y + held.y - lies.y } : listed;
}

function WireActions({ id, x, y }: { id: string; x: number; y: number }) {
  const look = 'grid size-6 place-items-center rounded-full hover:bg-sunken';
  return (
    <EdgeLabelRenderer>
      <span
        className="nodrag nopan pointer-events-auto absolute z-10 flex rounded-full border border-line bg-surface p-0.5 shadow-float"
        style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
      >
        <button
          type="button"
          aria-label={words.insertHere}
          title={words.insertHere}
          className={look}
          onClick={() => {
            const wire = useFlow.getState().graph.wires.find((one) => wireIdOf(one) === id);
            if (wire) openAdd({ wire });
          }}
        >
          <Icon name="zoomIn" size={14} />
        </button>
        <button
          type="button"
          aria-label={words.remove}
          title={words.remove}
          className={look}
          onClick={() => change((graph) => disconnect(graph, new Set([id])))}
        >
          <Icon name="close" size={14} />
        </button>
      </span>
    </EdgeLabelRenderer>
  );
}
