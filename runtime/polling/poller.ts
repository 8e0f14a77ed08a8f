/** Keeps one connection complete: polls what changed, looks back where asked, and looks after the webhooks. */

import { type Backoff, backoffMs } from '../backoff.ts';
import { Rejected } from '../errors.ts';
import { Rest } from '../rest.ts';
import type { ChannelClient } from '../sync/channel.ts';
import { lookBackOnce } from './look-back.ts';
import { type PollTarget, pollChanges, pollsOf } from './poll-changes.ts';
import type { PollDocument } from './poll-document.ts';

export interface PollerOptions extends PollTarget {
  readonly client: Pick<ChannelClient, 'ordersChanged' | 'ordersPlaced' | 'subscribe'>;
  /** Where the channel shall send its webhooks; null: it can't reach us, so polling is all there is. */
  readonly webhookAddress: string | null;
  /** Something new is in the inbox. */
  readonly found: () => void;
  /** Told of trouble once, when it begins. The connection's door shows it to people. */
  readonly troubled: (error: unknown) => void;
  /** Time between two rounds. */
  readonly pollMs: number;
  /** Time between two looks at the webhooks. */
  readonly webhooksMs?: number;
}

const BACKOFF: Backoff = { firstMs: 1_000, maxMs: 5 * 60_000 };
const WEBHOOKS_MS = 5 * 60_000;

export class Poller {
  readonly #options: PollerOptions;
  readonly #rest = new Rest();
  #loop: Promise<void> = Promise.resolve();
  #failures = 0;
  #told = false;
  #webhooksAtMs = 0;

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** A hint came in, or a look back was asked for: does not wait for the next round. Trouble is waited out all the same. */
  wake(): void {
    this.#rest.wake();
  }

  /** The channel is back after an outage: what it did meanwhile is fetched at once. */
  resume(): void {
    this.#failures = 0;
    this.#rest.resume();
  }

  /** Ends after the page that is on its way. */
  async stop(): Promise<void> {
    this.#rest.stop();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#rest.isOver) {
      this.#rest.begin();
      try {
        const more = await this.#round();
        this.#failures = 0;
        this.#told = false;
        if (!more) await this.#rest.rest(this.#options.pollMs);
      } catch (error) {
        if (this.#rest.isOver) break;
        this.#failures += 1;
        if (!this.#told) this.#options.troubled(error);
        this.#told = true;
        await this.#rest.pause(backoffMs(error, this.#failures, BACKOFF));
      }
    }
  }

  /** @returns true when there is more to do at once. */
  async #round(): Promise<boolean> {
    const paged = () => {
      this.#failures = 0;
    };
    const { fresh } = await pollChanges({ ...this.#options, paged });
    if (fresh > 0) this.#options.found();
    await this.#lookAfterWebhooks();
    if (this.#rest.isOver) return false;
    const more = await lookBackOnce(this.#options);
    if (more) this.#options.found();
    return more;
  }

  /** Trouble with them makes events late and no more: it is noted down, and polling goes on. */
  async #lookAfterWebhooks(): Promise<void> {
    const { connectionId, client, webhookAddress, webhooksMs = WEBHOOKS_MS } = this.#options;
    if (webhookAddress === null || Date.now() - this.#webhooksAtMs < webhooksMs) return;
    this.#webhooksAtMs = Date.now();
    const at = new Date();
    const found = await client.subscribe(webhookAddress).then(
      () => ({ webhooksAt: at, webhooksTrouble: null }),
      (error: unknown) => ({ webhooksTrouble: troubleOf(error, at) }),
    );
    await pollsOf(this.#options).updateOne({ _id: connectionId }, { $set: found });
  }
}

function troubleOf(error: unknown, at: Date): PollDocument['webhooksTrouble'] {
  const reason = error instanceof Error ? error.message : String(error);
  return { reason, fix: error instanceof Rejected ? error.fix : null, at };
}
