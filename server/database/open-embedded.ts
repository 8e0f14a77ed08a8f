/** The embedded database as SyncFlow starts it: in a thread of the web process, or in a process of its own. */
import { join } from 'node:path';
import { WatchedProcess } from '#runtime/processes/watched-process.ts';
import { compileCacheOf } from '../compile-cache.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings.ts';
import type { FromDatabase } from './serve.ts';

export interface OpenedEmbedded {
  readonly uri: string;
  /** Its process; undefined where it runs in a thread of ours. */
  readonly process: { readonly pid: number | undefined; readonly restarts: number } | undefined;
  close(): Promise<void>;
}

/** A process that was killed with us gives the folder free a moment later. */
const START_MS_MAX = 30_000;

/** @throws {Error} with a sentence for the user when the folder is in use or damaged. */
export async function openEmbedded(settings: Settings, log: Log): Promise<OpenedEmbedded> {
  const dir = join(settings.DATA_DIR, 'database');
  return settings.DATABASE === 'process'
    ? await openProcess(dir, settings.LOG_LEVEL, log)
    : await openThread(dir, log);
}

async function openThread(dir: string, log: Log): Promise<OpenedEmbedded> {
  // Loaded only where it runs: elsewhere nothing of it is in memory.
  const { startEmbedded } = await import('#runtime/database/embedded/index.ts');
  const { uri, close } = await startEmbedded({
    dir,
    log: ({ level, message, ...facts }) => log[level](facts, message),
  });
  return { uri, close, process: undefined };
}

async function openProcess(dir: string, logLevel: string, log: Log): Promise<OpenedEmbedded> {
  let uri = '';
  const watched = new WatchedProcess({
    name: 'database',
    script: join(import.meta.dirname, 'serve.ts'),
    environment: () => ({
      PATH: process.env.PATH ?? '',
      NODE_COMPILE_CACHE: compileCacheOf(join(dir, '..')),
      DATABASE_DIR: dir,
      DATABASE_LOG_LEVEL: logLevel,
    }),
    onMessage: (message) => {
      const told = message as FromDatabase;
      if (told.kind === 'listening') uri = told.uri;
    },
    log: (level, text, facts) => log[level](facts, text),
  });
  const late = setTimeout(() => void watched.stop(), START_MS_MAX);
  await watched.start();
  clearTimeout(late);
  if (uri === '') throw new Error('The database did not start; the log says why. Nothing was changed.');
  return { uri, process: watched, close: () => watched.stop() };
}
