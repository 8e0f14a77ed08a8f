/** The real `server/start.ts` in a process of its own, started again whenever it dies, as a service manager would do. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Victim } from './plan.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const RESTART_MS = 200;
const LOG_LINES_MAX = 400;
/** A process that is being started again is waited for, so that each kill kills one. */
const UP_MS_MAX = 30_000;
const LOOK_MS = 50;
/** How a runner names them (server/run-runner.ts). */
const ESCAPED = 'an error outside of any handler';

export class SyncFlowProcess {
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #stopping = false;
  /** The last lines that it said. */
  readonly log: string[] = [];
  /** What it said of errors that no handler of ours caught: the process was replaced, and nobody's node was to blame. */
  readonly escaped: string[] = [];

  constructor(environment: Readonly<Record<string, string>>) {
    this.#environment = environment;
  }

  start(): void {
    const child = spawn(process.execPath, ['server/start.ts'], {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '',
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
        ...this.#environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const endWithUs = () => child.kill('SIGKILL');
    process.once('exit', endWithUs);
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes) => {
        const lines = String(bytes)
          .split('\n')
          .filter((line) => line.trim() !== '');
        this.log.push(...lines);
        this.escaped.push(...lines.filter((line) => line.includes(ESCAPED)));
        this.log.splice(0, this.log.length - LOG_LINES_MAX);
      });
    child.once('exit', () => {
      process.off('exit', endWithUs);
      if (!this.#stopping) setTimeout(() => this.start(), RESTART_MS);
    });
  }

  /** SIGKILL. Waits for the victim to be there, so that it may be called while another one is being started. */
  async kill(victim: Victim): Promise<void> {
    for (const untilMs = Date.now() + UP_MS_MAX; Date.now() < untilMs; await wait(LOOK_MS)) {
      const pid = await this.#pidOf(victim);
      if (pid === null) continue;
      try {
        process.kill(pid, 'SIGKILL');
        return;
      } catch {
        // It died a moment ago, and is being started again.
      }
    }
    throw new Error(`there was no ${victim} to kill:\n${this.log.slice(-20).join('\n')}`);
  }

  /** Ends it as a service manager does. @returns its exit code. */
  async stop(): Promise<number | null> {
    this.#stopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    return ((await ended) as [number | null])[0];
  }

  async #pidOf(victim: Victim): Promise<number | null> {
    const child = this.#child;
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return null;
    if (victim === 'web') return child.pid;
    const script = victim === 'runner' ? 'server/runner.ts' : 'server/database/serve.ts';
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=,args=']);
    for (const line of stdout.split('\n')) {
      const [, pid, parent, state, command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
      if (Number(parent) === child.pid && !state?.startsWith('Z') && command.includes(script))
        return Number(pid);
    }
    return null;
  }
}
