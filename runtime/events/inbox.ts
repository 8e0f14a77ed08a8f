/** The inbox: what was accepted is durable, once, until every flow that wants it has ended. */
import { Binary, type Db, ObjectId } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId } from '../ids.ts';
import type { EventDocument, EventSource, EventTopic } from './event.ts';

export interface NewEvent {
  readonly clientId: ClientId;
  readonly source: EventSource;
  readonly topic: EventTopic;
  readonly dedupeKey: string;
  readonly partition: string;
  readonly body: Buffer;
}

/**
 * Accepts an event. When this has answered, the event is on disk (majority, journaled).
 * @returns false when it was accepted before: nothing new was made.
 */
export async function acceptEvent(db: Db, event: NewEvent): Promise<boolean> {
  const events = new ClientCollection<EventDocument>(db, 'events', event.clientId);
  return await events.insertIfAbsent({
    ...event,
    _id: new ObjectId(),
    body: new Binary(event.body),
    receivedAt: new Date(),
    state: 'queued',
    failures: 0,
    crashes: 0,
    nextTryAt: null,
    lease: null,
    failure: null,
    endedAt: null,
  });
}
