/**
 * Keeps what listings show in step with what can change without a sale: the sharing rules, the computed buffers, and
 * the parts of channels in quota mode. One for each client in a runner.
 */
import type { Db } from 'mongodb';
import { Activity } from '../activity.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import type { Sharing } from '../sharing/sharing.ts';
import type { StockLedger } from '../stock/ledger.ts';
import { decideAgain, skusToDecideAgain } from './decide-again.ts';
import { keepParts, touchParts } from './keep-parts.ts';

export interface SharingKeeperOptions {
  readonly db: Db;
  readonly clientId: ClientId;
  readonly ledger: StockLedger;
  readonly sharing: Sharing;
  /** These connections have something to push. */
  readonly pushes: (connections: ReadonlySet<ConnectionId>) => void;
  readonly everyMs?: number;
  /** Of the client; without it, of this keeper alone. */
  readonly activity?: Activity;
}

const EVERY_MS = 1_000;
/** A computed buffer follows what was measured at this pace. */
const BUFFERS_EVERY_MS = 10_000;

export class SharingKeeper {
  readonly #options: SharingKeeperOptions;
  readonly #activity: Activity;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> | null = null;
  #stopped = false;
  #buffersAtMs = 0;
  #keptAtMs = 0;
  #partsTouched = false;
  /** A publish that was under way while the rules changed may still have decided by the old ones. */
  #lookAgain = true;

  constructor(options: SharingKeeperOptions) {
    this.#options = options;
    this.#activity = options.activity ?? new Activity();
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), this.#options.everyMs ?? EVERY_MS);
  }

  /** Ends after the turn that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#turn;
  }

  #tick(): void {
    if (this.#turn || !this.#activity.isDue(this.#keptAtMs, this.#options.everyMs ?? EVERY_MS)) return;
    this.#keptAtMs = Date.now();
    // While the database is away nothing is decided; the next turn finds the same to do.
    this.#turn = this.keep()
      .catch(() => {})
      .finally(() => {
        this.#turn = null;
      });
  }

  /** One turn. */
  async keep(): Promise<void> {
    const { sharing } = this.#options;
    const changed = await sharing.refresh();
    if (changed || this.#lookAgain) {
      this.#lookAgain = changed;
      await this.#decide(async (take) => await skusToDecideAgain(this.#options, take));
    }
    if (!this.#partsTouched) await touchParts(this.#options);
    this.#partsTouched = true;
    const moved = await keepParts(this.#options);
    if (moved.size > 0) this.#options.pushes(moved);
    const nowMs = Date.now();
    if (nowMs - this.#buffersAtMs >= BUFFERS_EVERY_MS) {
      this.#buffersAtMs = nowMs;
      const skus = sharing.changedBuffers();
      if (skus.length > 0) await this.#decide((take) => take(skus));
    }
  }

  async #decide(each: (take: (skus: Parameters<typeof decideAgain>[1]) => Promise<void>) => Promise<void>) {
    await each(async (skus) => {
      if (this.#stopped) return;
      const connections = await decideAgain(this.#options, skus);
      if (connections.size > 0) this.#options.pushes(connections);
    });
  }
}
