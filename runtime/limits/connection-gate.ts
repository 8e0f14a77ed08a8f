/** The one door to a connection: everybody who calls its far side goes through here, so limits and outages are known once. */
import { InDoubt, Rejected, Retryable } from '../errors.ts';
import type { ChannelCall } from '../sync/channel.ts';
import { Breaker, type BreakerOptions } from './breaker.ts';
import type { Lane } from './lane.ts';
import { Limiter } from './limiter.ts';

/** How the door stands, for the health page. */
export interface GateState {
  readonly state: 'open' | 'looking';
  readonly failures: number;
  readonly since: Date;
  /** When it is looked whether the far side is back; null: the next call that is due finds out. */
  readonly nextLookAt: Date | null;
}

export interface GateOptions {
  /** A harmless call that finds out whether the far side is back. Without it, the next piece of work does. */
  readonly probe?: () => Promise<void>;
  /** Told of each change: null, the far side is well. The first call that goes well is told too. */
  readonly changed: (state: GateState | null, error: unknown) => void;
  /** What waits may go on. */
  readonly resumed: () => void;
  /** true: what only a person can mend concerns the whole connection (keys, rights), not one call. */
  readonly rejectedIsTrouble?: boolean;
  readonly runningMax?: number;
  readonly breaker?: Partial<BreakerOptions>;
}

const CLOSED = 'The connection is just being changed, or SyncFlow stops. It is tried again.';

export class ConnectionGate {
  readonly #options: GateOptions;
  readonly #limiter: Limiter;
  readonly #breaker: Breaker;
  #since = new Date();
  #lastError: unknown;
  #lookTimer: NodeJS.Timeout | undefined;
  #looks = 0;
  #stopped = false;
  #saidWell = false;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#limiter = new Limiter(options.runningMax);
    this.#breaker = new Breaker(options.breaker);
  }

  /** Milliseconds for which nothing should be tried here; 0: go on. */
  get closedForMs(): number {
    const { state, nextLookAtMs } = this.#breaker;
    if (state === 'closed') return 0;
    // While somebody looks, everybody else would be refused.
    if (state === 'looking') return this.#looks > 0 ? 1 : 0;
    return Math.max(1, nextLookAtMs - Date.now());
  }

  /**
   * Makes the call when its turn has come.
   * @throws {Retryable} at once, with the trouble as its reason, while the far side is down, or the door is closed for good:
   * nothing was called then.
   * @throws what the call throws.
   */
  async run<Result>(lane: Lane, kind: string, call: () => Promise<Result>): Promise<Result> {
    if (this.#stopped) throw new Retryable(CLOSED);
    this.#refuseWhileDown();
    const looking = this.#breaker.state === 'looking';
    if (looking) this.#looks += 1;
    try {
      const result = await this.#limiter.run(lane, kind, call);
      this.#went();
      return result;
    } catch (error) {
      this.#failed(error);
      throw error;
    } finally {
      if (looking) this.#looks -= 1;
    }
  }

  /** To be told of each HTTP call that a client makes. */
  observe(call: ChannelCall): void {
    this.#limiter.observe(call);
  }

  /** That the far side is well could not be kept: the next call that goes well says it again. */
  sayAgain(): void {
    this.#saidWell = false;
  }

  /** Nobody waits here any more, however long the far side asked us to wait. What is on its way goes on. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#lookTimer);
    this.#limiter.refuseWaiting(new Retryable(CLOSED));
  }

  #refuseWhileDown(): void {
    const { state, nextLookAtMs } = this.#breaker;
    if (state === 'closed' || (state === 'looking' && this.#looks === 0)) return;
    throw this.#refusal(Math.max(1, nextLookAtMs - Date.now()));
  }

  #refusal(afterMs: number): Error {
    const error = this.#lastError;
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof Rejected) {
      const { fix, code, action } = error;
      return new Rejected(reason, { fix, code, ...(action && { action }), cause: error });
    }
    const code = error instanceof Retryable || error instanceof InDoubt ? error.code : 'trouble.passing';
    return new Retryable(reason, { afterMs, code, cause: error });
  }

  #went(): void {
    const wasDown = this.#breaker.succeeded();
    // What was wrong may have been said at a door of before: SyncFlow was started again, or keys were entered again.
    if (this.#stopped || (this.#saidWell && !wasDown)) return;
    this.#saidWell = true;
    this.#options.changed(null, null);
    if (wasDown) this.#options.resumed();
  }

  #failed(error: unknown): void {
    // What was refused at the door says nothing new.
    if (error instanceof Error && error.cause !== undefined && error.cause === this.#lastError) return;
    if (this.#stopped || this.#limiter.wasLimit(error)) return;
    if (error instanceof Rejected && (!this.#options.rejectedIsTrouble || error.concerns === 'call')) {
      // It answered, if only with a no.
      this.#went();
      return;
    }
    const counts = [Retryable, Rejected, InDoubt].some((kind) => error instanceof kind);
    if (!counts) return;
    this.#lastError = error;
    if (this.#breaker.failed(error, Date.now())) this.#since = new Date();
    if (this.#breaker.state !== 'open') return;
    const { nextLookAtMs, failures } = this.#breaker;
    const afterMs = Math.max(1, nextLookAtMs - Date.now());
    this.#limiter.refuseWaiting(this.#refusal(afterMs));
    this.#options.changed(
      { state: 'open', failures, since: this.#since, nextLookAt: new Date(nextLookAtMs) },
      error,
    );
    clearTimeout(this.#lookTimer);
    this.#lookTimer = setTimeout(() => this.#look(), afterMs);
  }

  #look(): void {
    this.#breaker.look();
    const { failures } = this.#breaker;
    this.#options.changed(
      { state: 'looking', failures, since: this.#since, nextLookAt: null },
      this.#lastError,
    );
    const { probe } = this.#options;
    if (probe) void this.run('orders', 'probe', probe).catch(() => {});
    else this.#options.resumed();
  }
}
