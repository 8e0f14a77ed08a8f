import { Link } from 'react-router';
import type { PipelineRow } from '#server/api/views.ts';
import { useMay } from '../../api/queries.ts';
import { texts } from '../../texts.ts';
import { Button } from '../../ui/button.tsx';
import { StatusBadge, StatusMark } from '../../ui/status-mark.tsx';
import { FlowState } from './flow-state.tsx';
import { useResume } from './use-resume.ts';

const words = texts.flows;

/** One flow. The whole card opens its drawing. */
export function FlowCard({ pipeline }: { pipeline: PipelineRow }) {
  const { id, name, promise, state, version, pausedFor, executions, failed } = pipeline;
  const resume = useResume(pipeline);
  const decides = useMay('decide');
  return (
    <li className="relative flex flex-col rounded-xl border border-line bg-surface p-4 shadow-card transition-colors hover:border-edge">
      <div className="flex items-start justify-between gap-3">
        <h2 className="font-semibold">
          <Link to={`/flows/${encodeURIComponent(id)}`} className="stretched rounded-xl">
            {name}
          </Link>
        </h2>
        {version > 0 ? (
          <FlowState state={state} />
        ) : (
          <StatusBadge tone="idle">{words.neverDeployed}</StatusBadge>
        )}
      </div>
      <p className="mt-1 mb-4 text-pretty text-quiet">{promise}</p>
      {pausedFor && <p className="mb-4 text-sm text-pretty text-bad">{words.pausedFor(pausedFor.reason)}</p>}
      {state === 'paused' && decides && (
        <Button
          busy={resume.isPending}
          aria-label={words.resumeOne(name)}
          onClick={() => resume.mutate()}
          className="relative z-10 mb-4 self-start"
        >
          {words.resume}
        </Button>
      )}
      <p className="mt-auto flex flex-wrap items-center gap-x-3 border-t border-line pt-3 text-sm">
        <span>
          <span className="font-semibold">{words.executions(executions)}</span>{' '}
          <span className="text-quiet">{words.lastHour}</span>
        </span>
        {failed > 0 && <StatusMark tone="bad">{words.failed(failed)}</StatusMark>}
      </p>
    </li>
  );
}
