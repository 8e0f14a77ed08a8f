import { Link } from 'react-router';
import type { PipelineView } from '#server/api/views.ts';
import { FlowState } from '../pages/flows/flow-state.tsx';
import { texts } from '../texts.ts';
import { Icon } from '../ui/icon.tsx';
import { Segments } from '../ui/segments.tsx';

/** Name, promise and state of the flow, and the choice between drawing and outline. */
export function FlowHeader({ flow, outline }: { flow: PipelineView; outline: boolean }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-surface px-3 py-2.5 sm:px-4">
      <Link
        to="/flows"
        aria-label={texts.canvas.back}
        title={texts.canvas.back}
        className="grid size-9 place-items-center rounded-lg text-quiet hover:bg-sunken hover:text-ink"
      >
        <Icon name="left" />
      </Link>
      <div className="min-w-0 grow basis-48">
        <p className="flex items-center gap-2.5 text-lg font-semibold">
          <span className="truncate">{flow.name}</span>
          <FlowState state={flow.state} />
        </p>
        <p className="truncate text-sm text-quiet max-sm:hidden">{flow.promise}</p>
      </div>
      <Segments
        label={texts.canvas.view}
        options={[
          { to: `/flows/${encodeURIComponent(flow.id)}`, text: texts.canvas.drawing, current: !outline },
          {
            to: `/flows/${encodeURIComponent(flow.id)}?view=outline`,
            text: texts.canvas.outline,
            current: outline,
          },
        ]}
      />
    </div>
  );
}
