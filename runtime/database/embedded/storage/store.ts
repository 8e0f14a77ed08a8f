/** Transactions on the database file. There is one writer: this thread. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openFile } from './file.ts';

export class Store {
  private readonly database: DatabaseSync;
  private readonly begin: StatementSync;
  private readonly end: StatementSync;
  private undoes: (() => void)[] = [];
  /** Called after every change that was not kept: drop what was counted meanwhile. */
  afterRollback: () => void = () => {};

  constructor(dir: string) {
    this.database = openFile(dir);
    this.begin = this.database.prepare('BEGIN IMMEDIATE');
    this.end = this.database.prepare('COMMIT');
  }

  /**
   * Runs `work` in one transaction: on disk when this returns, or not at all when it throws. What `work`
   * changed in memory is taken back by the functions that it gave to `onRollback`.
   */
  transaction<Result>(work: () => Result): Result {
    this.undoes = [];
    this.begin.run();
    try {
      const result = work();
      this.end.run();
      return result;
    } catch (error) {
      // Some failures (a full disk) have ended the transaction already.
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      this.undo(0);
      throw error;
    }
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

  /** Brings everything into the main file and lets go of it. */
  close(): void {
    this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.database.close();
  }

  private undo(mark: number): void {
    for (const undo of this.undoes.splice(mark).reverse()) undo();
    this.afterRollback();
  }
}
