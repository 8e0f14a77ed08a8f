/** Trials that run, and those that have ended a short while ago. In memory alone: a trial can always be run again. */
import { randomUUID } from 'node:crypto';
import type { ClientId } from '#runtime/ids.ts';
import type { Graph } from '#runtime/pipelines/graph.ts';
import type { TrialReport, TrialRequest } from '#runtime/trial/trial.ts';
import { TrialFailed, type Trials } from '#runtime/trial/trial-process.ts';

export interface DeskTrial {
  readonly id: string;
  readonly clientId: ClientId;
  /** What was tried. */
  readonly graph: Graph;
  state: 'running' | 'done' | 'failed';
  done: number;
  total: number;
  report: TrialReport | null;
  /** Why it failed, as a sentence. */
  problem: string | null;
}

const KEPT_MS = 10 * 60_000;
const KEPT_MAX = 50;

export class TrialDesk {
  readonly #trials: Pick<Trials, 'run'>;
  readonly #kept = new Map<string, DeskTrial>();
  readonly #failed: (error: unknown) => void;

  /** @param failed told of what is no sentence for people. */
  constructor(trials: Pick<Trials, 'run'>, failed: (error: unknown) => void) {
    this.#trials = trials;
    this.#failed = failed;
  }

  /** Begins a trial. @returns its id. */
  begin(request: TrialRequest): string {
    const { clientId, graph } = request;
    const trial: DeskTrial = {
      id: randomUUID(),
      clientId,
      graph,
      state: 'running',
      done: 0,
      total: 0,
      report: null,
      problem: null,
    };
    this.#kept.set(trial.id, trial);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
    void this.#follow(trial, request);
    return trial.id;
  }

  /** null: the client has no such trial, or not any more. */
  one(clientId: ClientId, id: string): DeskTrial | null {
    const trial = this.#kept.get(id);
    return trial?.clientId === clientId ? trial : null;
  }

  async #follow(trial: DeskTrial, request: TrialRequest): Promise<void> {
    try {
      trial.report = await this.#trials.run(request, (done, total) => Object.assign(trial, { done, total }));
      trial.state = 'done';
    } catch (error) {
      trial.state = 'failed';
      trial.problem =
        error instanceof TrialFailed ? error.message : 'It failed on our side; the log says more.';
      if (!(error instanceof TrialFailed)) this.#failed(error);
    }
    setTimeout(() => this.#kept.delete(trial.id), KEPT_MS).unref();
  }
}
