/** Keeps one connection in step: pushes what waits, checks what is due, and goes easy on a channel that is in trouble. */

import { Activity } from '../activity.ts';
import { type Backoff, backoffMs } from '../backoff.ts';
import { isDatabaseAway } from '../database/database-away.ts';
import { Rest } from '../rest.ts';
import { checkListings } from './check-listings.ts';
import type { ConnectionHealth } from './connection-health.ts';
import { settleHeardCounts } from './heard-counts.ts';
import { type PushTarget, pushBatch } from './push-batch.ts';
import { resolveOpenPushes } from './resolve-pushes.ts';

export interface PusherOptions extends PushTarget {
  readonly health: ConnectionHealth;
  /** Told of trouble once, when it begins. */
  readonly troubled: (error: unknown) => void;
  /** Told when it goes again after trouble. */
  readonly well?: () => void;
  readonly pollMs?: number;
  /** Of the client; without it, of this pusher alone. */
  readonly activity?: Activity;
}

const BACKOFF: Backoff = { firstMs: 500, maxMs: 60_000 };

export class Pusher {
  readonly #options: PusherOptions;
  readonly #activity: Activity;
  #forget: () => void = () => {};
  readonly #rest = new Rest();
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
    this.#rest.wake();
  }

  /** The channel is back after an outage: what waits is pushed at once. */
  resume(): void {
    this.#failures = 0;
    this.#rest.resume();
  }

  /** Ends after the batch that is on its way. */
  async stop(): Promise<void> {
    this.#forget();
    this.#rest.stop();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { db, clientId, connectionId } = this.#options;
    let resolved = false;
    while (!this.#rest.isOver) {
      this.#rest.begin();
      try {
        if (!resolved) await resolveOpenPushes(this.#options);
        resolved = true;
        const pushed = await pushBatch(this.#options);
        await settleHeardCounts(db, clientId, connectionId);
        const checked = await checkListings(this.#options);
        if (pushed > 0 || (checked > 0 && this.#failures > 0)) await this.#options.health.pushed();
        if (checked > 0 && this.#failures > 0) this.#options.well?.();
        this.#failures = 0;
        if (pushed + checked > 0) this.#activity.stir();
        else await this.#rest.rest(this.#activity.restMs(this.#options.pollMs ?? 1_000));
      } catch (error) {
        if (this.#rest.isOver) break;
        // What was on its way may have arrived, or not: that is found out before anything else is pushed.
        resolved = false;
        // No fault of the channel.
        if (isDatabaseAway(error)) {
          await this.#rest.pause(BACKOFF.firstMs);
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
        await this.#rest.pause(backoffMs(error, this.#failures, BACKOFF));
      }
    }
  }
}
