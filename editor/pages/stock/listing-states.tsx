import { Link, useLocation } from 'react-router';
import type { ConnectionView, StockRow } from '#server/api/views.ts';
import { formatCount } from '../../format/numbers.ts';
import { texts } from '../../texts.ts';
import { ChannelMark } from '../../ui/channel-mark.tsx';
import type { IconName } from '../../ui/icon-paths.ts';
import { type MarkTone, StatusMark } from '../../ui/status-mark.tsx';

type Listing = StockRow['listings'][number];

const words = texts.stock;

const looks: Readonly<Record<Listing['state'], { readonly tone: MarkTone; readonly icon: IconName }>> = {
  'in-step': { tone: 'ok', icon: 'ok' },
  waiting: { tone: 'warn', icon: 'clock' },
  checking: { tone: 'idle', icon: 'looking' },
  refused: { tone: 'bad', icon: 'refused' },
};

/** What each channel shows, and what it should show where that differs. Columns of one width, so rows line up. */
export function ListingStates({
  listings,
  connections,
}: {
  listings: readonly Listing[];
  connections: readonly ConnectionView[];
}) {
  const { search } = useLocation();
  if (listings.length === 0) return <span className="text-sm text-quiet">{words.unlisted}</span>;
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(11rem,1fr))] gap-x-4 gap-y-0.5 md:gap-y-1">
      {listings.map((listing) => {
        const connection = connections.find(({ id }) => id === listing.connectionId);
        return (
          <li key={listing.id}>
            <Link
              to={{ pathname: `/stock/why/${encodeURIComponent(listing.id)}`, search }}
              title={connection && words.why(connection.name)}
              className="flex min-h-6 items-center gap-2 rounded hover:bg-sunken"
            >
              <ChannelMark channel={connection?.channel ?? ''} />
              <span className="sr-only">{connection?.name}</span>
              {listing.location && (
                <span className="max-w-20 truncate text-xs text-quiet">{listing.location}</span>
              )}
              <Shown listing={listing} />
              <StatusMark {...looks[listing.state]}>{words.states[listing.state]}</StatusMark>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

function Shown({ listing: { shown, desired } }: { listing: Listing }) {
  return (
    <>
      <span aria-hidden="true" className="min-w-6 text-right md:min-w-12">
        {formatCount(shown)}
        {shown !== desired && <span className="text-quiet"> → {formatCount(desired)}</span>}
      </span>
      <span className="sr-only">
        {words.shows(shown)}
        {shown !== desired && `, ${words.wants(desired)}`}
      </span>
    </>
  );
}
