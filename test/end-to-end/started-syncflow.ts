/** SyncFlow as a stranger starts it: `node server/start.ts` in a process of its own, with data in a new folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const READY_MS_MAX = 60_000;

export interface StartedSyncFlow {
  /** The one-time link to sign in. */
  readonly link: string;
  readonly url: string;
  readonly process: ChildProcess;
  readonly dataDir: string;
  output(): string;
  /** Ends it as Ctrl-C does. @returns its exit code. */
  stop(): Promise<number | null>;
  /** Removes the data. */
  clean(): Promise<void>;
}

/** @param environment settings besides the folder and the port. */
export async function startAsStranger(
  dataDir?: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<StartedSyncFlow> {
  const dir = dataDir ?? (await mkdtemp(join(tmpdir(), 'syncflow-start-')));
  const child = spawn(process.execPath, ['server/start.ts'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
      PORT: '0',
      DATA_DIR: dir,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (text += String(bytes)));
  const link = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not ready in a minute:\n${text}`)), READY_MS_MAX);
    child.stdout.on('data', () => {
      const found = /http:\S+\/signin\?token=\S+/.exec(text)?.[0];
      if (!found) return;
      clearTimeout(late);
      resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}:\n${text}`)));
  });
  return {
    link,
    url: new URL(link).origin,
    process: child,
    dataDir: dir,
    output: () => text,
    stop: async () => {
      if (child.exitCode !== null) return child.exitCode;
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      return await ended;
    },
    clean: () => rm(dir, { recursive: true, force: true }),
  };
}
