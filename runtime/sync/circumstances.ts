/** What is true of a whole channel at a moment: whether all of its news has been worked off, and up to when. */
import { ClientCollection, type ClientDocument } from '../database/client-collection.ts';
import type { EventDocument } from '../events/event.ts';
import type { Circumstances } from './difference.ts';
import type { PushTarget } from './push-batch.ts';

type Place = Pick<PushTarget, 'db' | 'clientId' | 'connectionId'>;

/** What is read of a poller's own record of a connection. */
interface PollMark extends ClientDocument {
  readonly _id: string;
  readonly polledAt: Date | null;
}

/** Nothing is known of a connection that was never polled to the end: no order before this moment was. */
const NEVER = new Date(0);

/**
 * What is needed to judge differences.
 * @param watching false: no difference is watched, so none can have become drift, and nothing is asked.
 */
export async function circumstancesOf(
  { settleMs, ...place }: Place & Pick<PushTarget, 'settleMs'>,
  now: Date,
  watching: boolean,
): Promise<Circumstances> {
  if (!watching) return { now, settleMs, inboxQuiet: false, polledAt: NEVER };
  const events = eventsOf(place);
  const polls = new ClientCollection<PollMark>(place.db, 'polls', place.clientId);
  const [unfinished, poll] = await Promise.all([
    events.count({ source: place.connectionId, state: { $in: ['queued', 'running', 'retry'] } }),
    polls.findOne({ _id: place.connectionId }, { projection: { polledAt: 1 } }),
  ]);
  return { now, settleMs, inboxQuiet: unfinished === 0, polledAt: poll && (poll.polledAt ?? NEVER) };
}

/**
 * Every event of the channel that reached us before this moment has been worked off; null: all of them. Events that
 * failed and wait for another try are left aside, since that may take a day: what they tell of is seen in the channel's
 * own count, and is left out of what is written.
 */
export async function seenUpTo(place: Place): Promise<Date | null> {
  const events = eventsOf(place);
  const oldest = await Promise.all(
    (['queued', 'running'] as const).map((state) =>
      events.findOne(
        { source: place.connectionId, state },
        { sort: { _id: 1 }, projection: { receivedAt: 1 } },
      ),
    ),
  );
  const moments = oldest.flatMap((event) => (event ? [event.receivedAt.getTime()] : []));
  return moments.length > 0 ? new Date(Math.min(...moments)) : null;
}

function eventsOf({ db, clientId }: Place): ClientCollection<EventDocument> {
  return new ClientCollection<EventDocument>(db, 'events', clientId);
}
