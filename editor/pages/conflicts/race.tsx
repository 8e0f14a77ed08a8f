import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { ConflictRow } from '#server/api/views.ts';
import { fullTime, raceTime } from '../../format/times.ts';
import { conflicts as words } from '../../texts/conflicts.ts';
import { ChannelMark } from '../../ui/channel-mark.tsx';
import { Icon } from '../../ui/icon.tsx';

/** The two orders on one line of time: who got the last units at the left, who came too late at the right. */
export function Race({ conflict }: { conflict: ConflictRow }) {
  const { winner, order, at, quantity, availableThen, handedOver } = conflict;
  return (
    <ol className="grid sm:grid-cols-2">
      {winner ? (
        <Side won title={handedOver ? words.earlier : words.first} at={winner.at}>
          <Contender {...winner} />
        </Side>
      ) : (
        <Side won title={words.firstUnknown}>
          <p className="text-quiet">{words.firstUnknownAbout}</p>
        </Side>
      )}
      <Side title={handedOver ? words.later : words.late} at={handedOver ? order.placedAt : at}>
        <Contender {...order} note={handedOver ? undefined : words.wanted(quantity, availableThen)} />
      </Side>
    </ol>
  );
}

/** One end of the line: its dot, its heading with the time, and the order. Below each other on a phone. */
function Side({
  won = false,
  title,
  at,
  children,
}: {
  won?: boolean;
  title: string;
  at?: string;
  children: ReactNode;
}) {
  const rail = won
    ? 'before:bg-line max-sm:before:inset-y-3 max-sm:before:w-0.5 sm:before:inset-x-0 sm:before:top-2.5 sm:before:h-0.5'
    : '';
  return (
    <li
      className={`relative max-sm:pb-4 max-sm:pl-8 max-sm:last:pb-0 sm:pt-8 sm:pr-4 before:absolute before:rounded-full max-sm:before:left-2.5 ${rail}`}
    >
      <span
        className={`absolute top-0 left-0 grid size-5.5 place-items-center rounded-full ring-4 ring-surface ${won ? 'bg-ok-soft text-ok' : 'bg-warn-soft text-warn'}`}
      >
        <Icon name={won ? 'check' : 'clock'} size={14} />
      </span>
      <p className="mb-1 flex flex-wrap gap-x-2 text-xs">
        <span className="font-medium">{title}</span>
        {at && (
          <time dateTime={at} title={fullTime(Date.parse(at))} className="text-quiet">
            {raceTime(Date.parse(at))}
          </time>
        )}
      </p>
      {children}
    </li>
  );
}

function Contender({
  id,
  number,
  channel,
  connectionName,
  note,
}: NonNullable<ConflictRow['winner' | 'order']> & { note?: string | undefined }) {
  return (
    <p className="flex items-center gap-2">
      <ChannelMark channel={channel} size={24} />
      <span className="min-w-0">
        <Link
          to={`/orders/${encodeURIComponent(id)}`}
          className="inline-flex min-h-6 items-center rounded font-medium text-accent hover:underline"
        >
          {number}
        </Link>{' '}
        <span className="text-sm text-quiet">
          {connectionName}
          {note && ` · ${note}`}
        </span>
      </span>
    </p>
  );
}
