/**
 * Counts and timings by the minute, for the page: how much, how fast, how often. Kept in memory and added to
 * the database every second; a crash may lose the last second of figures, never of facts.
 */
import type { Db } from 'mongodb';
import type { ClientId } from '../ids.ts';
import { bucketOf } from './histogram.ts';

/** A connection, a pipeline, or the client as a whole. */
export type MeterSubject = string;

export interface MinuteDocument {
  /** `<client>:<subject>:<minute>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly subject: MeterSubject;
  /** The start of the minute. */
  readonly at: Date;
  readonly counts: Readonly<Record<string, number>>;
  /** By name, then by bucket of milliseconds. */
  readonly times: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** The same by the hour, kept for longer: what the page compares with last week. Not of single nodes and wires. */
export type HourDocument = MinuteDocument;

const FLUSH_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

type Pending = Map<ClientId, Map<MeterSubject, Map<string, number>>>;

export class Meter {
  readonly #db: Db;
  #pending: Pending = new Map();
  #timer: NodeJS.Timeout | undefined;

  constructor(db: Db) {
    this.#db = db;
  }

  start(): void {
    // Figures of a second in which the database was away are lost: they are not worth holding anything up.
    this.#timer ??= setInterval(() => void this.flush().catch(() => {}), FLUSH_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.flush().catch(() => {});
  }

  /** @param name letters, digits, `-`, `_` and `:` only. */
  count(clientId: ClientId, subject: MeterSubject, name: string, by = 1): void {
    this.#add(clientId, subject, `counts.${name}`, by);
  }

  time(clientId: ClientId, subject: MeterSubject, name: string, ms: number): void {
    this.#add(clientId, subject, `times.${name}.${bucketOf(ms)}`, 1);
  }

  /** What was counted since the last flush is added to the minute of now. */
  async flush(): Promise<void> {
    if (this.#pending.size === 0) return;
    const pending = this.#pending;
    this.#pending = new Map();
    await Promise.all([
      this.#addTo('minutes', pending, MINUTE_MS, () => true),
      // Names with a colon are of single nodes and wires, and nobody asks for those of last week.
      this.#addTo('hours', pending, HOUR_MS, (name) => !name.includes(':')),
    ]);
  }

  async #addTo(
    collection: 'minutes' | 'hours',
    pending: Pending,
    spanMs: number,
    isKept: (name: string) => boolean,
  ): Promise<void> {
    const at = new Date(Math.floor(Date.now() / spanMs) * spanMs);
    const updates = [...pending].flatMap(([clientId, subjects]) =>
      [...subjects].flatMap(([subject, increments]) => {
        const kept = [...increments].filter(([name]) => isKept(name));
        if (kept.length === 0) return [];
        return {
          updateOne: {
            filter: { _id: `${clientId}:${subject}:${at.getTime() / spanMs}` },
            update: { $setOnInsert: { clientId, subject, at }, $inc: Object.fromEntries(kept) },
            upsert: true,
          },
        };
      }),
    );
    if (updates.length === 0) return;
    await this.#db.collection<MinuteDocument>(collection).bulkWrite(updates, { ordered: false });
  }

  #add(clientId: ClientId, subject: MeterSubject, field: string, by: number): void {
    const subjects = this.#pending.get(clientId) ?? new Map<MeterSubject, Map<string, number>>();
    const increments = subjects.get(subject) ?? new Map<string, number>();
    increments.set(field, (increments.get(field) ?? 0) + by);
    subjects.set(subject, increments);
    this.#pending.set(clientId, subjects);
  }
}
