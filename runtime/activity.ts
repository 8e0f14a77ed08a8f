/**
 * How busy one client is. The loops that look for its work look often while something happens, and rarely else: an agency
 * has hundreds of clients, and most of them rest most of the time.
 */

/** What an event sets off (pushes, reading back, counts that are heard) has come to its end by then. */
const CALM_AFTER_MS = 30_000;
/** Looks while nothing happens: for what nobody told of, such as another process that died. */
const CALM_EVERY_MS = 20_000;

export class Activity {
  #stirredAtMs: number;
  readonly #wakes = new Set<() => void>();

  /** @param calm as if nothing had happened for a while. */
  constructor(calm = false) {
    this.#stirredAtMs = calm ? Number.NEGATIVE_INFINITY : Date.now();
  }

  /** Nothing has happened for a while. */
  get isCalm(): boolean {
    return Date.now() - this.#stirredAtMs > CALM_AFTER_MS;
  }

  /** Something happens: loops that rest long look at once. */
  stir(): void {
    const wasCalm = this.isCalm;
    this.#stirredAtMs = Date.now();
    if (wasCalm) for (const wake of this.#wakes) wake();
  }

  /** @param wake lets a loop look at once; returned is how it is told no more. */
  onStir(wake: () => void): () => void {
    this.#wakes.add(wake);
    return () => {
      this.#wakes.delete(wake);
    };
  }

  /** How long a loop may rest that found nothing. @param busyMs while something happens. */
  restMs(busyMs: number): number {
    return this.isCalm ? Math.max(busyMs, CALM_EVERY_MS) : busyMs;
  }

  /** Of what an interval of `everyMs` does: whether it has rested long enough. @param doneAtMs when it was done last. */
  isDue(doneAtMs: number, everyMs: number): boolean {
    return Date.now() - doneAtMs >= this.restMs(everyMs) - everyMs;
  }

  /** Of what an interval does: its turn is always while something happens, and else at every so manieth time. */
  turns(calmEach: number): () => boolean {
    let times = 0;
    return () => {
      times += 1;
      return !this.isCalm || times % calmEach === 0;
    };
  }
}
