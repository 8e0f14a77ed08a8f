/** Starts a runner process and watches it: one that dies or stops to answer is replaced, more slowly each time it fails at once. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { FromRunner, ToRunner } from './messages.ts';

export interface SupervisorOptions {
  /** The script of a runner process. It gets RUNNER_ID and DEAD_RUNNERS in its environment. */
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly onMessage: (message: FromRunner) => void;
  readonly log: (
    level: 'info' | 'warn' | 'error',
    text: string,
    facts: Readonly<Record<string, unknown>>,
  ) => void;
  /** A runner that says nothing for so long hangs, and is killed. */
  readonly silenceMsMax?: number;
}

const RESTART_MS_FIRST = 200;
const RESTART_MS_MAX = 30_000;
/** A runner that lived longer than this did not fail at once. */
const LIVED_WELL_MS = 30_000;
const STOP_MS_MAX = 15_000;
const DEAD_REMEMBERED_MAX = 50;

export class Supervisor {
  readonly #options: SupervisorOptions;
  #child: ChildProcess | undefined;
  #restartMs = RESTART_MS_FIRST;
  #stopping = false;
  #heardAtMs = 0;
  #watch: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;
  #restarts = 0;
  readonly #dead: string[] = [];

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Starts the first runner; ends when it is ready to work. */
  async start(): Promise<void> {
    const silenceMs = this.#options.silenceMsMax ?? 20_000;
    this.#watch = setInterval(() => this.#killWhenSilent(silenceMs), silenceMs / 4);
    await new Promise<void>((resolve) => this.#spawn(resolve));
  }

  /** Process id of the runner that runs now. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How often a runner had to be replaced. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Tells the runner something; while none runs it is dropped, since a new one looks for itself. */
  tell(message: ToRunner): void {
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  /** Lets the runner finish what runs; kills it when that takes too long. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#watch);
    clearTimeout(this.#restart);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.tell({ kind: 'stop' });
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    await ended;
    clearTimeout(kill);
  }

  #spawn(ready: () => void): void {
    const runner = `runner-${randomUUID()}`;
    const startedMs = Date.now();
    this.#heardAtMs = startedMs;
    const child = fork(this.#options.script, [], {
      // Nothing of our own environment but what a runner needs: a node must find no secret there.
      env: { ...this.#options.environment, RUNNER_ID: runner, DEAD_RUNNERS: this.#dead.join(',') },
      serialization: 'advanced',
    });
    this.#child = child;
    child.on('message', (message) => {
      this.#heardAtMs = Date.now();
      const told = message as FromRunner;
      if (told.kind === 'ready') ready();
      this.#options.onMessage(told);
    });
    child.on('error', (error) =>
      this.#options.log('error', 'the runner could not be reached', { reason: error.message }),
    );
    child.on('exit', (code, signal) => {
      this.#dead.push(runner);
      this.#dead.splice(0, this.#dead.length - DEAD_REMEMBERED_MAX);
      if (this.#stopping) return;
      this.#restarts += 1;
      this.#restartMs =
        Date.now() - startedMs > LIVED_WELL_MS
          ? RESTART_MS_FIRST
          : Math.min(this.#restartMs * 2, RESTART_MS_MAX);
      this.#options.log('warn', 'the runner ended and is started again; nothing is lost', {
        code,
        signal,
        inMs: this.#restartMs,
      });
      this.#restart = setTimeout(() => this.#spawn(ready), this.#restartMs);
    });
  }

  #killWhenSilent(silenceMs: number): void {
    if (Date.now() - this.#heardAtMs < silenceMs || !this.#child?.pid) return;
    this.#options.log('error', 'the runner hangs and is killed', { silentMs: Date.now() - this.#heardAtMs });
    this.#heardAtMs = Date.now();
    this.#child.kill('SIGKILL');
  }
}
