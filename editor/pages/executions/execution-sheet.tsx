import { useLocation, useNavigate, useParams } from 'react-router';
import type { ExecutionView } from '#server/api/views.ts';
import { useExecution, useMay } from '../../api/queries.ts';
import { formatDuration } from '../../format/numbers.ts';
import { fullTime } from '../../format/times.ts';
import { executions as executionsTexts } from '../../texts/executions.ts';
import { texts } from '../../texts.ts';
import { Icon } from '../../ui/icon.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { StepList } from './step-list.tsx';

const words = executionsTexts;

/** One run, above the list that it was opened from. Closing keeps the list's filter. */
export default function ExecutionSheet() {
  const { id = '' } = useParams();
  const { search } = useLocation();
  const navigate = useNavigate();
  const query = useExecution(id);
  const run = query.data;
  return (
    <Sheet
      title={
        run ? (
          <span className="flex flex-wrap items-center gap-x-2.5">
            {run.pipeline.name}
            <StatusMark tone={run.state === 'done' ? 'ok' : 'bad'}>{words.states[run.state]}</StatusMark>
          </span>
        ) : (
          words.title
        )
      }
      about={run ? words.oneAbout(run.subject, fullTime(Date.parse(run.at))) : texts.loading}
      onClose={() => void navigate({ pathname: '/executions', search })}
    >
      <QueryPart query={query} skeleton={<SkeletonRows rows={6} />}>
        {(view) => <ExecutionBody run={view} />}
      </QueryPart>
    </Sheet>
  );
}

const ExecutionBody = ({ run }: { run: ExecutionView }) => (
  <div className="grid gap-6 p-5">
    <p>
      <TextLink
        to={`/flows/${encodeURIComponent(run.pipeline.id)}?view=drawing&run=${encodeURIComponent(run.id)}`}
      >
        {words.onCanvas}
      </TextLink>
      <OnDraft run={run} />
    </p>
    {run.failure && <Failure failure={run.failure} />}
    <section>
      <h3 className="mb-1 flex items-baseline justify-between font-semibold">
        {words.nodes}
        <span className="text-xs font-normal text-quiet">
          {formatDuration(run.ms)} · {words.tries(run.tries)}
        </span>
      </h3>
      <ul>
        {run.nodes.map(({ id, name, done, failed, ms }) => (
          <li key={id} className="flex items-baseline gap-3 border-t border-line py-2 first:border-0">
            <span className="min-w-0 grow truncate">{name}</span>
            {done + failed === 0 ? (
              <span className="text-xs text-quiet">{words.notReached}</span>
            ) : (
              <>
                <span className={`text-xs ${failed > 0 ? 'text-bad' : 'text-quiet'}`}>
                  {words.worked(done, failed)}
                </span>
                <span className="w-16 shrink-0 text-right text-sm">{formatDuration(ms)}</span>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
    <section>
      <h3 className="mb-2 font-semibold">{words.steps}</h3>
      {run.steps === null ? (
        <p className="text-pretty text-quiet">{words.notKept}</p>
      ) : (
        <StepList steps={run.steps} more={run.more} />
      )}
    </section>
  </div>
);

function OnDraft({ run }: { run: ExecutionView }) {
  if (!useMay('build')) return null;
  return (
    <>
      {' · '}
      <TextLink
        to={`/flows/${encodeURIComponent(run.pipeline.id)}?view=drawing&try=${encodeURIComponent(run.event)}`}
      >
        {words.onDraft}
      </TextLink>
    </>
  );
}

const Failure = ({ failure }: { failure: NonNullable<ExecutionView['failure']> }) => (
  <section className="rounded-lg bg-bad-soft px-4 py-3">
    <h3 className="flex items-center gap-1.5 font-semibold">
      <Icon name="bad" className="text-bad" />
      {words.failure}
    </h3>
    <p className="mt-1 text-xs text-quiet">{failure.where}</p>
    <p className="mt-1 text-pretty break-words">{failure.reason}</p>
    <p className="mt-1.5 text-pretty text-quiet">
      {failure.meaning} <span className="font-mono text-xs">{failure.code}</span>
    </p>
    {failure.fix && (
      <p className="mt-1.5 text-pretty">
        <span className="font-medium">{words.fix}:</span> {failure.fix}
      </p>
    )}
  </section>
);
