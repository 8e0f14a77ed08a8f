/** What SyncFlow itself does about an event, before or in place of flows. */
import type { ConnectionDocument } from '../clients/connection-model.ts';
import type { Database } from '../database/open-database.ts';
import type { AlertRequest } from '../effects/node-context.ts';
import type { IncomingEvent } from '../events/event.ts';
import { type ClientId, ConnectionId } from '../ids.ts';
import { takeListingNews } from '../listings/take-news.ts';
import { actOnNotice } from '../notices/act-on-notice.ts';
import type { StockLedger } from '../stock/ledger.ts';
import type { Channel, ChannelClient } from '../sync/channel.ts';
import { readListingNews } from '../sync/listing-news.ts';

export interface OwnEventParts {
  readonly database: Database;
  readonly clientId: ClientId;
  readonly ledger: StockLedger;
  readonly connectionOf: (
    id: ConnectionId,
  ) =>
    | { readonly connection: ConnectionDocument; readonly channel: Channel; readonly client: ChannelClient }
    | undefined;
  readonly look: (id: ConnectionId) => Promise<void>;
  readonly alert: (alert: AlertRequest) => Promise<void>;
  readonly removed: () => Promise<void>;
  readonly listingsChanged: () => void;
}

/** @returns true when the event is none for flows. @throws what makes it worth another try. */
export async function workOffOwn(parts: OwnEventParts, event: IncomingEvent): Promise<boolean> {
  if (event.topic === 'connection.notice') {
    const channelOf = (id: ConnectionId) => {
      const found = parts.connectionOf(id);
      return found && { ...found, name: found.connection.name };
    };
    await actOnNotice({ ...parts, channelOf }, event);
    return true;
  }
  if (event.topic !== 'listing.changed') return false;
  const found = parts.connectionOf(ConnectionId.parse(event.source));
  if (!found) return true;
  const { connection, channel, client } = found;
  await takeListingNews(
    {
      db: parts.database.db,
      clientId: parts.clientId,
      connectionId: connection._id,
      channel,
      client,
      ledger: parts.ledger,
      countingAuthority: connection.countingAuthority,
    },
    readListingNews(event.body),
  );
  parts.listingsChanged();
  return false;
}
