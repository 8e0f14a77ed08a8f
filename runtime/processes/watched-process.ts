/** One process of ours: started, watched, and replaced when it dies or hangs, more slowly each time it fails at once. */
import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { types } from 'node:util';
import type { FromProcess, StopMessage } from './process-messages.ts';

export interface ProcessExit {
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** How long it worked after it had said that it was ready; 0: it never was. */
  readonly workedMs: number;
}

export interface WatchedProcessOptions {
  /** For the log: "runner", "database". */
  readonly name: string;
  readonly script: string;
  /** Flags of Node and V8 beside those that this process was started with. */
  readonly flags?: readonly string[];
  /** Its whole environment; asked for before each start. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** Told of every message. */
  readonly onMessage: (message: { readonly kind: string }) => void;
  /** Told of each end that nobody asked for. @returns false when the next start shall not wait longer than the last one. */
  readonly onExit?: (exit: ProcessExit) => boolean;
  readonly log: (
    level: 'info' | 'warn' | 'error',
    text: string,
    facts: Readonly<Record<string, unknown>>,
  ) => void;
  /** A process that says nothing for so long hangs, and is killed. */
  readonly silenceMsMax?: number;
  /** How long it may take to finish when it is told to stop. */
  readonly stopMsMax?: number;
}

const RESTART_MS_FIRST = 200;
const RESTART_MS_MAX = 30_000;
/** A process that worked longer than this did not fail at once: whatever ended it, the next one is started soon. */
const WORKED_WELL_MS = 2_000;
const SILENCE_MS_MAX = 20_000;
/** So often within the longest silence it is asked whether a word came. */
const TURNS_OF_SILENCE = 4;
const STOP_MS_MAX = 15_000;

export class WatchedProcess {
  readonly #options: WatchedProcessOptions;
  #child: ChildProcess | undefined;
  #restartMs = RESTART_MS_FIRST;
  #stopping = false;
  #ready: (() => void) | undefined;
  /** Turns of the watch since its last word. */
  #silentTurns = 0;
  #watch: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;
  #restarts = 0;

  constructor(options: WatchedProcessOptions) {
    this.#options = options;
  }

  /** Starts the first one; ends when one is ready to work, or when it is stopped before. */
  async start(): Promise<void> {
    const silenceMs = this.#options.silenceMsMax ?? SILENCE_MS_MAX;
    this.#watch = setInterval(() => this.#killWhenSilent(silenceMs), silenceMs / TURNS_OF_SILENCE);
    await new Promise<void>((resolve) => {
      this.#ready = resolve;
      this.#spawn();
    });
  }

  /** Process id of the one that runs now. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How often it had to be replaced. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Tells it something; while none runs it is dropped, since a new one looks for itself. */
  tell(message: Serializable): void {
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  /** Lets it finish what runs; kills it when that takes too long. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#watch);
    clearTimeout(this.#restart);
    this.#ready?.();
    const child = this.#child;
    // One that could not be spawned has no end to wait for.
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.tell({ kind: 'stop' } satisfies StopMessage);
    const kill = setTimeout(() => child.kill('SIGKILL'), this.#options.stopMsMax ?? STOP_MS_MAX);
    await ended;
    clearTimeout(kill);
  }

  #spawn(): void {
    let readyAtMs: number | undefined;
    this.#silentTurns = 0;
    const child = this.#fork();
    this.#child = child;
    if (!child) return;
    child.on('message', (message) => {
      this.#silentTurns = 0;
      const told = message as FromProcess;
      this.#options.onMessage(told);
      if (told.kind === 'ready') {
        readyAtMs ??= Date.now();
        this.#ready?.();
      }
    });
    child.on('error', (error) => {
      // Without a process there is no `exit`, now or later.
      if (child.pid === undefined) return this.#notSpawned(error);
      this.#options.log('error', `the ${this.#options.name} could not be reached`, {
        reason: error.message,
      });
    });
    child.on('exit', (code, signal) => {
      if (this.#stopping) return;
      const workedMs = readyAtMs === undefined ? 0 : Date.now() - readyAtMs;
      this.#replace({ pid: child.pid ?? 0, code, signal, workedMs });
    });
  }

  /** @returns undefined when the system refused at once (no memory, for one); when it refuses later, the child says so. */
  #fork(): ChildProcess | undefined {
    const { script, flags = [], environment } = this.#options;
    // Nothing of our own environment but what it needs: a node must find no secret there.
    const env = environment();
    try {
      return fork(script, [], { env, execArgv: [...process.execArgv, ...flags], serialization: 'advanced' });
    } catch (error) {
      if (!types.isNativeError(error) || !('syscall' in error)) throw error;
      this.#notSpawned(error);
      return undefined;
    }
  }

  /** The system is short of something: files, processes, memory. That passes. */
  #notSpawned({ message }: Error): void {
    if (this.#stopping) return;
    this.#options.log('error', `the ${this.#options.name} could not be started`, { reason: message });
    this.#replace({ pid: 0, code: null, signal: null, workedMs: 0 });
  }

  #replace(exit: ProcessExit): void {
    this.#restarts += 1;
    const slower = this.#options.onExit?.(exit) ?? true;
    // Killed from outside while it worked, it did nothing wrong.
    const wasKilled = exit.signal === 'SIGKILL' && exit.workedMs > 0;
    if (wasKilled || exit.workedMs > WORKED_WELL_MS) this.#restartMs = RESTART_MS_FIRST;
    else if (slower) this.#restartMs = Math.min(this.#restartMs * 2, RESTART_MS_MAX);
    const { code, signal } = exit;
    this.#options.log('warn', `the ${this.#options.name} ended and is started again; nothing is lost`, {
      code,
      signal,
      inMs: this.#restartMs,
    });
    this.#restart = setTimeout(() => this.#spawn(), this.#restartMs);
  }

  /** Not by the clock: of one that slept along with us, as the machine did, no turn was missed. */
  #killWhenSilent(silenceMs: number): void {
    this.#silentTurns += 1;
    // The first turn may have come right after its last word.
    if (this.#silentTurns <= TURNS_OF_SILENCE || !this.#child?.pid) return;
    this.#options.log('error', `the ${this.#options.name} hangs and is killed`, { silenceMs });
    this.#silentTurns = 0;
    this.#child.kill('SIGKILL');
  }
}
