import { ReactFlowProvider } from '@xyflow/react';
import { useRef } from 'react';
import type { PipelineView } from '#server/api/views.ts';
import { FlowCanvas } from './flow-canvas.tsx';
import { Inspector } from './inspector.tsx';
import { Outline } from './outline.tsx';
import { useSize } from './use-size.ts';

/** Drawing or outline, and beside it the inspector when a node is chosen. */
export function FlowBody({
  flow,
  outline,
  chosen,
  onChoose,
}: {
  flow: PipelineView;
  outline: boolean;
  chosen: string | null;
  onChoose: (node: string | null) => void;
}) {
  const body = useRef<HTMLDivElement>(null);
  const room = useSize(body);
  return (
    <div ref={body} className="relative flex min-h-0 grow">
      {outline ? (
        <Outline flow={flow} chosen={chosen} onChoose={onChoose} />
      ) : (
        room && (
          <ReactFlowProvider>
            <FlowCanvas flow={flow} room={room} chosen={chosen} onChoose={onChoose} />
          </ReactFlowProvider>
        )
      )}
      <Inspector flow={flow} chosen={chosen} onClose={() => onChoose(null)} />
    </div>
  );
}
