import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { formatDuration } from '../format/numbers.ts';
import { texts } from '../texts.ts';
import { StatusMark } from '../ui/status-mark.tsx';
import { FlowCardIcon } from './flow-card-icon.tsx';
import type { FlowNode } from './flow-graph.ts';
import { PortHandles } from './port-handles.tsx';

/** A node on the canvas: icon, name and summary; below, a line of live data. A trigger has a round left edge. */
export const FlowCard = memo(function FlowCard({ data, selected }: NodeProps<FlowNode>) {
  const { node, activity, status, direction } = data;
  const corner = node.trigger ? 'rounded-xl rounded-l-[2rem] pl-2' : 'rounded-xl';
  const edge = selected ? 'border-accent ring-2 ring-accent/40' : 'border-line hover:border-edge';
  return (
    <div className={`flow-card h-full border bg-surface shadow-card ${corner} ${edge}`}>
      <div className="flex h-[62px] items-center gap-2.5 px-3">
        <FlowCardIcon node={node} />
        <div className="min-w-0">
          <p className="truncate font-medium" title={node.name}>
            {node.name}
          </p>
          <p className="truncate text-xs text-quiet" title={node.summary}>
            {node.summary}
          </p>
        </div>
      </div>
      {activity && (
        <div className="flex h-6 items-center justify-between border-t border-line px-3 text-xs text-quiet">
          <StatusMark tone={status.tone} icon={status.icon} small>
            {status.text}
          </StatusMark>
          {activity.p95Ms !== null && texts.canvas.p95(formatDuration(activity.p95Ms))}
        </div>
      )}
      <PortHandles ports={node.inputs} side="in" direction={direction} />
      <PortHandles ports={node.outputs} side="out" direction={direction} />
    </div>
  );
});
