import { BaseEdge, type EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import { formatShort } from '../format/numbers.ts';
import type { FlowWire as Wire } from './flow-graph.ts';
import { portLook } from './port-looks.ts';
import { useCount } from './use-counts.ts';
import { wirePath } from './wire-path.ts';

const pillHeight = 18;
const digitWidth = 7;

/** A wire in the colour of its type, with the last hour's count. Drawn in SVG alone: cheap, even by the hundred. */
export const FlowWire = memo(function FlowWire({ id, data, ...ends }: EdgeProps<Wire>) {
  const { path, pill } = wirePath(
    { x: ends.sourceX, y: ends.sourceY },
    { x: ends.targetX, y: ends.targetY },
    data?.route ?? [],
    data?.direction ?? 'right',
  );
  const { color } = portLook(data?.type ?? '');
  const count = useCount(id, data?.counted ?? 0);
  const text = formatShort(count);
  const width = text.length * digitWidth + 12;
  return (
    <>
      <BaseEdge id={id} path={path} style={{ stroke: color, opacity: count > 0 ? 1 : 0.55 }} />
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
    </>
  );
});
