/** Keeps one connection in step: pushes what waits, checks what is due, and goes easy on a channel that is in trouble. */
import { Activity } from '../activity.ts';
import { isDatabaseAway } from '../database/database-away.ts';
import { Rejected, Retryable } from '../errors.ts';
import { checkListings } from './check-listings.ts';
import type { ConnectionHealth } from './connection-health.ts';
import { settleHeardCounts } from './heard-counts.ts';
import { type PushTarget, pushBatch } from './push-batch.ts';
import { resolveOpenPushes } from './resolve-pushes.ts';

export interface PusherOptions extends PushTarget {
  readonly health: ConnectionHealth;
  /** Told of trouble once, when it begins. */
  readonly troubled: (error: unknown) => void;
  readonly pollMs?: number;
  /** Of the client; without it, of this pusher alone. */
  readonly activity?: Activity;
}

const PAUSE_MS_FIRST = 500;
const PAUSE_MS_MAX = 60_000;

export class Pusher {
  readonly #options: PusherOptions;
  readonly #activity: Activity;
  #forget: () => void = () => {};
  #stopped = false;
  #woken = false;
  #wake: () => void = () => {};
  #loop: Promise<void> = Promise.resolve();
  #failures = 0;

  constructor(options: PusherOptions) {
    this.#options = options;
    this.#activity = options.activity ?? new Activity();
  }

  start(): void {
    this.#forget = this.#activity.onStir(() => this.wake());
    this.#loop = this.#run();
  }

  /** Something new waits to be pushed. */
  wake(): void {
    this.#woken = true;
    if (this.#failures === 0) this.#wake();
  }

  /** The channel is back after an outage: what waits is pushed at once. */
  resume(): void {
    this.#failures = 0;
    this.wake();
  }

  /** Ends after the batch that is on its way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#forget();
    this.#wake();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { db, clientId, connectionId } = this.#options;
    let resolved = false;
    while (!this.#stopped) {
      this.#woken = false;
      try {
        if (!resolved) await resolveOpenPushes(this.#options);
        resolved = true;
        const pushed = await pushBatch(this.#options);
        await settleHeardCounts(db, clientId, connectionId);
        const checked = await checkListings(this.#options);
        if (pushed > 0 || (checked > 0 && this.#failures > 0)) await this.#options.health.pushed();
        this.#failures = 0;
        if (pushed + checked > 0) this.#activity.stir();
        else if (!this.#woken) await this.#pause(this.#activity.restMs(this.#options.pollMs ?? 1_000));
      } catch (error) {
        // What was on its way may have arrived, or not: that is found out before anything else is pushed.
        resolved = false;
        // No fault of the channel.
        if (isDatabaseAway(error)) {
          if (!this.#stopped) await this.#pause(PAUSE_MS_FIRST);
          continue;
        }
        this.#failures += 1;
        await this.#options.health
          .failed(error)
          .then((news) => {
            if (news) this.#options.troubled(error);
          })
          // The database is away too: the loop goes on.
          .catch(() => {});
        if (!this.#stopped) await this.#pause(this.#pauseMs(error));
      }
    }
  }

  /** Longer with each failure in a row; as long as the channel asks for; long where only a person can help. */
  #pauseMs(error: unknown): number {
    if (error instanceof Rejected) return PAUSE_MS_MAX;
    const backoffMs = Math.min(PAUSE_MS_FIRST * 2 ** (this.#failures - 1), PAUSE_MS_MAX);
    const askedMs = error instanceof Retryable ? (error.afterMs ?? 0) : 0;
    return Math.max(askedMs, backoffMs * (0.75 + Math.random() / 2));
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
