/**
 * A look back at the orders of a chosen period: page by page through the same inbox, resumable after a crash. What came
 * while no flow ran is known to the inbox and yet in no flow's books: it is queued again.
 */
import { queuePassedBy } from '../events/passed-by.ts';
import {
  acceptAll,
  inboxIsFull,
  type PollOwner,
  type PollTarget,
  pollDocumentOf,
  pollsOf,
} from './poll-changes.ts';
import type { LookBack } from './poll-document.ts';

/** Asks for a look back; one that still runs is replaced. */
export async function askForLookBack(owner: PollOwner, since: Date, until: Date): Promise<LookBack> {
  await pollDocumentOf(owner);
  const lookBack: LookBack = {
    since,
    until,
    cursor: null,
    orders: 0,
    state: 'running',
    startedAt: new Date(),
    endedAt: null,
  };
  await pollsOf(owner).updateOne({ _id: owner.connectionId }, { $set: { lookBack } });
  return lookBack;
}

/**
 * Fetches one page of the look back, if one runs.
 * @returns true when there may be more to do at once.
 */
export async function lookBackOnce(target: PollTarget): Promise<boolean> {
  const { db, client, clientId, connectionId } = target;
  const { lookBack } = await pollDocumentOf(target);
  if (lookBack?.state !== 'running' || !client.ordersPlaced || (await inboxIsFull(target))) return false;
  const { since, until, cursor } = lookBack;
  const { events, next } = await client.ordersPlaced({ since, until, cursor });
  const fresh = await acceptAll(target, events);
  const keys = events.map(({ dedupeKey }) => dedupeKey);
  const again = await queuePassedBy(db, clientId, connectionId, keys);
  // Another period may have been asked for meanwhile: then this page counts for nothing, and the new one begins.
  await pollsOf(target).updateOne(
    { _id: connectionId, 'lookBack.startedAt': lookBack.startedAt },
    {
      $set: {
        'lookBack.cursor': next,
        'lookBack.state': next === null ? 'done' : 'running',
        'lookBack.endedAt': next === null ? new Date() : null,
      },
      $inc: { 'lookBack.orders': fresh + again },
    },
  );
  return next !== null;
}
