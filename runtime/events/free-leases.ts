/**
 * Events whose runner died are run again. Where the runner could say which event it died of, only that one is to
 * blame. Else nobody can know at first: all that ran are suspects, and run one at a time. One that is there each time a
 * runner dies becomes a dead letter, so that a poisoned event does not stop everybody else for ever.
 */
import { ObjectId } from 'mongodb';
import type { ClientCollection } from '../database/client-collection.ts';
import type { EventDocument, EventFailure } from './event.ts';

/** A runner that is certainly gone. */
export interface DeadRunner {
  /** The name under which it held leases. */
  readonly runner: string;
  /** The event that it died of; null when it is not known. */
  readonly eventId: string | null;
}

type Leases = Parameters<ClientCollection<EventDocument>['updateMany']>[0];

/** Runners that may die over one event. */
export const CRASHES_MAX = 4;
/** Time for all others before an event is run again that is to blame, or was there at two deaths. */
const NEXT_CRASH_DELAY_MS = 2_000;
/** Without anybody to blame, the first death is as a rule not the event's fault. */
const FREE_CRASHES = 1;

/** Takes back the leases of dead runners. @returns how many events became dead letters. */
export async function buryRunners(
  events: ClientCollection<EventDocument>,
  dead: readonly DeadRunner[],
): Promise<number> {
  let deadLetters = 0;
  for (const { runner, eventId } of dead) {
    const leases: Leases = { 'lease.runner': runner };
    if (eventId && ObjectId.isValid(eventId)) {
      deadLetters += await freeLeases(events, { ...leases, _id: new ObjectId(eventId) }, 1);
      await handBack(events, leases);
    } else {
      deadLetters += await freeLeases(events, leases);
    }
  }
  return deadLetters;
}

/**
 * Takes back the leases that match: first crashes run again at once, later ones after a while, the last never.
 * @param delayedFrom from this crash on.
 * @returns how many events became dead letters.
 */
export async function freeLeases(
  events: ClientCollection<EventDocument>,
  leases: Leases,
  delayedFrom = FREE_CRASHES + 1,
): Promise<number> {
  const now = new Date();
  const running = { ...leases, state: 'running' as const };
  const failure: EventFailure = {
    code: 'runner.died',
    reason: `The process that ran it died ${CRASHES_MAX} times. Every other event goes on.`,
    fix: 'Look in the log for what the process said last, mend the flow, then retry.',
    where: null,
    at: now,
    about: null,
  };
  const dead = await events.updateMany(
    { ...running, crashes: { $gte: CRASHES_MAX - 1 } },
    { $set: { state: 'dead', lease: null, failure, endedAt: now }, $inc: { crashes: 1 } },
  );
  const nextTryAt = new Date(now.getTime() + NEXT_CRASH_DELAY_MS);
  await events.updateMany(
    { ...running, crashes: { $gte: delayedFrom - 1 } },
    { $set: { state: 'retry', lease: null, nextTryAt }, $inc: { crashes: 1 } },
  );
  await events.updateMany(running, { $set: { state: 'queued', lease: null }, $inc: { crashes: 1 } });
  return dead.modifiedCount;
}

/** Puts what is leased back into the queue, and blames nothing for it. */
export async function handBack(events: ClientCollection<EventDocument>, leases: Leases): Promise<number> {
  const { modifiedCount } = await events.updateMany(
    { ...leases, state: 'running' },
    { $set: { state: 'queued', lease: null } },
  );
  return modifiedCount;
}
