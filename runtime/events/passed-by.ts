/** Events that passed by: they ended while no flow wanted them. A person who looks back has them run after all. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ExecutionDocument } from '../executions/execution-document.ts';
import type { ClientId } from '../ids.ts';
import { type EventDocument, type EventSource, QUEUED_ANEW } from './event.ts';

/** What has just run may not be noted yet (executions/recorder.ts): so long it counts as run. */
const NOTED_AFTER_MS = 5_000;

/**
 * Puts those of the named events back into the queue that have ended without a run of any flow. Runs are noted for 30 days;
 * an event that ended before them is run again: it has the same id, so that what it did is known by its keys.
 * @returns how many.
 */
export async function queuePassedBy(
  db: Db,
  clientId: ClientId,
  source: EventSource,
  dedupeKeys: readonly string[],
): Promise<number> {
  const events = new ClientCollection<EventDocument>(db, 'events', clientId);
  const executions = new ClientCollection<ExecutionDocument>(db, 'executions', clientId);
  const ended = await events
    .find(
      {
        source,
        dedupeKey: { $in: [...dedupeKeys] },
        state: 'done',
        endedAt: { $lt: new Date(Date.now() - NOTED_AFTER_MS) },
      },
      { projection: { _id: 1 } },
    )
    .toArray();
  const hasRun = await Promise.all(ended.map(({ _id }) => isNoted(executions, _id.toHexString())));
  const passedBy = ended.flatMap(({ _id }, index) => (hasRun[index] ? [] : [_id]));
  if (passedBy.length === 0) return 0;
  const queued = await events.updateMany({ _id: { $in: passedBy }, state: 'done' }, { $set: QUEUED_ANEW });
  return queued.modifiedCount;
}

/** An execution's id begins with that of its event: one short range of the ids. */
async function isNoted(executions: ClientCollection<ExecutionDocument>, event: string): Promise<boolean> {
  const named = { _id: { $gte: `${event}:`, $lt: `${event};` } };
  return (await executions.findOne(named, { projection: { _id: 1 }, hint: { _id: 1 } })) !== null;
}
