/** Events that came, as triggers got them: what SyncFlow itself made of others is left out, since a trial makes it anew. */
import { type Db, type Filter, ObjectId } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { EventDocument, EventTopic, IncomingEvent } from '../events/event.ts';
import { type ClientId, OrderId } from '../ids.ts';
import type { TrialOf } from './trial.ts';

const TOPICS: readonly EventTopic[] = ['order.changed', 'listing.changed', 'stock.changed'];
/** Told by `bookOrder` and `setStock` of flows: see runtime/effects/live-effects.ts and runtime/stock/set-stock.ts. */
const CONSEQUENCE = /^(booked|set):/;

export interface RecordedEvents {
  /** Oldest first. */
  readonly events: readonly IncomingEvent[];
  readonly more: boolean;
  /** The orders that they are about. */
  readonly orders: readonly OrderId[];
}

/** Reads one event, or the newest of a period. An event that is not there any more gives none. */
export async function recordedEvents(db: Db, clientId: ClientId, of: TrialOf): Promise<RecordedEvents> {
  const events = new ClientCollection<EventDocument>(db, 'events', clientId);
  if (of.kind !== 'event' && of.kind !== 'period') return { events: [], more: false, orders: [] };
  const found =
    of.kind === 'event'
      ? await events
          .find(ObjectId.isValid(of.id) ? { _id: new ObjectId(of.id) } : { _id: new ObjectId() })
          .toArray()
      : await events
          .find(inPeriod(of))
          .sort({ _id: -1 })
          .limit(of.limit + 1)
          .toArray();
  const limit = of.kind === 'period' ? of.limit : 1;
  const newest = found.slice(0, limit);
  const orders = newest.flatMap(({ partition }) =>
    partition.includes(':order:') ? OrderId.parse(partition) : [],
  );
  return {
    events: newest.map(incoming).reverse(),
    more: found.length > limit,
    orders: [...new Set(orders)],
  };
}

function inPeriod({ from, until }: { readonly from: Date; readonly until: Date }): Filter<EventDocument> {
  // Ids begin with the second in which the event came: that is the index by which they are found.
  const second = (at: Date) => Math.floor(at.getTime() / 1_000);
  return {
    // What came within the last second belongs to it.
    _id: { $gte: ObjectId.createFromTime(second(from)), $lt: ObjectId.createFromTime(second(until) + 1) },
    topic: { $in: [...TOPICS] },
    dedupeKey: { $not: CONSEQUENCE },
  };
}

function incoming({
  _id,
  source,
  topic,
  body,
  receivedAt,
  failures,
  partition,
  flows,
}: EventDocument): IncomingEvent {
  return {
    id: _id.toHexString(),
    source,
    topic,
    body: Buffer.from(body.value()),
    receivedAt,
    failures,
    partition,
    flows,
  };
}
