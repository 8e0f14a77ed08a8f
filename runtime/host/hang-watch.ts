/**
 * Ends a runner in which a node keeps the event loop to itself. A thread of its own looks whether the loop turns; when
 * it does not, it asks the debugger who is at work, writes that down as the last words, and kills the process: nobody
 * else can, since a loop that stands still hears no signal and no message. Where no node is at work (a large deploy),
 * nothing is done: a process that stays silent is killed by its supervisor in the end.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Culprit } from './last-words.ts';

export interface HangWatchOptions {
  /** Where the last words go. */
  readonly file: string;
  /** So long may one piece of a node's code keep the process. */
  readonly hangMsMax: number;
  /** Which node is at work now, when it is asked in the midst of the code that runs. */
  readonly culprit: () => Culprit | null;
}

export interface WatchedLoop {
  readonly beats: SharedArrayBuffer;
  readonly file: string;
  readonly looks: number;
  readonly lookMs: number;
}

/** Under this name in the global scope the thread finds whom to ask. */
export const CULPRIT_SYMBOL = 'syncflow.culprit';
/** Counted in turns of the watching thread, not in time: a machine that was asleep or very busy is not taken for a hang. */
const LOOKS = 10;

/** Watches the event loop of this thread from now on. Ends when the other thread does so. */
export async function watchForHangs({ file, hangMsMax, culprit }: HangWatchOptions): Promise<void> {
  const beats = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const counter = new Int32Array(beats);
  const lookMs = hangMsMax / LOOKS;
  setInterval(() => Atomics.add(counter, 0, 1), lookMs / 2).unref();
  Object.defineProperty(globalThis, Symbol.for(CULPRIT_SYMBOL), { value: () => JSON.stringify(culprit()) });
  const workerData: WatchedLoop = { beats, file, looks: LOOKS, lookMs };
  // Without the flags and the environment of this process: it needs none of them.
  const worker = new Worker(new URL('./hang-watch-thread.ts', import.meta.url), {
    workerData,
    execArgv: [],
    env: {},
  });
  await once(worker, 'message');
  worker.unref();
}
