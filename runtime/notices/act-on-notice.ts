/** Does what a channel's notice asks for. May be repeated: each step does nothing twice. */
import type { Database } from '../database/open-database.ts';
import type { AlertRequest } from '../effects/node-context.ts';
import { Rejected } from '../errors.ts';
import type { IncomingEvent } from '../events/event.ts';
import { type ClientId, ConnectionId } from '../ids.ts';
import type { Channel, ChannelClient } from '../sync/channel.ts';
import { type ConnectionNotice, readConnectionNotice } from '../sync/connection-notice.ts';
import { forgetShop } from './forget-shop.ts';
import { deliveriesOf, keepPrivacyRequest, type PrivacyRequestDocument } from './privacy-request.ts';
import { redactOrders } from './redact-orders.ts';

export interface NoticeParts {
  readonly database: Database;
  readonly clientId: ClientId;
  /** The connection's channel and client; undefined: it is gone. */
  readonly channelOf: (
    id: ConnectionId,
  ) => { readonly name: string; readonly channel: Channel; readonly client: ChannelClient } | undefined;
  /** Looks at the connection now, and shows what is found. */
  readonly look: (id: ConnectionId) => Promise<void>;
  readonly alert: (alert: AlertRequest) => Promise<void>;
  /** A connection was removed. */
  readonly removed: () => Promise<void>;
}

/** @throws what the channel or the database throws: the notice is then tried again. */
export async function actOnNotice(parts: NoticeParts, event: IncomingEvent): Promise<void> {
  const connectionId = ConnectionId.parse(event.source);
  const notice = readConnectionNotice(event.body);
  switch (notice.kind) {
    case 'uninstalled':
    case 'rights-changed':
      // What the notice tells may be old news: the shop may be connected again. So it is looked at.
      await parts.look(connectionId);
      return;
    case 'customer-data-request':
      await askMerchant(parts, event, connectionId, notice);
      return;
    case 'customer-redact':
      await redact(parts, event, connectionId, notice);
      return;
    case 'shop-redact':
      await forget(parts, event, connectionId);
      return;
  }
}

type DataRequest = Extract<ConnectionNotice, { kind: 'customer-data-request' }>;
type Redact = Extract<ConnectionNotice, { kind: 'customer-redact' }>;

async function askMerchant(
  parts: NoticeParts,
  event: IncomingEvent,
  connectionId: ConnectionId,
  { request, orders }: DataRequest,
): Promise<void> {
  const { database } = parts;
  const about = aboutOf(parts, event, connectionId, { kind: 'data-request', request, orders });
  const deliveries = (await deliveriesOf(database.db, about).toArray()).length;
  await keepPrivacyRequest(database.db, { ...about, deliveries });
  const shop = parts.channelOf(connectionId)?.name ?? 'A shop';
  await parts.alert({
    key: `privacy:${about._id}`,
    level: 'urgent',
    title: `${shop}: a customer asks what is kept of them`,
    text: `${deliveries} ${deliveries === 1 ? 'delivery' : 'deliveries'} of ${orders.length} ${orders.length === 1 ? 'order' : 'orders'} hold their data (request ${request ?? 'without a number'}). Hand it to them within 30 days: it stands under Connections, Privacy requests.`,
    quietHours: 0,
  });
}

async function redact(
  parts: NoticeParts,
  event: IncomingEvent,
  connectionId: ConnectionId,
  { orders }: Redact,
): Promise<void> {
  const channel = parts.channelOf(connectionId)?.channel;
  if (!channel) throw connectionGone();
  const about = aboutOf(parts, event, connectionId, { kind: 'redact', request: null, orders });
  const deliveries = await redactOrders(parts.database.db, channel, about);
  await keepPrivacyRequest(parts.database.db, { ...about, deliveries });
}

/** Shopify asks for this two days after an app was uninstalled; a merchant who came back meanwhile loses nothing. */
async function forget(parts: NoticeParts, event: IncomingEvent, connectionId: ConnectionId): Promise<void> {
  const { database, clientId } = parts;
  const open = parts.channelOf(connectionId);
  if (open && (await isConnected(open.client))) return;
  const about = aboutOf(parts, event, connectionId, { kind: 'shop-redact', request: null, orders: [] });
  await keepPrivacyRequest(database.db, { ...about, deliveries: 0 });
  await forgetShop(database, clientId, connectionId, event.id);
  await parts.removed();
  await parts.alert({
    key: `forgotten:${connectionId}`,
    level: 'warning',
    title: `${open?.name ?? 'A shop'} was forgotten`,
    text: 'The shop took SyncFlow out and asked for its data to be erased: its keys, listings and deliveries are gone. Orders and stock stay in your books.',
    quietHours: 0,
  });
}

/** @throws {Retryable} when the shop gives no answer: nothing is erased on a guess. */
async function isConnected(client: ChannelClient): Promise<boolean> {
  if (!client.check) return false;
  try {
    await client.check();
    return true;
  } catch (error) {
    if (error instanceof Rejected) return false;
    throw error;
  }
}

function aboutOf(
  { clientId }: NoticeParts,
  { id }: IncomingEvent,
  connectionId: ConnectionId,
  what: Pick<PrivacyRequestDocument, 'kind' | 'request' | 'orders'>,
) {
  return { _id: `${connectionId}/${id}`, clientId, connectionId, ...what };
}

function connectionGone(): Rejected {
  return new Rejected('The shop that asked for this is no longer connected.', {
    code: 'connection.gone',
    fix: 'If the shop is gone for good, drop this; what was kept of it is gone too.',
  });
}
