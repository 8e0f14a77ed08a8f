/** From the ends of all flows of one event to what becomes of the event. */
import { isDatabaseAway } from '../database/database-away.ts';
import { Retryable, verdictOf } from '../errors.ts';
import type { EventFailure, FlowStates } from '../events/event.ts';
import { FlowsFailed, failureOf } from '../events/event-failed.ts';

/** How the run of one flow ended. */
export interface FlowEnd {
  /** The execution's id. */
  readonly id: string;
  /** null: it went well. */
  readonly error: Error | null;
  /** Milliseconds to its next try; null where it went well or no further try is to be made. */
  readonly nextTryMs: number | null;
}

/**
 * The failure of the event as a whole; null when every flow has ended well, now or at an earlier try. The next try is
 * that of the flow that is due first; the others of it that failed then run again too.
 */
export function failedFlows(before: FlowStates, ends: readonly FlowEnd[]): FlowsFailed | null {
  const at = new Date();
  const failed = ends.flatMap(({ id, error, nextTryMs }) =>
    error ? [{ id, error, nextTryMs, failure: failureOf(error, at) }] : [],
  );
  // One flow that the database left halfway: the event as a whole runs again.
  const interrupted = failed.find(({ error }) => isDatabaseAway(error));
  const again = failed.filter(({ nextTryMs }) => nextTryMs !== null);
  const givenUp = [...before.givenUp, ...failed.filter(({ nextTryMs }) => nextTryMs === null)];
  const shown: EventFailure | undefined =
    again.find(({ error }) => verdictOf(error) instanceof Retryable)?.failure ??
    again[0]?.failure ??
    givenUp.at(-1)?.failure;
  if (!shown) return null;
  const delays = again.map(({ nextTryMs }) => nextTryMs ?? 0);
  const flows = {
    done: [...before.done, ...ends.filter(({ error }) => error === null).map(({ id }) => id)],
    givenUp: givenUp.map(({ id, failure }) => ({ id, failure })),
  };
  const nextTryMs = delays.length > 0 ? Math.min(...delays) : null;
  return new FlowsFailed(shown, nextTryMs, flows, interrupted?.error);
}
