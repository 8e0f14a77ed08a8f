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
  /** How soon after the end of a round those who `ask` get another one. */
  readonly askedMs?: number;
  /** Time between two looks at the webhooks. */
  readonly webhooksMs?: number;
}

const BACKOFF: Backoff = { firstMs: 1_000, maxMs: 5 * 60_000 };
const WEBHOOKS_MS = 5 * 60_000;
/** How soon after the end of a round those who ask get another one, unless said otherwise. */
export const ASKED_MS = 5_000;

export class Poller {
  readonly #options: PollerOptions;
  readonly #rest = new Rest();
  #loop: Promise<void> = Promise.resolve();
  #failures = 0;
  #told = false;
  #webhooksAtMs = 0;
  #isPolling = false;
  #polledMs = Number.NEGATIVE_INFINITY;
  #isAsked = false;
  #askedTimer: NodeJS.Timeout | undefined;

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

  /**
   * Somebody can't go on without a round that ends after this moment. At once where the last one is some seconds past;
   * else one round answers all who ask until then: each reads the orders of minutes anew, which costs more than waiting.
   */
  ask(): void {
    this.#isAsked = true;
    if (!this.#isPolling) this.#answerInTime();
  }

  /** The channel is back after an outage: what it did meanwhile is fetched at once. */
  resume(): void {
    this.#failures = 0;
    this.#rest.resume();
  }

  /** Ends after the page that is on its way. */
  async stop(): Promise<void> {
    this.#rest.stop();
    clearTimeout(this.#askedTimer);
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
    this.#pollBegins();
    const { fresh } = await pollChanges({ ...this.#options, paged }).finally(() => this.#pollEnds());
    if (fresh > 0) this.#options.found();
    await this.#lookAfterWebhooks();
    if (this.#rest.isOver) return false;
    const more = await lookBackOnce(this.#options);
    if (more) this.#options.found();
    return more;
  }

  /** Whoever asked before this moment is answered by the round that begins. */
  #pollBegins(): void {
    clearTimeout(this.#askedTimer);
    this.#askedTimer = undefined;
    this.#isAsked = false;
    this.#isPolling = true;
  }

  #pollEnds(): void {
    this.#isPolling = false;
    this.#polledMs = performance.now();
    if (this.#isAsked) this.#answerInTime();
  }

  #answerInTime(): void {
    if (this.#askedTimer || this.#rest.isOver) return;
    const dueInMs = this.#polledMs + (this.#options.askedMs ?? ASKED_MS) - performance.now();
    if (dueInMs <= 0) this.wake();
    else this.#askedTimer = setTimeout(() => this.wake(), dueInMs).unref();
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
