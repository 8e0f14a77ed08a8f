import type { ReactNode } from 'react';
import type { ConnectionView } from '#server/api/views.ts';
import { formatCount, formatDuration } from '../../format/numbers.ts';
import { texts } from '../../texts.ts';
import { ChannelMark } from '../../ui/channel-mark.tsx';
import { Icon } from '../../ui/icon.tsx';
import { SparkLine } from '../../ui/sparkline.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Ago } from '../../ui/time.tsx';

const words = texts.dashboard;

/** One channel: its state in a word, when it was last heard and told, and what to do when it is in trouble. */
export function ChannelRow({ connection }: { connection: ConnectionView }) {
  const { name, channel, channelTitle, sandbox, tone, word, listings, lag, error, importing, unmatched } =
    connection;
  const isShop = connection.kind === 'channel';
  return (
    <li className="border-b border-line px-4 py-3 last:border-0">
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-2 lg:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)_auto_minmax(6rem,1fr)] lg:gap-x-8">
        <div className="flex min-w-0 items-center gap-3">
          <ChannelMark channel={channel} size={32} />
          <div className="min-w-0">
            <p className="truncate font-medium">{name}</p>
            <p className="truncate text-xs text-quiet">
              {sandbox ? words.sandbox : channelTitle}
              {isShop && ` · ${words.listings(listings)}`}
              {connection.drifts > 0 && ` · ${words.drifts(connection.drifts)}`}
            </p>
          </div>
        </div>
        <StatusMark tone={tone}>{word}</StatusMark>
        <dl className="flex gap-4 max-lg:col-span-2 lg:gap-8">
          {isShop && (
            <>
              <Fact name={words.lastEvent}>
                {connection.lastEventAt && <Ago at={connection.lastEventAt} />}
              </Fact>
              <Fact name={words.lastPush}>{connection.lastPushAt && <Ago at={connection.lastPushAt} />}</Fact>
            </>
          )}
          <Fact name={words.waiting}>{formatCount(connection.waiting)}</Fact>
        </dl>
        {isShop && (
          <div className="flex items-end gap-3 max-lg:col-span-2 lg:block">
            <SparkLine values={connection.lagSpark} label={words.lagSpark(name)} className="h-5 w-full" />
            <p className="shrink-0 text-xs text-quiet">
              {lag ? words.p95(formatDuration(lag.p95)) : words.noLag}
            </p>
          </div>
        )}
      </div>
      {(importing || unmatched > 0) && (
        <p className="mt-2 flex flex-wrap items-baseline gap-x-4 text-xs text-quiet">
          {importing && <span>{texts.matching.reading(importing)}</span>}
          {unmatched > 0 && (
            <TextLink to={`/stock/matching?connection=${encodeURIComponent(connection.id)}`}>
              {texts.matching.toMatch(unmatched)}
            </TextLink>
          )}
        </p>
      )}
      {error && <Trouble error={error} />}
      {!error && connection.findings.length > 0 && (
        <p className="mt-2 text-xs text-quiet">
          <TextLink to="/connections">{words.findings(connection.findings.length)}</TextLink>
        </p>
      )}
    </li>
  );
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="min-w-18">
    <dt className="text-xs text-quiet">{name}</dt>
    <dd className="text-sm">{children ?? <span className="text-quiet">{words.never}</span>}</dd>
  </div>
);

const Trouble = ({ error }: { error: NonNullable<ConnectionView['error']> }) => (
  <div className="mt-2.5 flex gap-2 rounded-lg bg-bad-soft px-3 py-2 text-sm">
    <Icon name="bad" className="mt-px text-bad" />
    <p className="text-pretty">
      {error.reason} {error.fix && <span className="font-medium">{error.fix}</span>} {error.next}{' '}
      <Ago at={error.at} className="text-quiet" />{' '}
      <TextLink to="/connections">{words.needActions.connection}</TextLink>
    </p>
  </div>
);
