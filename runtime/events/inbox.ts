/** The inbox: what was accepted is durable, once, until every flow that wants it has ended. */
import { Binary, type Db, ObjectId } from 'mongodb';
import { batchCalls } from '../batch-calls.ts';
import { ClientCollection } from '../database/client-collection.ts';
import { isDatabaseAway } from '../database/database-away.ts';
import type { ClientId } from '../ids.ts';
import type { EventAddress } from '../later/later-effects.ts';
import { type EventDocument, type EventSource, type EventTopic, NO_FLOWS } from './event.ts';

export interface NewEvent {
  readonly clientId: ClientId;
  readonly source: EventSource;
  readonly topic: EventTopic;
  readonly dedupeKey: string;
  readonly partition: string;
  readonly body: Buffer;
  /** For one node alone: see `EventDocument`. */
  readonly to?: EventAddress;
}

const TOGETHER_MAX = 100;
/** While two writes are under way, what comes in is gathered: one flush to the disk then pays for all of it. */
const WRITES_MAX = 2;

/**
 * Accepts an event. When this has answered, the event is on disk (majority, journaled).
 * @returns false when it was accepted before: nothing new was made.
 */
export async function acceptEvent(db: Db, event: NewEvent): Promise<boolean> {
  const events = new ClientCollection<EventDocument>(db, 'events', event.clientId);
  return await events.insertIfAbsent(queued(event));
}

/**
 * A door for many events at once: the same promise as `acceptEvent` for each of them, in few writes. When one can't
 * be written, all that were gathered with it are refused: their senders send them again, and what was kept is known.
 */
export function openInbox(db: () => Db): (event: NewEvent) => Promise<boolean> {
  return batchCalls((events) => acceptOverRestarts(db, events), TOGETHER_MAX, WRITES_MAX);
}

/**
 * A database that dies takes the answers to all writes under way with it, and the driver repeats only one of them. So
 * they are written once more: what was kept the first time is told apart by its key, and counts as new.
 */
async function acceptOverRestarts(db: () => Db, events: readonly NewEvent[]): Promise<boolean[]> {
  try {
    return await acceptTogether(db(), events);
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    await acceptTogether(db(), events);
    return events.map(() => true);
  }
}

async function acceptTogether(db: Db, events: readonly NewEvent[]): Promise<boolean[]> {
  const accepted: boolean[] = [];
  const ofClient = Map.groupBy(events.keys(), (index) => (events[index] as NewEvent).clientId);
  await Promise.all(
    [...ofClient].map(async ([clientId, indexes]) => {
      const collection = new ClientCollection<EventDocument>(db, 'events', clientId);
      const isNew = await collection.insertAbsent(indexes.map((index) => queued(events[index] as NewEvent)));
      for (const [position, index] of indexes.entries()) accepted[index] = isNew[position] ?? false;
    }),
  );
  return accepted;
}

function queued(event: NewEvent): EventDocument {
  return {
    ...event,
    _id: new ObjectId(),
    body: new Binary(event.body),
    receivedAt: new Date(),
    state: 'queued',
    failures: 0,
    crashes: 0,
    interruptions: 0,
    recoveries: 0,
    nextTryAt: null,
    lease: null,
    failure: null,
    flows: NO_FLOWS,
    endedAt: null,
  };
}
