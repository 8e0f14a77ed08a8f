/** Forgets a shop that has left: its keys, its deliveries, its listings and what waited for it. */
import { ObjectId } from 'mongodb';
import { Alerts } from '../alerts/alerts.ts';
import { removeConnection } from '../clients/connection-model.ts';
import { ClientCollection, type ClientDocument } from '../database/client-collection.ts';
import type { Database } from '../database/open-database.ts';
import type { EventDocument } from '../events/event.ts';
import type { ClientId, ConnectionId } from '../ids.ts';

/** Where a connection's own documents lie, and by which field they name it. Orders and movements stay, see the README. */
const PLACES: readonly (readonly [collection: string, field: string])[] = [
  ['listings', 'connectionId'],
  ['pushes', 'connectionId'],
  ['drifts', 'connectionId'],
  ['outbox', 'connectionId'],
  ['polls', '_id'],
  ['imports', '_id'],
  ['health', '_id'],
  ['keys', '_id'],
];

interface Owned extends ClientDocument {
  readonly _id: ConnectionId;
}

/**
 * May be repeated after a crash: the connection itself goes last.
 * @param keepEvent id of the notice that asks for it: it is being worked off.
 */
export async function forgetShop(
  { db, models }: Database,
  clientId: ClientId,
  connectionId: ConnectionId,
  keepEvent: string,
): Promise<void> {
  for (const [name, field] of PLACES) {
    const documents = new ClientCollection<Owned>(db, name, clientId);
    await documents.deleteMany({ [field]: connectionId });
  }
  // The notice that is being worked off ends by itself.
  const events = new ClientCollection<EventDocument>(db, 'events', clientId);
  await events.deleteMany({ source: connectionId, _id: { $ne: new ObjectId(keepEvent) } });
  await new Alerts(db, clientId).removed(connectionId);
  await removeConnection(models, clientId, connectionId);
}
