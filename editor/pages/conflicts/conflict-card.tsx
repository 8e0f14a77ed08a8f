import { memo } from 'react';
import { Link } from 'react-router';
import type { ConflictRow, ConflictStateView } from '#server/api/views.ts';
import { useMay } from '../../api/queries.ts';
import { conflicts as words } from '../../texts/conflicts.ts';
import type { IconName } from '../../ui/icon-paths.ts';
import { type MarkTone, StatusBadge } from '../../ui/status-mark.tsx';
import { Ago } from '../../ui/time.tsx';
import { ConflictChoices } from './conflict-choices.tsx';
import { Race } from './race.tsx';

const looks: Readonly<Record<ConflictStateView, { readonly tone: MarkTone; readonly icon: IconName }>> = {
  open: { tone: 'warn', icon: 'clock' },
  cancelling: { tone: 'warn', icon: 'clock' },
  shipped: { tone: 'ok', icon: 'check' },
  backordered: { tone: 'idle', icon: 'clock' },
  filled: { tone: 'ok', icon: 'check' },
  ignored: { tone: 'idle', icon: 'check' },
  cancelled: { tone: 'idle', icon: 'refused' },
  withdrawn: { tone: 'idle', icon: 'check' },
  first: { tone: 'ok', icon: 'check' },
};

/** One conflict: what it is about, how it came and stands, the two orders side by side, and what can be done. */
export const ConflictCard = memo(function ConflictCard({ conflict }: { conflict: ConflictRow }) {
  const decides = useMay('decide');
  const { sku, title, at, state, sentence, outcome, decision, choices } = conflict;
  return (
    <li className="rounded-xl border border-line bg-surface p-4 shadow-card sm:p-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StatusBadge {...looks[state]}>{words.states[state]}</StatusBadge>
        <Ago at={at} className="text-xs text-quiet max-sm:ml-auto" />
        <span className="min-w-0 truncate text-sm max-sm:basis-full sm:ml-auto">
          {title}{' '}
          <Link
            to={`/stock?search=${encodeURIComponent(sku)}`}
            className="rounded font-mono text-xs text-quiet underline-offset-2 hover:underline"
          >
            {sku}
          </Link>
        </span>
      </div>
      <p className="mt-2.5 text-lg text-pretty">{sentence}</p>
      <p className="mb-4 text-pretty text-quiet">
        {outcome}{' '}
        {decision && (
          <span>
            {words.decidedBy(decision.by)}, <Ago at={decision.at} />.
          </span>
        )}
      </p>
      <Race conflict={conflict} />
      {decides && choices.length > 0 && <ConflictChoices conflict={conflict} />}
    </li>
  );
});
