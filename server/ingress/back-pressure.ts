/** When the ingress takes nothing more: it says so at once and asks to come again, before anything runs over. */
import { statfs } from 'node:fs/promises';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { Database } from '#runtime/database/open-database.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import type { ClientId } from '#runtime/ids.ts';

export interface PressureLimits {
  /** Events of one client that may wait to be worked off. */
  readonly waitingMax: number;
  /** Where the embedded database keeps its files; absent with another database, whose disk is not ours to watch. */
  readonly diskDir?: string;
  /** Bytes that must stay free there: what is under way, and what working off the inbox writes, still fits. */
  readonly diskBytesMin?: number;
}

/** Bodies that were read and are not on disk yet, over all clients: the database is slow or hangs. */
const UNWRITTEN_BYTES_MAX = 128_000_000;
const UNWRITTEN_MAX = 5_000;
const DISK_LOOK_MS = 5_000;
const COUNT_AGAIN_MS = 1_000;
const DISK_BYTES_MIN = 200_000_000;

interface Waiting {
  /** No fewer than really wait: what was counted last, and everything since. */
  atMost: number;
  countedAtMs: number;
  counting: boolean;
}

export class BackPressure {
  readonly #database: Database;
  readonly #limits: PressureLimits;
  readonly #waiting = new Map<ClientId, Waiting>();
  #unwritten = { count: 0, bytes: 0 };
  #diskFull = false;
  #diskLookedAtMs = 0;

  constructor(database: Database, limits: PressureLimits) {
    this.#database = database;
    this.#limits = limits;
  }

  /** Why nothing more can be taken from the client just now, for the log; null: go on. */
  refusal(clientId: ClientId): string | null {
    this.#lookAtDisk();
    if (this.#diskFull) return 'the disk is nearly full';
    if (this.#unwritten.count >= UNWRITTEN_MAX || this.#unwritten.bytes >= UNWRITTEN_BYTES_MAX)
      return 'too much waits to be written: the database is slow or hangs';
    return this.#isOverLimit(clientId) ? `${this.#limits.waitingMax} events wait to be worked off` : null;
  }

  /** Does the write, and counts it while it is under way. */
  async writing<Result>(clientId: ClientId, bytes: number, write: () => Promise<Result>): Promise<Result> {
    this.#unwritten.count += 1;
    this.#unwritten.bytes += bytes;
    try {
      const result = await write();
      this.#waitingOf(clientId).atMost += 1;
      return result;
    } finally {
      this.#unwritten.count -= 1;
      this.#unwritten.bytes -= bytes;
    }
  }

  /** Counted only when the number could have come to the limit: far from it, this costs nothing. */
  #isOverLimit(clientId: ClientId): boolean {
    const waiting = this.#waitingOf(clientId);
    if (waiting.atMost < this.#limits.waitingMax) return false;
    const now = Date.now();
    if (!waiting.counting && now - waiting.countedAtMs > COUNT_AGAIN_MS) void this.#count(clientId, waiting);
    return waiting.atMost >= this.#limits.waitingMax;
  }

  #waitingOf(clientId: ClientId): Waiting {
    const known = this.#waiting.get(clientId);
    if (known) return known;
    const waiting = { atMost: 0, countedAtMs: 0, counting: false };
    this.#waiting.set(clientId, waiting);
    void this.#count(clientId, waiting);
    return waiting;
  }

  async #count(clientId: ClientId, waiting: Waiting): Promise<void> {
    waiting.counting = true;
    const before = waiting.atMost;
    try {
      const events = new ClientCollection<EventDocument>(this.#database.db, 'events', clientId);
      const counted = await events.count(
        { state: { $in: ['queued', 'running', 'retry'] } },
        { limit: this.#limits.waitingMax },
      );
      waiting.atMost = counted + waiting.atMost - before;
    } catch {
      // The database is away: then nothing can be kept anyway, and it is counted again later.
    } finally {
      waiting.counting = false;
      waiting.countedAtMs = Date.now();
    }
  }

  #lookAtDisk(): void {
    const { diskDir, diskBytesMin = DISK_BYTES_MIN } = this.#limits;
    const now = Date.now();
    if (diskDir === undefined || now - this.#diskLookedAtMs < DISK_LOOK_MS) return;
    this.#diskLookedAtMs = now;
    void statfs(diskDir).then(
      ({ bavail, bsize }) => {
        this.#diskFull = bavail * bsize < diskBytesMin;
      },
      // Not to be seen: then the database itself says when it can't write.
      () => {},
    );
  }
}
