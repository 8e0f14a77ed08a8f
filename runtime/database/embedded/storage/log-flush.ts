/**
 * Brings SQLite's write-ahead log to the disk beside the work that goes on: while one flush is under way, the next
 * transactions run, and the flush after it pays for all of them. SQLite itself (synchronous=NORMAL) flushes where
 * the order of its files matters, around checkpoints; what makes a commit durable is done here.
 */
import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs';

export class LogFlush {
  private readonly path: string;
  private file: number | undefined;
  private waiting: (() => void)[] = [];
  /** Those that the flush under way is for. */
  private flushed: (() => void)[] = [];
  private isFlushing = false;

  /** @param path the write-ahead log; it must exist when the first flush is asked for. */
  constructor(path: string) {
    this.path = path;
  }

  /** A flush is under way: what is committed now waits for the one after it. */
  get isBusy(): boolean {
    return this.isFlushing;
  }

  /** Calls `done` when all that was committed before this call is on the disk. Never at once. */
  afterFlush(done: () => void): void {
    this.waiting.push(done);
    if (!this.isFlushing) this.flush();
  }

  /** Flushes now, and calls all who wait. */
  flushNow(): void {
    const all = [...this.flushed.splice(0), ...this.waiting.splice(0)];
    if (all.length === 0) return;
    fdatasyncSync(this.open());
    for (const done of all) done();
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private flush(): void {
    this.isFlushing = true;
    this.flushed = this.waiting.splice(0);
    fdatasync(this.open(), (error) => {
      this.isFlushing = false;
      // What could not be flushed may be gone from memory as well: nothing may be acknowledged any more, so the thread ends.
      if (error && this.file !== undefined) throw error;
      for (const done of this.flushed.splice(0)) done();
      if (this.waiting.length > 0) this.flush();
    });
  }

  private open(): number {
    this.file ??= openSync(this.path, 'r+');
    return this.file;
  }
}
