/** Entry of a process that holds the embedded database and nothing else. Started by `open-embedded.ts`, never by hand. */

import { once } from 'node:events';
import { z } from 'zod';
import { startEmbedded } from '#runtime/database/embedded/index.ts';
import { type FromProcess, HEARTBEAT_MS, type StopMessage } from '#runtime/processes/process-messages.ts';
import { tellStarter } from '#runtime/processes/tell-starter.ts';
import { openLog } from '../log.ts';

const Environment = z.object({ DATABASE_DIR: z.string().min(1), DATABASE_LOG_LEVEL: z.string() });

/** It says also where it listens; the address of a folder is always the same. */
export type FromDatabase = FromProcess | { readonly kind: 'listening'; readonly uri: string };

/** What it acknowledged is on the disk in any case. */
const CLOSE_MS_MAX = 5_000;

const environment = Environment.parse(process.env);
const log = openLog(environment.DATABASE_LOG_LEVEL, 'database');
const tell = (message: FromDatabase): void => tellStarter(message);

// Whoever started it may be gone before this line is reached, or at any time: the next one must find the folder free.
const orphaned = once(process, 'disconnect');
if (!process.connected) process.exit(1);

const database = await startEmbedded({
  dir: environment.DATABASE_DIR,
  log: ({ level, message, ...facts }) => log[level](facts, message),
}).catch((error: unknown) => {
  log.error({ reason: error instanceof Error ? error.message : String(error) }, 'the database did not start');
  return process.exit(1);
});

void orphaned.then(close);
process.on('message', ({ kind }: StopMessage) => {
  if (kind === 'stop') void close();
});
// A stop of the whole process group reaches the web process too, which closes the database last.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
setInterval(() => tell({ kind: 'heartbeat' }), HEARTBEAT_MS);
tell({ kind: 'listening', uri: database.uri });
tell({ kind: 'ready' });

async function close(): Promise<void> {
  setTimeout(() => process.exit(1), CLOSE_MS_MAX);
  await database.close();
  process.exit(0);
}
