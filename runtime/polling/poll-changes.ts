/** One round of polling: what changed since the kept moment goes into the inbox, oldest change first. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { EventDocument } from '../events/event.ts';
import type { NewEvent } from '../events/inbox.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import type { ChannelClient, PolledEvent } from '../sync/channel.ts';
import type { PollDocument } from './poll-document.ts';

/** Which connection. */
export interface PollOwner {
  readonly db: Db;
  readonly clientId: ClientId;
  readonly connectionId: ConnectionId;
}

export interface PollTarget extends PollOwner {
  readonly client: Pick<ChannelClient, 'ordersChanged' | 'ordersPlaced'>;
  /** Puts an event into the inbox; false when it was there already. */
  readonly accept: (event: NewEvent) => Promise<boolean>;
  /** How far each round looks behind the kept moment. */
  readonly overlapMs: number;
  /** Told of each page that is safe: a channel that answers a part is not one that does not answer. */
  readonly paged?: () => void;
}

/** What a round, or a page of a look back, brought. */
export interface PollOutcome {
  readonly found: number;
  /** Of those: what was not in the inbox yet. */
  readonly fresh: number;
}

/** A connection that was never polled is looked at from this long before now; what is older is history. */
const FIRST_LOOK_MS = 15 * 60_000;
/** A million changes: beyond it a channel's paging must be broken. */
const PAGES_MAX = 10_000;
/** Events of the connection that may wait in the inbox before nothing more is fetched. */
const WAITING_MAX = 5_000;

/** The document of a connection; made at its first round. */
export async function pollDocumentOf(owner: PollOwner): Promise<PollDocument> {
  const { clientId, connectionId } = owner;
  const polls = pollsOf(owner);
  const known = await polls.findOne({ _id: connectionId });
  if (known) return known;
  const fresh: PollDocument = {
    _id: connectionId,
    clientId,
    seenTo: new Date(Date.now() - FIRST_LOOK_MS),
    round: null,
    polledAt: null,
    healed: 0,
    lookBack: null,
    webhooksAt: null,
    webhooksTrouble: null,
  };
  await polls.insertIfAbsent(fresh);
  return fresh;
}

/**
 * Fetches what changed since the kept moment less the overlap. Where it is stands in the database after each page,
 * so that a round that breaks off goes on there; the kept moment moves when the round is whole.
 * @throws {Retryable} or {Rejected} from the client; what was accepted before that stays accepted.
 */
export async function pollChanges(target: PollTarget): Promise<PollOutcome> {
  const { client, connectionId, overlapMs } = target;
  if (!client.ordersChanged) return { found: 0, fresh: 0 };
  const polls = pollsOf(target);
  const { seenTo, round } = await pollDocumentOf(target);
  const since = round?.since ?? new Date(seenTo.getTime() - overlapMs);
  let cursor = round?.cursor ?? null;
  let reached = round?.reached ?? null;
  const outcome = { found: 0, fresh: 0 };
  for (let page = 0; page < PAGES_MAX; page += 1) {
    if (await inboxIsFull(target)) return outcome;
    const found = await client.ordersChanged({ since, cursor });
    const fresh = await acceptAll(target, found.events);
    target.paged?.();
    outcome.fresh += fresh;
    outcome.found += found.events.length;
    if (found.reached && found.reached > (reached ?? seenTo)) reached = found.reached;
    const $inc = { healed: fresh };
    cursor = found.next;
    if (cursor === null) {
      const $set = { seenTo: reached ?? seenTo, round: null, polledAt: new Date() };
      await polls.updateOne({ _id: connectionId }, { $set, $inc });
      return outcome;
    }
    await polls.updateOne({ _id: connectionId }, { $set: { round: { since, cursor, reached } }, $inc });
  }
  throw new Error(`more than ${PAGES_MAX} pages of changed orders`);
}

/** Accepts in the order given. @returns how many were new. */
export async function acceptAll(
  { clientId, connectionId, accept }: PollTarget,
  events: readonly PolledEvent[],
): Promise<number> {
  const accepted = await Promise.all(
    events.map(({ topic, dedupeKey, partition, body }) =>
      accept({ clientId, source: connectionId, topic, dedupeKey, partition, body }),
    ),
  );
  return accepted.filter(Boolean).length;
}

export async function inboxIsFull({ db, clientId, connectionId }: PollTarget): Promise<boolean> {
  const events = new ClientCollection<EventDocument>(db, 'events', clientId);
  const waiting = await events.count({ source: connectionId, state: 'queued' }, { limit: WAITING_MAX });
  return waiting >= WAITING_MAX;
}

export function pollsOf({ db, clientId }: PollOwner): ClientCollection<PollDocument> {
  return new ClientCollection<PollDocument>(db, 'polls', clientId);
}
