/** What a service told later of a message that it had taken: it arrived, or it did not after all. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import type { OutboxDocument } from './outbox-document.ts';

export interface DeliveryReport {
  /** The outbox document's providerKey, which went out with the message. */
  readonly key: string;
  /** What the service calls the message. */
  readonly receipt: string;
  /** `sent`: it left the service, and nothing more may ever be heard. `delivered`: as far as is known by now. */
  readonly state: 'sent' | 'delivered' | 'failed';
  /** Of a failure: what happened and what to do, in sentences. */
  readonly reason: string | null;
  readonly fix: string | null;
  /** The recipient, when the failure means that it wants no more messages; null: it does not. */
  readonly optedOut: string | null;
}

/** A mail that one server took can be sent back by the next one: then it did not arrive after all. */
const RANK = { sent: 1, delivered: 2, failed: 3 } as const;

/**
 * Keeps the report with its message. Reports come out of order and repeatedly: one that knows more is never overwritten by one that knows less. A failed
 * message waits for a person from then on, as one that could not be sent; a message in doubt is known to have been sent.
 * @returns false when it said nothing new, or there is no such message.
 */
export async function noteReport(
  db: Db,
  clientId: ClientId,
  connectionId: ConnectionId,
  { key, receipt, state, reason, fix }: DeliveryReport,
): Promise<boolean> {
  const outbox = new ClientCollection<OutboxDocument>(db, 'outbox', clientId);
  const at = new Date();
  const ours = { connectionId, providerKey: key } as const;
  const noted = await outbox.updateOne(
    { ...ours, $or: [{ report: null }, { 'report.rank': { $lt: RANK[state] } }] },
    { $set: { report: { state, rank: RANK[state], reason, at } } },
  );
  if (noted.modifiedCount === 0) return false;
  if (state !== 'failed') {
    await outbox.updateOne(
      { ...ours, state: 'in-doubt' },
      { $set: { state: 'sent', knownBy: 'report', receipt, doubt: null, failure: null, endedAt: at } },
    );
    return true;
  }
  await outbox.updateOne(
    { ...ours, state: { $in: ['sent', 'in-doubt'] } },
    {
      $set: {
        state: 'dead',
        receipt,
        doubt: null,
        endedAt: null,
        failure: { code: 'far-side.refused', reason: reason ?? 'It was not delivered.', fix, at },
      },
    },
  );
  return true;
}
