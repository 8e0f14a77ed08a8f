/**
 * Brings SQLite's log into the main file in a thread of its own, so that nobody waits for it. SQLite begins the log
 * anew only when all of it has been brought over and nobody writes meanwhile; under load that never happens by
 * itself, so when the log has grown, the little that was written during a checkpoint is brought over at once, in
 * between two transactions.
 */
import { Worker } from 'node:worker_threads';
import type { Checkpointed, CheckpointThreadOptions } from './checkpoint-thread.ts';

/** So many transactions are worth a checkpoint: some 10 MB of pages under load, which a disk takes in 50 ms or so. */
const COMMITS = 100;
/** From this length on (some 32 MB) the log has to begin anew. */
const LOG_PAGES_MAX = 8_000;
const CLOSING_MS_MAX = 30_000;

export class Checkpointer {
  private readonly path: string;
  private readonly finish: () => void;
  private readonly closed = new Int32Array(new SharedArrayBuffer(4));
  private thread: Worker | undefined;
  private commits = 0;
  private isUnderWay = false;
  private isFailed = false;

  /**
   * @param path the database file.
   * @param finish brings over what is left of the log, now, by the writer itself.
   */
  constructor(path: string, finish: () => void) {
    this.path = path;
    this.finish = finish;
  }

  /** To be told of every transaction that was committed. */
  committed(): void {
    this.commits += 1;
    if (this.commits < COMMITS || this.isUnderWay || this.isFailed) return;
    this.commits = 0;
    this.isUnderWay = true;
    this.thread ??= this.start();
    this.thread.postMessage('checkpoint');
  }

  /** Waits for a checkpoint that is under way, and ends the thread. */
  close(): void {
    const { thread } = this;
    if (!thread || this.isFailed) return;
    thread.removeAllListeners();
    thread.postMessage('close');
    // Synchronous, since whoever closes the database closes its file right after.
    Atomics.wait(this.closed, 0, 0, CLOSING_MS_MAX);
  }

  private start(): Worker {
    const workerData: CheckpointThreadOptions = { path: this.path, closed: this.closed };
    const thread = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), {
      workerData,
      execArgv: [],
    });
    thread.unref();
    thread.on('message', ({ logPages }: Checkpointed) => {
      this.isUnderWay = false;
      if (logPages > LOG_PAGES_MAX) this.finish();
    });
    // Without the thread the commits do it themselves, at a later length of the log: slower, and just as safe.
    thread.on('error', () => {
      this.isFailed = true;
    });
    return thread;
  }
}
