/** Sees one connection's import to its end, over restarts and outages, and begins a new one every day. */

import { Activity } from '../activity.ts';
import { type Backoff, backoffMs } from '../backoff.ts';
import { Rejected } from '../errors.ts';
import { Rest } from '../rest.ts';
import { type ImportRequest, importListings } from '../sync/import-listings.ts';
import { askForImport, importsOf } from './import-document.ts';

export interface ImporterOptions extends Omit<ImportRequest, 'attempt' | 'signal' | 'progress'> {
  /** Told of each page, at most once a second, and of the end. */
  readonly moved: () => void;
  /** Time from the end of an import to the next one: finds what no webhook told of. */
  readonly everyMs?: number;
  /** How often it is looked whether there is something to do. */
  readonly pollMs?: number;
  /** Of the client; without it, of this importer alone. */
  readonly activity?: Activity;
}

const EVERY_MS = 24 * 3_600_000;
const POLL_MS = 15_000;
const BACKOFF: Backoff = { firstMs: 1_000, maxMs: 5 * 60_000 };
const TOLD_MS = 1_000;

export class Importer {
  readonly #options: ImporterOptions;
  readonly #activity: Activity;
  readonly #stopping = new AbortController();
  readonly #rest = new Rest();
  #loop: Promise<void> = Promise.resolve();
  #failures = 0;
  #toldAtMs = 0;

  constructor(options: ImporterOptions) {
    this.#options = options;
    this.#activity = options.activity ?? new Activity();
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** An import was asked for. */
  wake(): void {
    this.#rest.wake();
  }

  /** The channel is back after an outage. */
  resume(): void {
    this.#failures = 0;
    this.#rest.resume();
  }

  /** Ends behind the page that is on its way; the next process goes on there. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#rest.stop();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#rest.begin();
      try {
        if (await this.#isDue()) await this.#import();
        this.#failures = 0;
        await this.#rest.rest(this.#activity.restMs(this.#options.pollMs ?? POLL_MS));
      } catch (error) {
        this.#failures += 1;
        if (error instanceof Rejected) await this.#failed(error).catch(() => {});
        await this.#rest.pause(backoffMs(error, this.#failures, BACKOFF));
      }
    }
  }

  /** Asked for, or begun and not ended; or ended so long ago that a new one is asked for now. */
  async #isDue(): Promise<boolean> {
    const kept = await importsOf(this.#options).findOne({ _id: this.#options.connectionId });
    if (!kept || kept.state === 'failed') return false;
    if (kept.state !== 'done') return true;
    const endedMs = kept.endedAt?.getTime() ?? 0;
    if (Date.now() - endedMs < (this.#options.everyMs ?? EVERY_MS)) return false;
    await askForImport(this.#options);
    return true;
  }

  async #import(): Promise<void> {
    this.#activity.stir();
    const { whole } = await importListings({
      ...this.#options,
      attempt: (call) => call(),
      signal: this.#stopping.signal,
      progress: () => this.#tell(),
    });
    // What it wrote is for others to go on with: events, counts to be shown.
    this.#activity.stir();
    if (whole) this.#options.moved();
  }

  #tell(): void {
    this.#activity.stir();
    // A channel that answers a part is not one that does not answer.
    this.#failures = 0;
    if (Date.now() - this.#toldAtMs < TOLD_MS) return;
    this.#toldAtMs = Date.now();
    this.#options.moved();
  }

  /**
   * Only a person can help. Trouble with the whole connection (keys, rights) is waited out, and the import goes on when
   * the connection is back; else it ends here, until it is asked for again. What was read is kept either way.
   */
  async #failed(error: Rejected): Promise<void> {
    const trouble = { reason: error.message, fix: error.fix };
    const ended = error.concerns === 'call' ? { state: 'failed' as const, endedAt: new Date() } : {};
    await importsOf(this.#options).updateOne(
      { _id: this.#options.connectionId, state: 'running' },
      { $set: { ...ended, trouble } },
    );
    this.#options.moved();
  }
}
