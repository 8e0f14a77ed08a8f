/**
 * What change streams read: every change in order, stored in the transaction of the change itself. Nothing is
 * recorded until a stream is opened for the first time; from then on it is, over restarts too, until no stream
 * has been read for a day. The history is bounded by age, number and bytes.
 */
import { Timestamp } from 'bson';
import { decode } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import type { Doc } from '../bson/values.ts';
import type { Change } from './change.ts';
import { eventOf } from './change-event.ts';
import type { Store } from './store.ts';

/** An event's place in history: its second in the upper bits, its number within that second in the lower ones. */
export type Place = number;
export interface LoggedEvent {
  place: Place;
  event: Doc;
}
const PLACES_A_SECOND = 2 ** 21;

const KEPT_SECONDS = 24 * 60 * 60;
const EVENTS_MAX = 200_000;
const BYTES_MAX = 128 * 1024 * 1024;
const PORTION_EVENTS = 100;

/** The statements, there while changes are recorded. */
type Statements = Readonly<
  Record<'insert' | 'after' | 'ends' | 'size' | 'trim', ReturnType<Store['prepare']>>
>;

export class ChangeLog {
  private readonly store: Store;
  private statements: Statements | undefined;
  /** The last place that was given out. */
  private last: Place = 0;
  private readAtMs = Date.now();

  constructor(store: Store) {
    this.store = store;
    if (store.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'changes'").get()) this.record();
  }

  get isRecording(): boolean {
    return this.statements !== undefined;
  }

  /** A place that nothing stands behind yet. */
  now(): Place {
    this.last = Math.max(this.last, secondNow() * PLACES_A_SECOND);
    return this.last;
  }

  /** Has anything been recorded behind this place? What was taken back again may be counted too. */
  hasBehind(place: Place): boolean {
    return this.last > place;
  }

  /** Is everything behind this place known? */
  reachesBackTo(place: Place): boolean {
    if (!this.statements) return false;
    const [first] = this.statements.ends.get() as unknown as [number, number];
    return place >= first - 1;
  }

  /** Begins to record, unless it does so already. Not to be called inside a transaction. */
  start(): void {
    this.readAtMs = Date.now();
    if (this.statements) return;
    this.store.transaction(() => {
      this.store.execute('CREATE TABLE changes (place INTEGER PRIMARY KEY, event BLOB NOT NULL)');
      // No event, it only marks where history begins.
      this.store.prepare('INSERT INTO changes VALUES (?, ?)').run(this.now(), encode({}));
    });
    this.record();
  }

  /** Records a change, inside the transaction that makes it. `more` are further fields of the event. */
  append(change: Change, more: Doc = {}): void {
    if (!this.statements) return;
    this.last = Math.max(this.last + 1, secondNow() * PLACES_A_SECOND);
    this.statements.insert.run(this.last, encode({ ...eventOf(change), wallTime: new Date(), ...more }));
  }

  /** The next events behind a place, as many as make a portion. */
  read(after: Place): LoggedEvent[] {
    this.readAtMs = Date.now();
    const rows = (this.statements?.after.all(after, PORTION_EVENTS) ?? []) as unknown as [
      number,
      Uint8Array,
    ][];
    return rows.map(([place, bytes]) => ({ place, event: decode(bytes) }));
  }

  /** Forgets what is too old or too much, and stops when nobody has read for long. To be called now and then. */
  trim(nowMs: number): void {
    const { statements } = this;
    if (!statements) return;
    if (nowMs - this.readAtMs > KEPT_SECONDS * 1000) {
      this.stop();
      return;
    }
    this.store.transaction(() => {
      const oldest = Math.floor(nowMs / 1000 - KEPT_SECONDS) * PLACES_A_SECOND;
      const [events, bytes] = statements.size.get() as unknown as [number, number | null];
      const tooMany = Math.max(events - EVENTS_MAX, (bytes ?? 0) > BYTES_MAX ? Math.ceil(events / 4) : 0);
      statements.trim.run(oldest, tooMany);
    });
  }

  private stop(): void {
    this.statements = undefined;
    this.store.observers = this.store.observers.filter((observer) => observer !== this.observer);
    this.store.transaction(() => this.store.execute('DROP TABLE changes'));
  }

  private record(): void {
    const { store } = this;
    this.statements = {
      insert: store.prepare('INSERT INTO changes VALUES (?, ?)'),
      after: store.prepare('SELECT place, event FROM changes WHERE place > ? ORDER BY place LIMIT ?'),
      ends: store.prepare('SELECT (SELECT min(place) FROM changes), (SELECT max(place) FROM changes)'),
      size: store.prepare('SELECT count(*), sum(length(event)) FROM changes'),
      // The newest stays: it says where history begins.
      trim: store.prepare(
        `DELETE FROM changes WHERE place < (SELECT max(place) FROM changes) AND
         (place < ? OR place IN (SELECT place FROM changes ORDER BY place LIMIT ?))`,
      ),
    };
    const [, last] = this.statements.ends.get() as unknown as [number, number];
    this.last = Math.max(this.last, last);
    store.observers = [...store.observers, this.observer];
  }

  private readonly observer = (change: Change): void => this.append(change);
}

function secondNow(): number {
  return Math.floor(Date.now() / 1000);
}

/** A place as MongoDB's cluster time, and back. */
export function timestampOf(place: Place): Timestamp {
  return new Timestamp({ t: Math.floor(place / PLACES_A_SECOND), i: place % PLACES_A_SECOND });
}

export function placeOf({ t, i }: Timestamp): Place {
  return t * PLACES_A_SECOND + Math.min(i, PLACES_A_SECOND - 1);
}
