/** Entry of a runner process: puts nodes, channels and runtime together. Started by the supervisor, never by hand. */
import { z } from 'zod';
import { ALL_CHANNELS } from '#nodes/all-channels.ts';
import { ALL_NODE_TYPES } from '#nodes/all-node-types.ts';
import { ALL_OUTSIDE_EFFECTS, ALL_SERVICES } from '#nodes/all-services.ts';
import { openDatabase } from '#runtime/database/open-database.ts';
import type { FromRunner, ToRunner } from '#runtime/host/messages.ts';
import { Runner } from '#runtime/host/runner.ts';
import { MASTER_KEY_BYTES } from '#runtime/vault/master-key.ts';
import { Vault } from '#runtime/vault/vault.ts';
import { openLog } from './log.ts';

const Environment = z.object({
  RUNNER_ID: z.string().min(1),
  DEAD_RUNNERS: z.string().default(''),
  RUNNER_MONGODB_URI: z.string().min(1),
  RUNNER_MASTER_KEY: z.string().transform((text) => Buffer.from(text, 'base64')),
  RUNNER_TRACE_MEGABYTES: z.coerce.number<string>().min(1),
  RUNNER_SETTLE_MS: z.coerce.number<string>().min(1),
  RUNNER_POLL_MS: z.coerce.number<string>().min(1),
  RUNNER_HOOKS_URL: z.string().optional(),
  RUNNER_LOG_LEVEL: z.string(),
});

const environment = Environment.parse(process.env);
const log = openLog(environment.RUNNER_LOG_LEVEL, 'runner');

const BYTES_PER_MEGABYTE = 1_000_000;
/** Time that executions get to end after an error of which nobody knows what it left behind. */
const DRAIN_MS = 2_000;

process.on('unhandledRejection', (error) => outsideOfHandlers(error));
process.on('uncaughtException', (error) => outsideOfHandlers(error));
// Without its supervisor a runner must not live: another one may already have its leases.
process.on('disconnect', () => process.exit(1));

if (environment.RUNNER_MASTER_KEY.length !== MASTER_KEY_BYTES)
  throw new Error('a runner needs the master key');
const database = await openDatabase(environment.RUNNER_MONGODB_URI);
let runner: Runner | undefined;
runner = await Runner.start({
  database,
  vault: new Vault(environment.RUNNER_MASTER_KEY),
  types: ALL_NODE_TYPES,
  channels: ALL_CHANNELS,
  services: ALL_SERVICES,
  outsideEffects: ALL_OUTSIDE_EFFECTS,
  runner: environment.RUNNER_ID,
  deadRunners: environment.DEAD_RUNNERS.split(',').filter((id) => id !== ''),
  settleMs: environment.RUNNER_SETTLE_MS,
  pollMs: environment.RUNNER_POLL_MS,
  hooksUrl: environment.RUNNER_HOOKS_URL ?? null,
  traceBytesMax: environment.RUNNER_TRACE_MEGABYTES * BYTES_PER_MEGABYTE,
  tell: (message: FromRunner) => {
    if (process.connected) process.send?.(message);
  },
  log: (level, text, facts) => log[level](facts, text),
});

process.on('message', (message: ToRunner) => {
  if (message.kind === 'stop') void stop(0);
  else runner?.receive(message);
});
// A stop of the whole process group reaches the supervisor too, which tells us when to stop.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});

async function stop(code: number): Promise<void> {
  await runner?.stop();
  await database.close();
  process.exit(code);
}

/** An error that no handler caught: the execution to blame fails, and the process is replaced once others had their time. */
function outsideOfHandlers(error: unknown): void {
  const blamed = runner?.blame(error) ?? false;
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.error({ blamed, reason }, 'an error outside of any handler; the runner will be replaced');
  setTimeout(() => process.exit(1), blamed ? DRAIN_MS : 0);
}
