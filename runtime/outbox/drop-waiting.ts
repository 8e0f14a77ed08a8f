import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import type { OutboxDocument } from './outbox-document.ts';

/** Drops what waits for a connection that a person removed: nobody is left to get it. What is being sent ends by itself. */
export async function dropWaiting(db: Db, clientId: ClientId, connectionId: ConnectionId): Promise<void> {
  const at = new Date();
  await new ClientCollection<OutboxDocument>(db, 'outbox', clientId).updateMany(
    { connectionId, state: { $in: ['queued', 'in-doubt', 'dead'] } },
    { $set: { state: 'dropped', lease: null, endedAt: at, decision: { kind: 'drop', at } } },
  );
}
