/** Finds the pipeline that kills its runner again and again, so that it can be paused by name and the others go on. */
import type { PipelineId } from '../ids.ts';
import type { Culprit } from './last-words.ts';

/** One poisoned event becomes a dead letter by itself after four deaths: a pipeline is guilty that dies of several. */
const EVENTS_MAX = 3;
const CRASHES_MAX = 6;
const WINDOW_MS = 10 * 60_000;

interface Crash {
  readonly pipelineId: PipelineId;
  readonly eventId: string;
  readonly atMs: number;
}

export class CrashLoopDetector {
  #crashes: Crash[] = [];

  /**
   * Notes that a runner died in this pipeline.
   * @returns true when it is to be paused: three different events killed a runner there within ten minutes, or six deaths in all.
   */
  isLoop({ pipelineId, eventId }: Pick<Culprit, 'pipelineId' | 'eventId'>, nowMs = Date.now()): boolean {
    this.#crashes = this.#crashes.filter(({ atMs }) => atMs > nowMs - WINDOW_MS);
    this.#crashes.push({ pipelineId, eventId, atMs: nowMs });
    const here = this.#crashes.filter((crash) => crash.pipelineId === pipelineId);
    const isLoop =
      here.length >= CRASHES_MAX || new Set(here.map((crash) => crash.eventId)).size >= EVENTS_MAX;
    // Once it is paused, what it did before no longer counts: somebody who resumes it starts anew.
    if (isLoop) this.#crashes = this.#crashes.filter((crash) => crash.pipelineId !== pipelineId);
    return isLoop;
  }
}
