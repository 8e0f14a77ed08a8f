import type { PipelineRow } from '#server/api/views.ts';
import { texts } from '../../texts.ts';
import { StatusBadge } from '../../ui/status-mark.tsx';

/** Whether a flow runs, as a badge. */
export const FlowState = ({ state }: { state: PipelineRow['state'] }) => (
  <StatusBadge tone={state === 'running' ? 'ok' : 'idle'} icon={state === 'running' ? 'ok' : 'pause'}>
    {texts.flows.states[state]}
  </StatusBadge>
);
