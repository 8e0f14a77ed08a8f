/**
 * Events whose runner died are run again. Which of them killed it nobody can know at first: all are suspects,
 * and run one at a time. One that is there each time a runner dies becomes a dead letter, so that a poisoned event
 * does not stop everybody else for ever.
 */
import type { ClientCollection } from '../database/client-collection.ts';
import type { EventDocument, EventFailure } from './event.ts';

/** Runners that may die over one event. */
export const CRASHES_MAX = 4;
/** Time for all others before an event is run again that was there at two deaths. */
const SECOND_CRASH_DELAY_MS = 3_000;

/**
 * Takes back the leases that match: first crashes run again at once, later ones after a while, the last never.
 * @returns how many events became dead letters.
 */
export async function freeLeases(
  events: ClientCollection<EventDocument>,
  leases: Parameters<ClientCollection<EventDocument>['updateMany']>[0],
  now: Date = new Date(),
): Promise<number> {
  const running = { ...leases, state: 'running' as const };
  const failure: EventFailure = {
    code: 'runner.died',
    reason: `The process that ran it died ${CRASHES_MAX} times. Every other event goes on.`,
    fix: 'Look in the log for what the process said last, mend the flow, then retry.',
    where: null,
    at: now,
  };
  const dead = await events.updateMany(
    { ...running, crashes: { $gte: CRASHES_MAX - 1 } },
    { $set: { state: 'dead', lease: null, failure, endedAt: now }, $inc: { crashes: 1 } },
  );
  const nextTryAt = new Date(now.getTime() + SECOND_CRASH_DELAY_MS);
  await events.updateMany(
    { ...running, crashes: { $gt: 0 } },
    { $set: { state: 'retry', lease: null, nextTryAt }, $inc: { crashes: 1 } },
  );
  await events.updateMany(running, { $set: { state: 'queued', lease: null }, $inc: { crashes: 1 } });
  return dead.modifiedCount;
}
