/**
 * Transactions of several statements, each of a client's session. They are optimistic: nobody waits for one,
 * and one that comes too late is told so by WriteConflict, whereupon drivers begin it again.
 */
import { Long } from 'bson';
import type { Doc } from '../bson/values.ts';
import { fail, MongoError } from '../errors.ts';
import type { Catalog } from '../storage/catalog.ts';
import { type Change, isDocumentChange } from '../storage/change.ts';
import type { ChangeLog } from '../storage/change-log.ts';
import { OpenTransaction } from '../storage/open-transaction.ts';
import type { Store } from '../storage/store.ts';
import type { Sessions } from './sessions.ts';

const OPEN_MAX = 1_000;
const LIFETIME_MS_MAX = 60_000;
/** One that has been idle for longer no longer keeps others from documents that it has written. */
const AT_WORK_MS = 1_000;
/** Errors after which a transaction as a whole can be tried again. */
const TRANSIENT = new Set(['WriteConflict', 'NoSuchTransaction']);

interface Running {
  number: bigint;
  /** Undefined once it has ended. */
  transaction: OpenTransaction | undefined;
  isCommitted: boolean;
  startedAtMs: number;
  usedAtMs: number;
}
/** A transaction by its session and the number that the client gave it. */
export interface TransactionId {
  sessionKey: string;
  number: bigint;
  lsid: Doc;
}

export class Transactions {
  readonly counts = { totalStarted: 0, totalCommitted: 0, totalAborted: 0 };
  private readonly store: Store;
  private readonly catalog: Catalog;
  private readonly sessions: Sessions;
  private readonly changeLog: ChangeLog;
  /** The last transaction of each session, until its lifetime is over. */
  private readonly running = new Map<string, Running>();

  constructor(services: { store: Store; catalog: Catalog; sessions: Sessions; changeLog: ChangeLog }) {
    this.store = services.store;
    this.catalog = services.catalog;
    this.sessions = services.sessions;
    this.changeLog = services.changeLog;
  }

  get openCount(): number {
    return this.open().length;
  }

  /** Runs a statement. An error ends the transaction. */
  statement<Result>(id: TransactionId, isFirst: boolean, run: () => Result): Result {
    try {
      return (isFirst ? this.begin(id) : this.find(id)).run(run);
    } catch (error) {
      this.abortIfOpen(id);
      throw labelled(error);
    }
  }

  /** Makes it so, inside a storage transaction; a repeated commit is answered like the first. */
  commit(id: TransactionId): void {
    const one = this.running.get(id.sessionKey);
    if (one?.number === id.number && one.isCommitted) return;
    if (this.sessions.hasCommitted(id.sessionKey, id.number)) return;
    try {
      this.write(id, this.find(id));
    } catch (error) {
      this.abortIfOpen(id);
      throw labelled(error);
    }
  }

  abort(id: TransactionId): void {
    const one = this.running.get(id.sessionKey);
    if (one?.number === id.number && one.isCommitted) {
      fail('TransactionCommitted', `Transaction ${id.number} has been committed.`);
    }
    this.find(id);
    this.abortIfOpen(id);
  }

  /** The session goes on with something newer, or ends. */
  abortOlder(sessionKey: string, number?: bigint): void {
    const one = this.running.get(sessionKey);
    if (!one || (number !== undefined && one.number >= number)) return;
    this.end(one, 'totalAborted');
    this.running.delete(sessionKey);
  }

  /** Ends those that have lived too long, and forgets those that ended long ago. */
  closeExpired(nowMs: number): void {
    for (const [sessionKey, one] of this.running) {
      if (nowMs - one.startedAtMs >= LIFETIME_MS_MAX) this.abortOlder(sessionKey);
    }
  }

