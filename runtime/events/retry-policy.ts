/** When a failed event is tried again: exponential backoff with jitter, about a day in all. */
import { Rejected, verdictOf } from '../errors.ts';

export interface RetryPolicy {
  readonly triesMax: number;
  readonly firstDelayMs: number;
  readonly factor: number;
  readonly delayMsMax: number;
}

/** Waits of about 5 s, 25 s, 2 min, 10 min, 52 min, 4 h and 12 h: eight tries over some 17 hours. */
export const DEFAULT_RETRY: RetryPolicy = {
  triesMax: 8,
  firstDelayMs: 5_000,
  factor: 5,
  delayMsMax: 12 * 3_600_000,
};

/**
 * Milliseconds to wait before the next try, or null when a person must look at it: the tries are used up, or
 * the error says that another try can't help.
 * @param failures how often it has failed, this time included.
 * @param random a number from 0 to 1, for the jitter.
 */
export function nextDelayMs(
  error: unknown,
  failures: number,
  policy: RetryPolicy,
  random: number,
): number | null {
  const verdict = verdictOf(error);
  if (verdict instanceof Rejected || failures >= policy.triesMax) return null;
  const backoffMs = Math.min(policy.firstDelayMs * policy.factor ** (failures - 1), policy.delayMsMax);
  const withJitterMs = backoffMs * (0.75 + random / 2);
  const askedMs = verdict?.afterMs ?? 0;
  return Math.round(Math.max(withJitterMs, askedMs));
}
