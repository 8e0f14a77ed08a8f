/** For long work that nobody retries from outside: waits and asks again, where the far side says that it may pass. */
import { setTimeout as wait } from 'node:timers/promises';
import { Retryable } from './errors.ts';

export interface Patience {
  readonly triesMax: number;
  readonly waitMsFirst: number;
  readonly waitMsMax: number;
}

/** About three minutes in all. */
const PATIENCE: Patience = { triesMax: 10, waitMsFirst: 500, waitMsMax: 30_000 };

/**
 * Does it, and on `Retryable` again after a pause: as long as was asked for, else twice as long each time.
 * @throws the last `Retryable` when all tries are used up; anything else at once.
 */
export async function patiently<Result>(
  attempt: () => Promise<Result>,
  { triesMax, waitMsFirst, waitMsMax }: Patience = PATIENCE,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Retryable) || tries >= triesMax) throw error;
      const backoffMs = waitMsFirst * 2 ** (tries - 1);
      await wait(Math.min(waitMsMax, Math.max(error.afterMs ?? 0, backoffMs)));
    }
  }
}