  private begin({ sessionKey, number }: TransactionId): OpenTransaction {
    this.sessions.checkNewer(sessionKey, number);
    const known = this.running.get(sessionKey);
    if (known && known.number === number) {
      fail('ConflictingOperationInProgress', `Transaction ${number} of this session is known already.`);
    }
    if (known && known.number > number) {
      fail('TransactionTooOld', `Cannot start transaction ${number}: ${known.number} has already started.`);
    }
    if (known) this.end(known, 'totalAborted');
    if (this.openCount >= OPEN_MAX) fail('InternalError', `more than ${OPEN_MAX} transactions are open`);
    const transaction = new OpenTransaction(this.store, this.catalog, (claim) =>
      this.hasRival(transaction, claim),
    );
    const nowMs = Date.now();
    this.follow(() => {
      const one = { number, transaction, isCommitted: false, startedAtMs: nowMs, usedAtMs: nowMs };
      this.running.set(sessionKey, one);
    });
    this.counts.totalStarted += 1;
    return transaction;
  }

  private find({ sessionKey, number }: TransactionId): OpenTransaction {
    const one = this.running.get(sessionKey);
    if (one?.number !== number) {
      return fail(
        'NoSuchTransaction',
        `Given transaction number ${number} does not match any in-progress transactions.`,
      );
    }
    if (!one.transaction || one.transaction.isOutdated) {
      const end = one.isCommitted ? 'committed' : 'aborted';
      return fail('NoSuchTransaction', `Transaction with { txnNumber: ${number} } has been ${end}.`);
    }
    one.usedAtMs = Date.now();
    return one.transaction;
  }

  private write({ sessionKey, number, lsid }: TransactionId, transaction: OpenTransaction): void {
    if (transaction.hasWrites) {
      transaction.commit((collection, rid, before) => {
        for (const other of this.open()) if (other !== transaction) other.noteOther(collection, rid, before);
      });
      this.sessions.noteCommit(sessionKey, number);
      for (const change of transaction.changes) {
        this.changeLog.append(change, { lsid, txnNumber: Long.fromBigInt(number) });
      }
    }
    const one = this.running.get(sessionKey);
    if (one) this.end(one, 'totalCommitted');
  }

  private abortIfOpen({ sessionKey, number }: TransactionId): void {
    const one = this.running.get(sessionKey);
    if (one?.number === number) this.end(one, 'totalAborted');
  }

  /** Taken back if the storage transaction that goes on now is not kept. */
  private end(one: Running, count: 'totalCommitted' | 'totalAborted'): void {
    const { transaction } = one;
    if (!transaction) return;
    this.follow(() => {
      one.transaction = undefined;
      one.isCommitted = count === 'totalCommitted';
    });
    this.counts[count] += 1;
    if (!one.isCommitted) return;
    this.store.onRollback(() => {
      this.follow(() => {
        one.transaction = transaction;
        one.isCommitted = false;
      });
      this.counts[count] -= 1;
    });
  }

  /** Changes are followed while a transaction is open, and only then. */
  private follow(change: () => void): void {
    change();
    const others = this.store.observers.filter((observer) => observer !== this.observer);
    this.store.observers = this.openCount > 0 ? [...others, this.observer] : others;
  }

  private readonly observer = (change: Change): void => {
    if (!isDocumentChange(change)) return;
    for (const one of this.open()) one.noteOther(change.collection, change.rid, change.before);
  };

  private hasRival(transaction: OpenTransaction, claim: string): boolean {
    const nowMs = Date.now();
    for (const { transaction: other, usedAtMs } of this.running.values()) {
      const isAtWork = other !== undefined && other !== transaction && nowMs - usedAtMs < AT_WORK_MS;
      if (isAtWork && other.hasClaim(claim)) return true;
    }
    return false;
  }

  private open(): OpenTransaction[] {
    return [...this.running.values()].flatMap(({ transaction }) => transaction ?? []);
  }
}

/** Tells the driver whether it may try the whole transaction again. */
function labelled(error: unknown): unknown {
  if (!(error instanceof MongoError) || !TRANSIENT.has(error.codeName)) return error;
  return new MongoError(error.code, error.message, {
    ...error.details,
    errorLabels: ['TransientTransactionError'],
  });
}
