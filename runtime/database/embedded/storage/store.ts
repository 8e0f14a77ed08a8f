/** Transactions on the database file. There is one writer: this thread. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Doc } from '../bson/values.ts';
import type { Change, Observer } from './change.ts';
import { Checkpointer } from './checkpointer.ts';
import { databasePath, lockFolder, logPath, openFile } from './file.ts';
import { LogFlush } from './log-flush.ts';

export class Store {
  private readonly lock: DatabaseSync;
  private readonly database: DatabaseSync;
  private readonly checkpointer: Checkpointer;
  private readonly log: LogFlush;
  private readonly begin: StatementSync;
  private readonly end: StatementSync;
  private undoes: (() => void)[] = [];
  /** Called after every change that was not kept: drop what was counted meanwhile. */
  readonly afterRollback: (() => void)[] = [];
  /** Who follows the changes; mostly nobody, and then none is described. */
  observers: readonly Observer[] = [];
  /** Is told of searches through very many documents without an index. */
  onLongScan: ((namespace: string, filter: Doc, sort?: Doc) => void) | undefined;

  constructor(dir: string) {
    this.lock = lockFolder(dir);
    try {
      this.database = openFile(dir);
    } catch (error) {
      this.lock.close();
      throw error;
    }
    this.checkpointer = new Checkpointer(databasePath(dir), () =>
      this.database.exec('PRAGMA wal_checkpoint(PASSIVE)'),
    );
    this.log = new LogFlush(logPath(dir));
    this.begin = this.database.prepare('BEGIN IMMEDIATE');
    this.end = this.database.prepare('COMMIT');
  }

  /**
   * Runs `work` in one transaction: kept when this returns (and durable after `whenDurable`), or not at all when it throws. What `work`
   * changed in memory is taken back by the functions that it gave to `onRollback`.
   */
  transaction<Result>(work: () => Result): Result {
    this.undoes = [];
    this.begin.run();
    let result: Result;
    try {
      result = work();
      this.end.run();
    } catch (error) {
      // Some failures (a full disk) have ended the transaction already.
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      this.undo(0);
      throw error;
    }
    this.checkpointer.committed();
    return result;
  }

  /** Calls `done` when every transaction that has ended so far is on the disk. */
  whenDurable(done: () => void): void {
    this.log.afterFlush(done);
  }

  /** The disk is being waited for; all who wait for it are called before it ends. */
  get isFlushing(): boolean {
    return this.log.isBusy;
  }

  /** Waits for the disk, and calls all that `whenDurable` holds. */
  makeDurable(): void {
    this.log.flushNow();
  }

  /** Inside a transaction: all of `work` or nothing of it, while the transaction goes on. */
  atomically<Result>(work: () => Result): Result {
    const mark = this.undoes.length;
    this.database.exec('SAVEPOINT step');
    try {
      const result = work();
      this.database.exec('RELEASE step');
      return result;
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK TO step; RELEASE step');
      this.undo(mark);
      throw error;
    }
  }

  /**
   * Runs `work` and takes back all that it did, on disk and in memory. Its answer is what a transaction that
   * is not committed yet gets to see.
   */
  provisionally<Result>(work: () => Result): Result {
    this.undoes = [];
    this.begin.run();
    try {
      return work();
    } finally {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      for (const undo of this.undoes.splice(0).reverse()) undo();
    }
  }

  /** Tells the observers. */
  tell(change: Change): void {
    for (const observe of this.observers) observe(change);
  }

  /** Runs `work` with these observers in the place of the usual ones. */
  observedBy<Result>(observers: readonly Observer[], work: () => Result): Result {
    const usual = this.observers;
    this.observers = observers;
    try {
      return work();
    } finally {
      this.observers = usual;
    }
  }

  /** Takes a change in memory back if the transaction that goes on now is not kept. */
  onRollback(undo: () => void): void {
    this.undoes.push(undo);
  }

  execute(sql: string): void {
    this.database.exec(sql);
  }

  /** A statement that answers rows as arrays. */
  prepare(sql: string): StatementSync {
    const statement = this.database.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  }

  /** Bytes of the file, as far as they are in use. */
  size(): number {
    const [pages, free, size] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
      Number(Object.values(this.database.prepare(`PRAGMA ${name}`).get() ?? {})[0]),
    );
    return ((pages ?? 0) - (free ?? 0)) * (size ?? 0);
  }

  /** Brings everything into the main file and lets go of it. */
  close(): void {
    this.makeDurable();
    this.log.close();
    this.checkpointer.close();
    this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.database.close();
    this.lock.close();
  }

  private undo(mark: number): void {
    for (const undo of this.undoes.splice(mark).reverse()) undo();
    for (const tell of this.afterRollback) tell();
  }
}
