import { useConnections } from '../../api/queries.ts';
import { texts } from '../../texts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { ChannelRow } from './channel-row.tsx';

/** How each channel does. */
export function Channels({ className }: { className: string }) {
  return (
    <Panel
      className={className}
      title={texts.dashboard.channels}
      more={{ to: '/connections', text: texts.dashboard.all }}
    >
      <QueryPart query={useConnections()} skeleton={<SkeletonRows rows={2} />}>
        {(connections) =>
          connections.length === 0 ? (
            <EmptyState icon="plug" title={texts.dashboard.noChannels}>
              {texts.dashboard.noChannelsAbout}
            </EmptyState>
          ) : (
            <ul>
              {connections.map((connection) => (
                <ChannelRow key={connection.id} connection={connection} />
              ))}
            </ul>
          )
        }
      </QueryPart>
    </Panel>
  );
}
