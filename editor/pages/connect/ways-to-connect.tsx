import { useSearchParams } from 'react-router';
import type { ChannelKindView } from '#server/api/views.ts';
import { useChannels, useConnections } from '../../api/queries.ts';
import { connect as connectTexts } from '../../texts/connect.ts';
import { QueryPart } from '../../ui/query-part.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Choices } from './choices.tsx';
import { ConnectForm } from './connect-form.tsx';

const words = connectTexts;

interface Then {
  /** Services are left out. */
  readonly shopsOnly?: boolean;
  readonly countsAtFirst?: boolean;
  /** What follows when it is connected by keys; by itself the page of the connections. */
  readonly onConnected?: () => void;
}

/** The choice of a channel and of a way to connect it, and the form of that way. */
export function WaysToConnect(then: Then) {
  const query = useChannels();
  return (
    <QueryPart query={query} skeleton={<SkeletonRows rows={3} />}>
      {(all) => (
        <Choosing channels={then.shopsOnly ? all.filter(({ kind }) => kind === 'channel') : all} {...then} />
      )}
    </QueryPart>
  );
}

/** Channel and way stand in the address, so that Back leads to the choice before. */
function Choosing({ channels, countsAtFirst, onConnected }: { channels: readonly ChannelKindView[] } & Then) {
  const [params, setParams] = useSearchParams();
  const { data: connections = [] } = useConnections();
  const again = connections.find(({ id }) => id === params.get('again'));
  const type = again?.channel ?? params.get('channel');
  const channel = channels.find((one) => one.type === type) ?? channels[0];
  const way = channel?.ways.find(({ id }) => id === params.get('way')) ?? channel?.ways[0];
  const sandboxUrl = params.get('sandbox') ?? '';
  const choose = (change: Readonly<Record<string, string>>) =>
    setParams((before) => ({ ...Object.fromEntries(before), ...change }));
  if (!channel || !way) return null;
  return (
    <div className="grid gap-6 *:min-w-0">
      {!again && (
        <Choices
          legend={words.channel}
          options={channels.map((one) => ({ value: one.type, text: one.title }))}
          value={channel.type}
          onChoose={(chosen) => choose({ channel: chosen, way: '' })}
        />
      )}
      {channel.ways.length > 1 && (
        <Choices
          legend={words.way}
          options={channel.ways.map(({ id, title }) => ({ value: id, text: title }))}
          value={way.id}
          onChoose={(chosen) => choose({ way: chosen })}
        />
      )}
      {sandboxUrl && <p className="text-sm text-quiet">{words.sandbox(sandboxUrl)}</p>}
      <ConnectForm
        key={`${channel.type} ${way.id}`}
        channel={channel.type}
        way={way}
        isShop={channel.kind === 'channel'}
        countsAtFirst={countsAtFirst}
        onConnected={onConnected}
        again={again?.id ?? ''}
        sandboxUrl={sandboxUrl || (again?.sandbox && again.address) || ''}
      />
    </div>
  );
}
