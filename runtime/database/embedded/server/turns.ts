/**
 * Runs the jobs that arrived together, once for each turn of the event loop. All writes of a turn share one
 * transaction, and one flush to the disk pays for all of them; they are answered after it. While the disk is being
 * waited for, writes are gathered: one transaction of ten costs less than half of ten transactions. Reads take
 * slices of time: a long one rests between two slices, so that it holds nobody up.
 */

import { isDoc } from '../bson/values.ts';
import type { Reply, Task } from '../commands/command.ts';
import { MongoError } from '../errors.ts';
import { slice, Wait } from '../pause.ts';
import { isDamage, isFullDisk } from '../storage/file.ts';
import type { Store } from '../storage/store.ts';
import { finish, isTask, type Job } from './dispatch.ts';
import type { Log } from './log.ts';

const SLICE_MS = 5;
/** So many writes are worth a transaction of their own, also while the disk is being waited for. */
const GATHERED_MAX = 16;
/** Who wants to wait for longer is asked again after it. */
const WAIT_MS_MAX = 60 * 60_000;

/** A job and the way back for its reply. */
export interface Submission {
  job: Job;
  /** Makes the bytes of the answer. May throw; then the command has failed. */
  encode(reply: Reply): Buffer;
  send(bytes: Buffer): void;
}
interface Resting {
  submission: Submission;
  task: Task;
}
interface Waiting extends Resting {
  wait: Wait;
  timer: NodeJS.Timeout;
  isOver: boolean;
}

export class Turns {
  private readonly store: Store;
  private readonly log: Log;
  private reads: Submission[] = [];
  private writes: Submission[] = [];
  private readonly resting: Resting[] = [];
  private waiting: Waiting[] = [];
  private isScheduled = false;
  private isStopped = false;

  constructor(store: Store, log: Log) {
    this.store = store;
    this.log = log;
  }

  submit(submission: Submission): void {
    if (this.isStopped) return;
    if (submission.job.kind === 'write') this.writes.push(submission);
    else this.reads.push(submission);
    this.schedule();
  }

  /** Runs what has been submitted; writes that wait for others to come are left for the end of the flush. */
  flush(): void {
    this.isScheduled = false;
    if (!this.store.isFlushing || this.writes.length >= GATHERED_MAX) this.runAllWrites();
    for (const submission of this.reads.splice(0)) this.startRead(submission);
    this.wake();
    this.resumeOne();
    if (this.resting.length > 0) this.schedule();
  }

  /** Runs what has been submitted, and nothing that comes later. */
  stop(): void {
    this.runAllWrites();
    this.flush();
    this.store.makeDurable();
    this.isStopped = true;
    this.resting.length = 0;
    for (const { timer } of this.waiting) clearTimeout(timer);
    this.waiting = [];
  }

