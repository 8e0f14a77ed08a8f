/** Runs trials, each in a process of its own with bounds of time and memory: a flow that never ends keeps nobody up. */
import { fork } from 'node:child_process';
import type { FromTrial, TrialReport, TrialRequest } from './trial.ts';

export interface TrialsOptions {
  /** The script of a trial's process. It gets TRIAL_MONGODB_URI and TRIAL_COMPILE_CACHE in its environment. */
  readonly script: string;
  readonly environment: () => Readonly<Record<string, string>>;
  readonly timeMsMax?: number;
  readonly megabytesMax?: number;
  /** How many run at one moment; others are refused. */
  readonly atOnceMax?: number;
}

/** It was not tried to its end; the message is a sentence for people. */
export class TrialFailed extends Error {
  override readonly name = 'TrialFailed';
}

const TIME_MS_MAX = 60_000;
const MEGABYTES_MAX = 512;
const AT_ONCE_MAX = 2;

export class Trials {
  readonly #options: Required<TrialsOptions>;
  #running = 0;

  constructor(options: TrialsOptions) {
    this.#options = {
      timeMsMax: TIME_MS_MAX,
      megabytesMax: MEGABYTES_MAX,
      atOnceMax: AT_ONCE_MAX,
      ...options,
    };
  }

  /** @throws {TrialFailed} when it was refused, took too long, or its process died. */
  async run(
    request: TrialRequest,
    progress: (done: number, total: number) => void = () => {},
  ): Promise<TrialReport> {
    const { atOnceMax } = this.#options;
    if (this.#running >= atOnceMax)
      throw new TrialFailed(
        `${atOnceMax} trials run already. Wait until one of them has ended, and try again.`,
      );
    this.#running += 1;
    try {
      return await this.#inProcess(request, progress);
    } finally {
      this.#running -= 1;
    }
  }

  async #inProcess(
    request: TrialRequest,
    progress: (done: number, total: number) => void,
  ): Promise<TrialReport> {
    const { script, environment, timeMsMax, megabytesMax } = this.#options;
    const child = fork(script, [], {
      env: { PATH: process.env.PATH ?? '', ...environment() },
      execArgv: [`--max-old-space-size=${megabytesMax}`],
      // Dates stay dates.
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let late: NodeJS.Timeout | undefined;
    try {
      return await new Promise<TrialReport>((resolve, reject) => {
        late = setTimeout(
          () =>
            reject(
              new TrialFailed(
                `It took longer than ${timeMsMax / 1_000} s and was stopped. Choose a shorter period, or look for a loop without an end.`,
              ),
            ),
          timeMsMax,
        );
        child.on('message', (message: FromTrial) => {
          if (message.kind === 'progress') progress(message.done, message.total);
          else if (message.kind === 'report') resolve(message.report);
          else reject(new TrialFailed(message.reason));
        });
        child.once('error', reject);
        child.once('exit', (code, signal) =>
          reject(
            new TrialFailed(
              `Its process ended before it was done (${signal ?? `code ${code}`}): a node may have used too much memory. Nothing was changed.`,
            ),
          ),
        );
        child.send(request);
      });
    } finally {
      clearTimeout(late);
      child.kill('SIGKILL');
    }
  }
}
