import { useState } from 'react';
import { Link } from 'react-router';
import type { DeadLetterView } from '#server/api/views.ts';
import { useDeadLetter, useMay } from '../../api/queries.ts';
import { formatDuration } from '../../format/numbers.ts';
import { fullTime } from '../../format/times.ts';
import { deadLetters as words } from '../../texts/dead-letters.ts';
import { executions as executionsTexts } from '../../texts/executions.ts';
import { QueryPart } from '../../ui/query-part.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';

/** What came in, and the runs that failed: asked for when it is opened. */
export function LetterDetails({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="mt-2" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="cursor-pointer rounded text-sm text-quiet hover:text-ink">{words.details}</summary>
      {open && <Opened id={id} />}
    </details>
  );
}

const Opened = ({ id }: { id: string }) => (
  <QueryPart query={useDeadLetter(id)} skeleton={<SkeletonRows rows={3} />}>
    {(letter) => <Details letter={letter} />}
  </QueryPart>
);

const Details = ({ letter }: { letter: DeadLetterView }) => {
  const builds = useMay('build');
  return (
    <div className="mt-2 grid gap-3">
      <p className="text-sm text-pretty text-quiet">
        {letter.meaning} <span className="font-mono text-xs">{letter.code}</span>
      </p>
      <div>
        <h3 className="text-sm font-semibold">{words.runs}</h3>
        {letter.runs.length === 0 && <p className="text-sm text-quiet">{words.noRuns}</p>}
        <ul>
          {letter.runs.map((run) => (
            <li key={run.id} className="flex items-baseline gap-3 py-1 text-sm">
              <Link
                to={`/executions/${encodeURIComponent(run.id)}`}
                className="min-w-0 truncate font-medium text-accent hover:underline"
              >
                {run.pipeline.name}
              </Link>
              <StatusMark tone={run.state === 'done' ? 'ok' : 'bad'}>
                {executionsTexts.states[run.state]}
              </StatusMark>
              {builds && (
                <Link
                  to={`/flows/${encodeURIComponent(run.pipeline.id)}?view=drawing&try=${encodeURIComponent(letter.id)}`}
                  className="ml-auto text-accent hover:underline"
                >
                  {words.onDraft}
                </Link>
              )}
              <span className={`text-xs text-quiet ${builds ? '' : 'ml-auto'}`}>
                {formatDuration(run.ms)}
              </span>
            </li>
          ))}
        </ul>
      </div>
      <div>
        <p className="text-xs text-quiet">
          {words.received(fullTime(Date.parse(letter.receivedAt)), letter.payloadBytes)}
        </p>
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          className="mt-1 max-h-72 overflow-auto rounded-lg bg-sunken p-3 font-mono text-xs break-all whitespace-pre-wrap"
        >
          {letter.payload}
        </pre>
      </div>
    </div>
  );
};
