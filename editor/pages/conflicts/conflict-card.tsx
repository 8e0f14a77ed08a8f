import { memo } from 'react';
import { Link } from 'react-router';
import type { ConflictRow } from '#server/api/views.ts';
import { texts } from '../../texts.ts';
import { StatusBadge } from '../../ui/status-mark.tsx';
import { Ago } from '../../ui/time.tsx';
import { Race } from './race.tsx';

const words = texts.conflicts;

/** One conflict: what it is about, how it was decided, and the two orders side by side. */
export const ConflictCard = memo(function ConflictCard({ conflict }: { conflict: ConflictRow }) {
  const { sku, title, at, state, sentence } = conflict;
  const open = state === 'open';
  return (
    <li className="rounded-xl border border-line bg-surface p-4 shadow-card sm:p-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StatusBadge tone={open ? 'warn' : 'idle'} icon={open ? 'clock' : 'check'}>
          {words.states[state]}
        </StatusBadge>
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
      <p className="mt-2.5 mb-4 text-lg text-pretty">{sentence}</p>
      <Race conflict={conflict} />
    </li>
  );
});
