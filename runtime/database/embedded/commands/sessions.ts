/**
 * Retryable writes. A client numbers the writes of a session and sends one again when it got no answer; then
 * it gets the answer of the first time and nothing is written twice. The answers are stored in the transaction
 * of their write, so this holds over a restart too.
 */
import { Binary } from 'bson';
import { decode } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import type { Doc } from '../bson/values.ts';
import { fail } from '../errors.ts';
import type { Store } from '../storage/store.ts';

const SESSIONS_MAX = 20_000;
const KEPT_MS = 60 * 60_000;
/** In the place of an answer: this number was that of a transaction. */
const COMMIT_MARK = 'committed';

interface LastWrite {
  slot: number;
  number: bigint;
}

export class Sessions {
  private readonly store: Store;
  /** The last write of each session, the longest unused first. */
  private readonly lastWrites = new Map<string, LastWrite>();
  private lastSlot = 0;
  private readonly save;
  private readonly load;
  private readonly forget;

  constructor(store: Store) {
    this.store = store;
    store.transaction(() => store.prepare('DELETE FROM retries WHERE usedAt < ?').run(Date.now() - KEPT_MS));
    const numbers = store.prepare('SELECT slot, session, number FROM retries ORDER BY usedAt');
    numbers.setReadBigInts(true);
    for (const row of numbers.all()) {
      const [slot, session, number] = row as unknown as [bigint, Uint8Array, bigint];
      this.lastWrites.set(Buffer.from(session).toString('hex'), { slot: Number(slot), number });
      this.lastSlot = Math.max(this.lastSlot, Number(slot));
    }
    this.save = store.prepare('INSERT OR REPLACE INTO retries VALUES (?, ?, ?, ?, ?)');
    this.load = store.prepare('SELECT reply FROM retries WHERE slot = ?');
    this.forget = store.prepare('DELETE FROM retries WHERE slot = ?');
  }

  /** The answer of this write, done now if it was not done before. To be called inside its transaction. */
  once(sessionKey: string, number: bigint, write: () => Doc): Doc {
    const last = this.lastWrites.get(sessionKey);
    if (last && number < last.number) {
      fail(
        'TransactionTooOld',
        `Retryable write with txnNumber ${number} is prohibited on session because a newer retryable write with txnNumber ${last.number} has already started on this session.`,
      );
    }
    if (last?.number === number) return this.replyIn(last.slot);
    const reply = write();
    this.record(sessionKey, number, last, reply);
    return reply;
  }

  /** Throws unless a transaction of this number can begin. */
  checkNewer(sessionKey: string, number: bigint): void {
    const last = this.lastWrites.get(sessionKey);
    if (!last || number > last.number) return;
    if (this.hasCommitted(sessionKey, number)) {
      fail('TransactionCommitted', `Transaction ${number} has been committed.`);
    }
    fail('TransactionTooOld', `Cannot start transaction ${number}: ${last.number} has already started.`);
  }

  /** Was the session's last write the commit of this transaction? */
  hasCommitted(sessionKey: string, number: bigint): boolean {
    const last = this.lastWrites.get(sessionKey);
    return last?.number === number && this.replyIn(last.slot)[COMMIT_MARK] === true;
  }

  /** Keeps in mind that a transaction is committed; inside its storage transaction. */
  noteCommit(sessionKey: string, number: bigint): void {
    this.record(sessionKey, number, this.lastWrites.get(sessionKey), { [COMMIT_MARK]: true });
  }

  /** The client says that it won't use the session any more. */
  end(id: Doc): void {
    const key = sessionKeyOf(id);
    const last = this.lastWrites.get(key);
    if (last) this.drop(key, last);
  }

  private record(sessionKey: string, number: bigint, last: LastWrite | undefined, reply: Doc): void {
    const slot = last?.slot ?? this.newSlot();
    this.save.run(slot, Buffer.from(sessionKey, 'hex'), number, Date.now(), encode(reply));
    this.lastWrites.delete(sessionKey);
    this.lastWrites.set(sessionKey, { slot, number });
    this.store.onRollback(() => {
      if (last) this.lastWrites.set(sessionKey, last);
      else this.lastWrites.delete(sessionKey);
    });
  }

  private newSlot(): number {
    const [oldest] = this.lastWrites.size >= SESSIONS_MAX ? this.lastWrites : [];
    if (oldest) this.drop(...oldest);
    this.lastSlot += 1;
    return this.lastSlot;
  }

  private drop(key: string, last: LastWrite): void {
    this.forget.run(last.slot);
    this.lastWrites.delete(key);
    this.store.onRollback(() => this.lastWrites.set(key, last));
  }

  private replyIn(slot: number): Doc {
    const row = this.load.get(slot) as unknown as [Uint8Array] | undefined;
    return row ? decode(row[0]) : fail('InternalError', 'the answer of a retried write is missing');
  }
}

/** A session's id as text. */
export function sessionKeyOf(lsid: Doc): string {
  const { id } = lsid;
  if (!(id instanceof Binary) || id.position !== 16)
    return fail('TypeMismatch', "BSON field 'lsid.id' must be a UUID");
  return Buffer.from(id.value()).toString('hex');
}
