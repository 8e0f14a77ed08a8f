/** What people ask under privacy laws, as their shops hand it on, and what was done about it: for the merchant's record. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { EventDocument } from '../events/event.ts';
import type { ClientId, ConnectionId } from '../ids.ts';

export interface PrivacyRequestDocument {
  /** `<connection>/<event>`: the same notice never makes a second one. */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly connectionId: ConnectionId;
  readonly kind: 'data-request' | 'redact' | 'shop-redact';
  /** The channel's own id of the request; null: it has none. */
  readonly request: string | null;
  /** The channel's own ids of the orders that it is about. */
  readonly orders: readonly string[];
  readonly receivedAt: Date;
  /** Until when the merchant has to answer; null: nothing is left to do. */
  readonly dueAt: Date | null;
  /** When a person said that the customer has what they asked for, and who; absent: nobody has. */
  readonly answered?: { readonly at: Date; readonly by: string };
  /** Deliveries that hold, or held, personal data of these orders. */
  readonly deliveries: number;
}

/** A month, as the laws give it (GDPR article 12.3). */
const ANSWER_MS = 30 * 86_400_000;

export async function keepPrivacyRequest(
  db: Db,
  request: Omit<PrivacyRequestDocument, 'dueAt' | 'receivedAt'>,
): Promise<void> {
  const receivedAt = new Date();
  const dueAt = request.kind === 'data-request' ? new Date(receivedAt.getTime() + ANSWER_MS) : null;
  const requests = new ClientCollection<PrivacyRequestDocument>(db, 'privacyRequests', request.clientId);
  await requests.insertIfAbsent({ ...request, receivedAt, dueAt });
}

/** The deliveries of some orders of a connection, oldest first. */
export function deliveriesOf(
  db: Db,
  { clientId, connectionId, orders }: Pick<PrivacyRequestDocument, 'clientId' | 'connectionId' | 'orders'>,
) {
  const events = new ClientCollection<EventDocument>(db, 'events', clientId);
  const partition = { $in: orders.map((id) => `order:${id}`) };
  return events.find({ source: connectionId, topic: 'order.changed', partition }).sort({ _id: 1 });
}

/** The customer has what they asked for. Said once; said again it changes nothing. @returns null: there is no such request. */
export async function answerPrivacyRequest(
  db: Db,
  clientId: ClientId,
  id: string,
  by: string,
): Promise<PrivacyRequestDocument | null> {
  const requests = new ClientCollection<PrivacyRequestDocument>(db, 'privacyRequests', clientId);
  await requests.updateOne(
    { _id: id, kind: 'data-request', answered: { $exists: false } },
    { $set: { answered: { at: new Date(), by } } },
  );
  return await requests.findOne({ _id: id });
}