  /** There may be something to do: a turn follows. */
  schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => this.flush());
  }

  private runAllWrites(): void {
    if (this.writes.length > 0) this.runWrites(this.writes.splice(0));
  }

  private runWrites(submissions: readonly Submission[]): void {
    slice.endsAtMs = Infinity;
    let answers: Buffer[];
    try {
      answers = this.store.transaction(() => submissions.map((submission) => runWrite(submission)));
    } catch (error) {
      // Nothing was kept. One of them is at fault: run each by itself, so that only that one suffers.
      if (submissions.length > 1) for (const submission of submissions) this.runWrites([submission]);
      else for (const { encode, send } of submissions) send(encode(this.faultReply(error)));
      return;
    }
    this.whenDurable(() => {
      for (const [index, { send }] of submissions.entries()) send(answers[index] ?? Buffer.alloc(0));
    });
  }

  /** Answers after the flush; the writes that were gathered meanwhile have their turn then. */
  private whenDurable(answer: () => void): void {
    this.store.whenDurable(() => {
      answer();
      if (this.writes.length > 0) this.schedule();
    });
  }

  private startRead(submission: Submission): void {
    this.inSlice(submission, () => {
      const result = submission.job.run();
      return isTask(result) ? result : submission.encode({ ...result, ok: 1 });
    });
  }

  /** Those that waited for news go on when there are some, or when they have waited long enough. */
  private wake(): void {
    if (this.waiting.length === 0) return;
    this.waiting = this.waiting.filter(({ submission, task, wait, timer, isOver }) => {
      if (!isOver && !wait.hasNews()) return true;
      clearTimeout(timer);
      this.resting.push({ submission, task });
      return false;
    });
  }

  private wait(resting: Resting, wait: Wait): void {
    const waitMs = Math.min(wait.endsAtMs - performance.now(), WAIT_MS_MAX);
    const timer = setTimeout(() => {
      // Not by a look at the clock: a timer may be a little early.
      waiting.isOver = true;
      this.schedule();
    }, waitMs);
    const waiting: Waiting = { ...resting, wait, timer, isOver: false };
    this.waiting.push(waiting);
  }

  /** The one that has rested longest goes on for a slice. */
  private resumeOne(): void {
    const next = this.resting.shift();
    if (!next) return;
    const { submission, task } = next;
    this.inSlice(submission, () => {
      if (performance.now() > submission.job.deadlineMs)
        throw new MongoError('MaxTimeMSExpired', 'operation exceeded time limit');
      return task;
    });
  }

  private inSlice({ job, encode, send }: Submission, start: () => Task | Buffer): void {
    slice.endsAtMs = performance.now() + SLICE_MS;
    try {
      const result = start();
      const step = Buffer.isBuffer(result) ? undefined : result.next();
      if (Buffer.isBuffer(result)) send(result);
      else if (step?.done) this.answer(step.value, encode({ ...step.value, ok: 1 }), send);
      else {
        const resting = { submission: { job, encode, send }, task: result };
        if (step?.value instanceof Wait) this.wait(resting, step.value);
        else this.resting.push(resting);
      }
    } catch (error) {
      send(encode(error instanceof MongoError ? errorReply(error) : this.faultReply(error)));
    } finally {
      slice.endsAtMs = Infinity;
    }
  }

  /** Nobody is told of a change by a change stream that is not on the disk yet. */
  private answer({ cursor }: Reply, bytes: Buffer, send: Submission['send']): void {
    const batch = isDoc(cursor) && cursor.postBatchResumeToken ? cursor.nextBatch : undefined;
    if (Array.isArray(batch) && batch.length > 0) this.whenDurable(() => send(bytes));
    else send(bytes);
  }

  /** A fault of ours or of the disk: told to the client in short and to the log in full. */
  private faultReply(error: unknown): Reply {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.log({
      level: 'error',
      message: 'A command could not be carried out. Nothing of it was kept.',
      error: text,
    });
    if (isFullDisk(error)) {
      return errorReply(
        new MongoError(
          'OutOfDiskSpace',
          'The disk is full: nothing of this command was kept. Free some space and try again.',
        ),
      );
    }
    if (isDamage(error)) {
      return errorReply(
        new MongoError(
          'InternalError',
          'The database file is damaged: restore it from a backup. Nothing of this command was kept.',
        ),
      );
    }
    const message = error instanceof Error ? error.message : String(error);
    return errorReply(
      new MongoError('InternalError', `The embedded database could not carry out this command: ${message}`),
    );
  }
}

/** A refused write is an answer like any other. A fault is thrown and ends the whole transaction. */
function runWrite({ job, encode }: Submission): Buffer {
  try {
    return encode({ ...finish(job.run()), ok: 1 });
  } catch (error) {
    if (error instanceof MongoError) return encode(errorReply(error));
    throw error;
  }
}

function errorReply(error: MongoError): Reply {
  return {
    ok: 0,
    errmsg: error.message,
    code: error.code,
    codeName: error.codeName,
    ...(error.details as Reply),
  };
}
