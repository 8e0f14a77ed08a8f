/** How long a loop that serves a connection pauses after trouble with it. */
import { Rejected, Retryable } from './errors.ts';

export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * Milliseconds: about twice as long with each failure in a row, with jitter; as long as the channel asks for; the longest where
 * only a person can help.
 * @param failures in a row, this one included.
 */
export function backoffMs(error: unknown, failures: number, { firstMs, maxMs }: Backoff): number {
  if (error instanceof Rejected) return maxMs;
  const doubledMs = Math.min(firstMs * 2 ** (failures - 1), maxMs) * (0.75 + Math.random() / 2);
  return Math.max(error instanceof Retryable ? (error.afterMs ?? 0) : 0, doubledMs);
}
