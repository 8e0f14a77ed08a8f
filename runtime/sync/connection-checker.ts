/** Looks at one connection as a whole from time to time: at the start, every hour, and when the channel says that something changed. */
import { Retryable } from '../errors.ts';
import type { ChannelClient } from './channel.ts';
import { checkConnection } from './check-connection.ts';
import type { ConnectionHealth } from './connection-health.ts';

export interface ConnectionCheckerOptions {
  readonly client: Pick<ChannelClient, 'check'>;
  readonly health: ConnectionHealth;
  /** Something may be shown now that was not before. */
  readonly checked: () => void;
  readonly everyMs?: number;
  /** The first look comes within so long. */
  readonly spreadMs?: number;
  /** After a look that could not be made. */
  readonly againMs?: number;
}

const EVERY_MS = 3_600_000;
const AGAIN_MS = 60_000;
/** What has to go first at a start goes first. */
const FIRST_MS = 2_000;

export class ConnectionChecker {
  readonly #options: ConnectionCheckerOptions;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: ConnectionCheckerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#later(FIRST_MS + Math.random() * (this.#options.spreadMs ?? 0));
  }

  /** Looks now, behind a look that is under way. @throws what the database throws; the next look comes all the same. */
  async look(): Promise<void> {
    const look = this.#looking.then(() => this.#look());
    this.#looking = look.catch(() => {});
    await look;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { client, health, checked, everyMs = EVERY_MS, againMs = AGAIN_MS } = this.#options;
    if (this.#stopped || !client.check) return;
    let waitMs = againMs;
    try {
      await checkConnection(client, health);
      checked();
      waitMs = everyMs;
    } catch (error) {
      // No answer, or the door is closed: whoever calls next finds out, and this looks again soon.
      if (!(error instanceof Retryable)) throw error;
      waitMs = Math.max(againMs, error.afterMs ?? 0);
    } finally {
      this.#later(waitMs);
    }
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    // While the database is away nothing can be shown; the next look comes in its time.
    this.#timer = setTimeout(() => void this.look().catch(() => {}), ms);
    this.#timer.unref();
  }
}
