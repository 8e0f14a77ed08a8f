import { memo } from 'react';
import type { ConnectionView } from '#server/api/views.ts';
import { useMay } from '../../api/queries.ts';
import { connections as connectionsTexts } from '../../texts/connections.ts';
import { Button } from '../../ui/button.tsx';
import { ChannelMark } from '../../ui/channel-mark.tsx';
import { ground } from '../../ui/panel.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Ago } from '../../ui/time.tsx';
import { FindingNote } from './finding-note.tsx';
import { LocationsKept } from './locations-kept.tsx';
import { OrdersRead } from './orders-read.tsx';
import { ProductsRead } from './products-read.tsx';
import { ServiceTells } from './service-tells.tsx';
import { useConnectionActions } from './use-connection-actions.ts';

const words = connectionsTexts;

/** One connection: how it is, what stands in the way, and how its products and orders are read. */
export const ConnectionCard = memo(function ConnectionCard({ connection }: { connection: ConnectionView }) {
  const { name, channel, channelTitle, sandbox, tone, word, error, findings, kind } = connection;
  const { look, readAnew, lookBack, test } = useConnectionActions(connection);
  const connects = useMay('connect');
  const note = { connection, connects, looking: look.isPending, onLook: () => look.mutate() };
  return (
    <li className={`${ground} p-4`} aria-label={name}>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <ChannelMark channel={channel} size={32} />
        <div className="min-w-0 grow">
          <h2 className="truncate font-semibold">{name}</h2>
          <p className="truncate text-xs text-quiet">
            {sandbox ? words.sandbox(channelTitle) : channelTitle}
            {kind === 'channel' && ` · ${words.listings(connection.listings)}`}
          </p>
        </div>
        <StatusMark tone={tone}>{word}</StatusMark>
        {kind === 'service' && <TextLink to="/outbox">{words.deliveries}</TextLink>}
        {connects && channel !== 'webhook' && (
          <Button icon="looking" busy={look.isPending} onClick={() => look.mutate()}>
            {words.look}
          </Button>
        )}
        {connects && channel === 'webhook' && (
          <Button icon="outbox" busy={test.isPending} onClick={() => test.mutate()}>
            {words.test}
          </Button>
        )}
      </div>
      {(error || findings.length > 0) && (
        <ul className="mt-3 grid gap-2">
          {error && <FindingNote finding={troubleOf(error)} {...note} />}
          {findings.map((finding) => (
            <FindingNote key={`${finding.code} ${finding.tone}`} finding={finding} {...note} />
          ))}
        </ul>
      )}
      {error?.next && (
        <p className="mt-2 text-xs text-quiet">
          {error.next} <Ago at={error.at} />
        </p>
      )}
      {kind === 'service' && (connection.hookAddress !== null || connection.optOuts > 0) && (
        <ServiceTells connection={connection} />
      )}
      {kind === 'channel' && (
        <div className="mt-4 flex flex-wrap gap-x-8 gap-y-4">
          <ProductsRead
            connection={connection}
            busy={readAnew.isPending}
            onReadAnew={connects ? () => readAnew.mutate() : null}
          />
          <OrdersRead
            connection={connection}
            busy={lookBack.isPending}
            onFetch={connects ? (days) => lookBack.mutate(days) : null}
          />
          {connection.locations !== null && (
            <LocationsKept connection={connection} locations={connection.locations} />
          )}
        </div>
      )}
    </li>
  );
});

/** Trouble that only a person can end is red; other trouble passes by itself. */
const troubleOf = ({ reason, fix, action }: NonNullable<ConnectionView['error']>) =>
  ({ tone: fix ? 'bad' : 'warn', reason, fix, action: action ?? 'look-again' }) as const;
