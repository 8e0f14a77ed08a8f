/**
 * Failed attempts to sign in, and how long one has to wait for the next. Kept in the database: a restart forgives
 * nothing, and all processes count together.
 */
import type { Collection, Db } from 'mongodb';

interface AttemptsDocument {
  readonly _id: string;
  readonly failures: number;
  readonly until: Date | null;
  readonly expiresAt: Date;
}

/** Something that is counted, and how patient we are with it. */
export interface Counted {
  readonly key: string;
  /** Failures that cost nothing. */
  readonly free: number;
  readonly waitMsMax: number;
}

const FORGOTTEN_MS = 24 * 3_600_000;
const WAIT_MS_FIRST = 1_000;
const DOUBLINGS_MAX = 30;
/** So many others may be faster at the same moment. */
const TURNS_MAX = 10;
const MINUTE_MS = 60_000;

/** By account and place: strict. By either alone: so that neither many places nor many accounts help a guesser. */
export function countedFor(account: string, address: string): Counted[] {
  return [
    { key: `${account} from ${address}`, free: 5, waitMsMax: 15 * MINUTE_MS },
    { key: account, free: 40, waitMsMax: 5 * MINUTE_MS },
    { key: `from ${address}`, free: 40, waitMsMax: 5 * MINUTE_MS },
  ];
}

export class Attempts {
  readonly #attempts: Collection<AttemptsDocument>;

  constructor(db: Db) {
    this.#attempts = db.collection<AttemptsDocument>('attempts');
  }

  /**
   * Counts an attempt as failed before it is made, so that many at once do not get around the count; `succeeded` takes
   * it back. @returns milliseconds that must pass first; 0: go on.
   */
  async begin(counted: readonly Counted[]): Promise<number> {
    const now = Date.now();
    const known = await this.#attempts.find({ _id: { $in: counted.map(({ key }) => key) } }).toArray();
    const waitMs = Math.max(0, ...known.map(({ until }) => (until?.getTime() ?? 0) - now));
    if (waitMs > 0) return waitMs;
    for (const one of counted) {
      const alsoMs = await this.#count(one);
      if (alsoMs > 0) return alsoMs;
    }
    return 0;
  }

  /** Counts one, unless it has to wait: what is read and what is written are one step, whoever comes at the same moment. */
  async #count({ key, free, waitMsMax }: Counted): Promise<number> {
    for (let turn = 0; turn < TURNS_MAX; turn += 1) {
      const now = Date.now();
      const before = await this.#attempts.findOne({ _id: key });
      const waitMs = (before?.until?.getTime() ?? 0) - now;
      if (waitMs > 0) return waitMs;
      const failures = (before?.failures ?? 0) + 1;
      const beyond = failures - free;
      const nextMs = Math.min(waitMsMax, WAIT_MS_FIRST * 2 ** Math.min(beyond, DOUBLINGS_MAX));
      const after = {
        failures,
        until: beyond < 0 ? null : new Date(now + nextMs),
        expiresAt: new Date(now + FORGOTTEN_MS),
      };
      if (before) {
        const { failures: seen, until } = before;
        const counted = await this.#attempts.updateOne({ _id: key, failures: seen, until }, { $set: after });
        if (counted.modifiedCount === 1) return 0;
      } else {
        const made = await this.#attempts.updateOne({ _id: key }, { $setOnInsert: after }, { upsert: true });
        if (made.upsertedCount === 1) return 0;
      }
    }
    return WAIT_MS_FIRST;
  }

  /** What was begun was no attempt. */
  async takeBack(counted: readonly Counted[]): Promise<void> {
    await this.#attempts.updateMany(
      { _id: { $in: counted.map(({ key }) => key) } },
      { $inc: { failures: -1 }, $set: { until: null } },
    );
  }

  /** The account is whose it is: its count is forgotten, that of the place goes back by one. */
  async succeeded([mine, account, place]: readonly Counted[]): Promise<void> {
    await this.#attempts.deleteMany({ _id: { $in: [mine?.key ?? '', account?.key ?? ''] } });
    if (place) await this.#attempts.updateOne({ _id: place.key }, { $inc: { failures: -1 } });
  }
}
