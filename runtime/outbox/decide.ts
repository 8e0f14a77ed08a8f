/** What a person decides about a message that could not settle itself. */
import type { Db, Filter, UpdateFilter } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId } from '../ids.ts';
import type { OutboxDecision, OutboxDocument } from './outbox-document.ts';

/** Messages that wait for a person: dead ones, and those whose doubt no look can settle. */
export const WAITS_FOR_PERSON: Filter<OutboxDocument> = {
  $or: [{ state: 'dead' }, { state: 'in-doubt', 'doubt.needsPerson': true }],
};

/**
 * - `done`: the person has seen that it happened.
 * - `again`: send it (once more), under the same key.
 * - `drop`: nobody wants it any more.
 * - `undo`: take back what was sent, where its kind allows it (the caller checks that).
 * @returns false when the message does not wait for such a decision (any more): nothing was changed.
 */
export async function decide(db: Db, clientId: ClientId, id: string, kind: OutboxDecision): Promise<boolean> {
  const outbox = new ClientCollection<OutboxDocument>(db, 'outbox', clientId);
  const at = new Date();
  const decision = { kind, at };
  if (kind === 'undo') {
    const undone = await outbox.updateOne(
      { _id: id, state: 'sent' },
      { $set: { ...AFRESH, step: 'compensate', decision, endedAt: null } },
    );
    return undone.modifiedCount === 1;
  }
  const waiting: Filter<OutboxDocument> = { _id: id, ...WAITS_FOR_PERSON };
  if (kind !== 'again') {
    const end: UpdateFilter<OutboxDocument> = {
      $set:
        kind === 'done'
          ? { state: 'sent', knownBy: 'person', doubt: null, decision, endedAt: at }
          : { state: 'dropped', decision, endedAt: at },
    };
    return (await outbox.updateOne(waiting, end)).modifiedCount === 1;
  }
  // What was in doubt may have arrived: sending it again is counted, since the far side may get it twice.
  const doubted = await outbox.updateOne(
    { _id: id, state: 'in-doubt', 'doubt.needsPerson': true },
    { $set: { ...AFRESH, decision }, $inc: { repeats: 1 } },
  );
  if (doubted.modifiedCount === 1) return true;
  const dead = await outbox.updateOne({ _id: id, state: 'dead' }, { $set: { ...AFRESH, decision } });
  return dead.modifiedCount === 1;
}

/** As if it had never been tried. */
export const AFRESH = {
  state: 'queued',
  tries: 0,
  notBefore: null,
  doubt: null,
  failure: null,
  lease: null,
} as const;
