import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import { AFRESH } from './decide.ts';
import type { OutboxDocument } from './outbox-document.ts';

/**
 * Sends once more what was sent, given up, or waits for a person: the very same message under the same key, so that a
 * far side that has had it knows it. Only for kinds whose far side tells repetitions.
 * @returns false when there is no such message, or it is on its way: nothing was changed.
 */
export async function sendAgain(
  db: Db,
  clientId: ClientId,
  { id, connectionId, effect }: { readonly id: string; readonly connectionId: ConnectionId; effect: string },
): Promise<boolean> {
  const outbox = new ClientCollection<OutboxDocument>(db, 'outbox', clientId);
  const ended = {
    $or: [{ state: { $in: ENDED } }, { state: 'in-doubt' as const, 'doubt.needsPerson': true }],
  };
  const decision = { kind: 'again', at: new Date() } as const;
  const sent = await outbox.updateOne(
    { _id: id, connectionId, effect, step: 'write', ...ended },
    { $set: { ...AFRESH, decision, endedAt: null, knownBy: null }, $inc: { repeats: 1 } },
  );
  return sent.modifiedCount === 1;
}

const ENDED: OutboxDocument['state'][] = ['sent', 'dropped', 'dead'];
