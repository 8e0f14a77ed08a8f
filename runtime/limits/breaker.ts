/**
 * Whether a far side is worth calling: after repeated failures it is left alone, and looked at from time to time. Not a
 * library's breaker (opossum, cockatiel): those fail a call at once and forget it; here the work waits in the database,
 * the state is shown to people with what happens next, and what the far side asks for (Retry-After) sets the next look.
 */
import { Rejected, Retryable } from '../errors.ts';

export interface BreakerOptions {
  /** Failures in a row after which the connection counts as down. */
  readonly failuresMax: number;
  readonly lookMsFirst: number;
  readonly lookMsMax: number;
}

/** Looks after about 2 s, 4 s, 8 s … at most five minutes. */
const DEFAULTS: BreakerOptions = { failuresMax: 4, lookMsFirst: 2_000, lookMsMax: 5 * 60_000 };
/** Where only a person can help (keys, a closed shop), looking often is of no use. */
const PERSON_LOOK_MS = 60_000;

/** closed: calls are made. open: none are, until `nextLookAtMs`. looking: one call finds out whether it is back. */
export type BreakerState = 'closed' | 'open' | 'looking';

export class Breaker {
  readonly #options: BreakerOptions;
  #state: BreakerState = 'closed';
  #failures = 0;
  #looks = 0;
  #nextLookAtMs = 0;

  constructor(options: Partial<BreakerOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options };
  }

  get state(): BreakerState {
    return this.#state;
  }

  get failures(): number {
    return this.#failures;
  }

  /** When the next look is due; 0 while it is closed. */
  get nextLookAtMs(): number {
    return this.#nextLookAtMs;
  }

  /** The time for the next look has come: the next call finds out. */
  look(): void {
    if (this.#state === 'open') this.#state = 'looking';
  }

  /** @returns true when the far side was down before: it is back. */
  succeeded(): boolean {
    const wasDown = this.#state !== 'closed';
    this.#state = 'closed';
    this.#failures = 0;
    this.#looks = 0;
    this.#nextLookAtMs = 0;
    return wasDown;
  }

  /** @returns true when this is what opened it. */
  failed(error: unknown, nowMs: number): boolean {
    const wasClosed = this.#state === 'closed';
    this.#failures += 1;
    const lasting = error instanceof Rejected;
    if (wasClosed && !lasting && this.#failures < this.#options.failuresMax) return false;
    const askedMs = error instanceof Retryable ? (error.afterMs ?? 0) : 0;
    const backoffMs = Math.min(this.#options.lookMsFirst * 2 ** this.#looks, this.#options.lookMsMax);
    this.#looks += 1;
    this.#state = 'open';
    this.#nextLookAtMs = nowMs + Math.max(askedMs, lasting ? PERSON_LOOK_MS : backoffMs);
    return wasClosed;
  }
}
