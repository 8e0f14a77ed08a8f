import { Link } from 'react-router';
import { useConnections, useMay } from '../../api/queries.ts';
import { LookOnly } from '../../shell/rights.tsx';
import { connections as connectionsTexts } from '../../texts/connections.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { ConnectionCard } from './connection-card.tsx';

const words = connectionsTexts;

/** All connections, with what stands in the way of each. */
export default function ConnectionsPage() {
  const connects = useMay('connect');
  return (
    <Page>
      <PageHeader title={words.title} about={words.about}>
        {connects && (
          <div className="flex items-center gap-4 sm:ml-auto">
            <TextLink to="/connections/privacy">{words.privacy}</TextLink>
            <ConnectLink />
          </div>
        )}
      </PageHeader>
      <LookOnly unless="connect" />
      <QueryPart query={useConnections()} skeleton={<SkeletonRows rows={3} />}>
        {(connections) =>
          connections.length === 0 ? (
            <EmptyState icon="plug" title={words.none} action={connects && <ConnectLink />}>
              {words.noneAbout}
            </EmptyState>
          ) : (
            <ul className="grid gap-3">
              {connections.map((connection) => (
                <ConnectionCard key={connection.id} connection={connection} />
              ))}
            </ul>
          )
        }
      </QueryPart>
    </Page>
  );
}

const ConnectLink = () => (
  <Link
    to="/connect"
    className="inline-flex min-h-9 items-center gap-1.5 rounded-lg bg-ink px-3 text-sm font-medium text-paper hover:opacity-85"
  >
    <Icon name="plug" size={16} />
    {words.connect}
  </Link>
);
