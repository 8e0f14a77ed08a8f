import { Link } from 'react-router';
import type { WhyView } from '#server/api/views.ts';
import { useMay } from '../../api/queries.ts';
import { formatCount } from '../../format/numbers.ts';
import { fullTime } from '../../format/times.ts';
import { why as words } from '../../texts-of-sharing.ts';
import { Ago } from '../../ui/time.tsx';

type Movement = WhyView['movements'][number];

/** The newest movements of the product, each with its order and the runs that booked it. */
export function WhyMovements({ movements }: { movements: readonly Movement[] }) {
  const inspects = useMay('inspect');
  if (movements.length === 0) return <p className="text-quiet">{words.noMovements}</p>;
  return (
    <ol className="grid gap-3">
      {movements.map((movement) => (
        <li key={`${movement.at} ${movement.text} ${movement.availableAfter}`} className="flex gap-3">
          <span className="w-12 shrink-0 text-right font-semibold tabular-nums">
            {signed(movement.change)}
          </span>
          <div className="min-w-0 grow">
            <p className="text-pretty">
              {movement.order ? (
                <Link
                  to={`/orders/${encodeURIComponent(movement.order.id)}`}
                  className="text-accent hover:underline"
                >
                  {movement.text}
                </Link>
              ) : (
                movement.text
              )}
            </p>
            <p className="text-xs text-quiet" title={fullTime(Date.parse(movement.at))}>
              <Ago at={movement.at} /> · {words.left(movement.availableAfter)}
            </p>
            {movement.runs.map((run) => (
              <p key={run.id} className="text-xs text-quiet">
                {inspects ? (
                  <Link
                    to={`/flows/${encodeURIComponent(run.pipelineId)}`}
                    className="text-accent hover:underline"
                  >
                    {words.run(run.pipeline)}
                  </Link>
                ) : (
                  words.run(run.pipeline)
                )}{' '}
                {run.failed ? words.runFailed : words.runTook(run.ms)}
              </p>
            ))}
          </div>
        </li>
      ))}
    </ol>
  );
}

function signed(change: number): string {
  if (change === 0) return '±0';
  return change > 0 ? `+${formatCount(change)}` : `−${formatCount(-change)}`;
}
