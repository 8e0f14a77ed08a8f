/** How much a shop is asked for in one call: slow shops get smaller pages, until they keep up again. */
import { Retryable } from '#runtime/errors.ts';

/** WooCommerce's own limit for lists and batches (class-wc-rest-controller.php). */
export const PAGE_MAX = 100;
const PAGE_MIN = 10;
/** Calls that have to go well before a size is doubled again. */
const GOOD_CALLS = 20;

/**
 * Remembers for each kind of call how many rows the shop can bear. A call that runs into a time limit, the memory
 * limit of PHP or an error of the server (not: a limit of calls) halves it for the next one.
 */
export class PageSize {
  readonly #sizes = new Map<string, { size: number; goodCalls: number }>();

  /** Makes the call with the size of the moment. What it throws goes through. */
  async of<Result>(kind: string, call: (size: number) => Promise<Result>): Promise<Result> {
    const known = this.#sizes.get(kind) ?? { size: PAGE_MAX, goodCalls: 0 };
    this.#sizes.set(kind, known);
    try {
      const result = await call(known.size);
      known.goodCalls += 1;
      if (known.goodCalls >= GOOD_CALLS && known.size < PAGE_MAX) {
        known.size = Math.min(known.size * 2, PAGE_MAX);
        known.goodCalls = 0;
      }
      return result;
    } catch (error) {
      // A shop that says when to come back is busy; one that just breaks may have been asked for too much.
      if (error instanceof Retryable && error.afterMs === undefined) {
        known.size = Math.max(PAGE_MIN, Math.floor(known.size / 2));
        known.goodCalls = 0;
      }
      throw error;
    }
  }
}
