/** From what a run of an event threw to what becomes of the event: another try at a later time, or a dead letter. */
import { isDatabaseAway } from '../database/database-away.ts';
import { codeOf, Rejected, verdictOf } from '../errors.ts';
import type { EventDocument, EventFailure, FlowStates } from './event.ts';
import { nextDelayMs, type RetryPolicy } from './retry-policy.ts';

/** Thrown by a run that knows by itself when the next try is due, since its flows have retry policies of their own. */
export class FlowsFailed extends Error {
  override readonly name = 'FlowsFailed';
  readonly failure: EventFailure;
  /** Milliseconds to the next try; null: none can help, or all were made. */
  readonly nextTryMs: number | null;
  readonly flows: FlowStates;

  constructor(failure: EventFailure, nextTryMs: number | null, flows: FlowStates, cause?: Error) {
    super(failure.reason, { cause });
    this.failure = failure;
    this.nextTryMs = nextTryMs;
    this.flows = flows;
  }
}

/** However long the database was away, an event that is interrupted so often fails by itself. */
const INTERRUPTIONS_MAX = 100;
const INTERRUPTED_PAUSE_MS = 500;

/**
 * What is written into the event after a run of it failed.
 * @param policy for errors that bring no time of their own.
 */
export function endOfFailed(
  error: unknown,
  before: Pick<EventDocument, 'failures' | 'interruptions'>,
  policy: RetryPolicy,
): Partial<EventDocument> {
  const at = new Date();
  if (isDatabaseAway(error) && before.interruptions < INTERRUPTIONS_MAX) {
    const nextTryAt = new Date(at.getTime() + INTERRUPTED_PAUSE_MS);
    return { state: 'retry', interruptions: before.interruptions + 1, crashes: 0, nextTryAt };
  }
  const failures = before.failures + 1;
  const known = error instanceof FlowsFailed ? error : null;
  const nextTryMs = known ? known.nextTryMs : nextDelayMs(error, failures, policy, Math.random());
  const ended = {
    failures,
    crashes: 0,
    interruptions: 0,
    failure: known ? known.failure : failureOf(error, at),
    ...(known ? { flows: known.flows } : {}),
  };
  return nextTryMs === null
    ? { ...ended, state: 'dead', endedAt: at }
    : { ...ended, state: 'retry', nextTryAt: new Date(at.getTime() + nextTryMs) };
}

/** An error as it is kept, for people and for the recovery job. */
export function failureOf(error: unknown, at: Date): EventFailure {
  const verdict = verdictOf(error);
  const where = error instanceof Error && 'where' in error ? error.where : null;
  return {
    code: codeOf(error),
    reason: error instanceof Error ? error.message : String(error),
    fix: verdict instanceof Rejected ? verdict.fix : null,
    where: typeof where === 'string' ? where : null,
    about: verdict?.about ?? null,
    at,
  };
}
