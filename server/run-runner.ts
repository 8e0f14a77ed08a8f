/** The life of a runner process: what it is told, how it ends, and what it says last. */

import { z } from 'zod';
import { openDatabase } from '#runtime/database/open-database.ts';
import { whenBack } from '#runtime/database/when-back.ts';
import { runnerNameOf } from '#runtime/events/runner-name.ts';
import { watchForHangs } from '#runtime/host/hang-watch.ts';
import { writeLastWords } from '#runtime/host/last-words.ts';
import type { FromRunner, ToRunner } from '#runtime/host/messages.ts';
import { Runner, type RunnerOptions } from '#runtime/host/runner.ts';
import { ClientId } from '#runtime/ids.ts';
import { AddressRules } from '#runtime/outgoing/address-rules.ts';
import { guardOutgoing } from '#runtime/outgoing/guard.ts';
import { tellStarter } from '#runtime/processes/tell-starter.ts';
import { MasterKey, readMasterKeyFile } from '#runtime/vault/master-key.ts';
import { type MasterKeys, Vault } from '#runtime/vault/vault.ts';
import { openLog } from './log.ts';

/** A list of ids with commas between them; nothing: none. */
const ClientIds = z.string().transform((text) =>
  text
    .split(',')
    .filter((id) => id !== '')
    .map((id) => ClientId.parse(id)),
);

/** What the fleet puts into the environment of a runner. */
const Environment = z.object({
  RUNNER_ID: z.string().min(1),
  RUNNER_CLIENTS: ClientIds,
  DEAD_RUNNERS: z
    .string()
    .transform((text) => JSON.parse(text))
    .pipe(z.array(z.object({ runner: z.string(), eventId: z.string().nullable() }))),
  LAST_WORDS: z.string().min(1),
  RUNNER_MONGODB_URI: z.string().min(1),
  RUNNER_MASTER_KEYS: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(MasterKey).min(1)),
  RUNNER_MASTER_KEY_FILE: z.string().optional(),
  RUNNER_TRACE_MEGABYTES: z.coerce.number<string>().min(1),
  RUNNER_SETTLE_MS: z.coerce.number<string>().min(1),
  RUNNER_POLL_MS: z.coerce.number<string>().min(1),
  RUNNER_HOOKS_URL: z.string().optional(),
  RUNNER_LOG_LEVEL: z.string(),
  RUNNER_OUTGOING_ALLOW: z.string().transform((text) => text.split(',').filter((word) => word !== '')),
});

const BYTES_PER_MEGABYTE = 1_000_000;
/** Time that executions get to end after an error of which nobody knows what it left behind. */
const DRAIN_MS = 2_000;
/** One piece of a node's code that keeps the process for so long takes everybody else's time. */
const HANG_MS_MAX = 2_500;

/** Runs until the fleet says stop, or until something ends it. Ends when the runner is ready. */
export async function runRunner(
  parts: Pick<RunnerOptions, 'types' | 'channels' | 'services' | 'outsideEffects'>,
): Promise<void> {
  const environment = Environment.parse(process.env);
  const log = openLog(environment.RUNNER_LOG_LEVEL, 'runner');
  guardOutgoing(new AddressRules(environment.RUNNER_OUTGOING_ALLOW));
  const early: ToRunner[] = [];
  let runner: Runner | undefined;
  /** Its end is our own doing. */
  let ending = false;

  process.on('unhandledRejection', (error) => outsideOfHandlers(error));
  process.on('uncaughtException', (error) => outsideOfHandlers(error));
  // Without its supervisor a runner must not live: another one may already have its leases. It is no ordinary exit, which
  // would wait for the log to be read, and may wait for ever: what read it is gone, too.
  process.on('disconnect', () => {
    process.kill(process.pid, 'SIGKILL');
  });
  if (!process.connected) process.exit(1);
  process.on('exit', (code) => {
    const culprit = ending ? null : (runner?.culprit() ?? null);
    const reason = `It ended the process with code ${code}.`;
    if (culprit) writeLastWords(environment.LAST_WORDS, { how: 'exit', reason, culprit });
  });
  process.on('message', (message: ToRunner) => {
    if (message.kind === 'stop') void stop(0);
    else if (runner) runner.receive(message);
    else early.push(message);
  });
  // A stop of the whole process group reaches the supervisor too, which tells us when to stop.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});

  const [database] = await Promise.all([
    // Its supervisor ends a runner that says nothing for too long: so long it waits.
    whenBack(() => openDatabase(environment.RUNNER_MONGODB_URI)),
    watchForHangs({
      file: environment.LAST_WORDS,
      hangMsMax: HANG_MS_MAX,
      culprit: () => runner?.culprit() ?? null,
    }),
  ]);
  runner = await Runner.open({
    ...parts,
    database,
    vault: vaultOf(environment),
    runner: runnerNameOf(process.pid, environment.RUNNER_ID),
    clients: environment.RUNNER_CLIENTS,
    deadRunners: environment.DEAD_RUNNERS,
    settleMs: environment.RUNNER_SETTLE_MS,
    pollMs: environment.RUNNER_POLL_MS,
    hooksUrl: environment.RUNNER_HOOKS_URL ?? null,
    traceBytesMax: environment.RUNNER_TRACE_MEGABYTES * BYTES_PER_MEGABYTE,
    tell: (message: FromRunner) => tellStarter(message),
    log: (level, text, facts) => log[level](facts, text),
  });
  const begun = runner.begin();
  for (const message of early) runner.receive(message);
  await begun;

  async function stop(code: number, graceMs?: number): Promise<void> {
    ending = true;
    await runner?.stop(graceMs);
    await database.close();
    process.exit(code);
  }

  /** An error that no handler caught: the execution to blame fails, and the process is replaced once others had their time. */
  function outsideOfHandlers(error: unknown): void {
    const culprit = runner?.blame(error) ?? null;
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error({ ...culprit, reason }, 'an error outside of any handler; the runner will be replaced');
    if (ending) return;
    ending = true;
    writeLastWords(environment.LAST_WORDS, { how: 'error', reason, culprit });
    setTimeout(() => process.exit(1), 2 * DRAIN_MS);
    void stop(1, DRAIN_MS).catch(() => process.exit(1));
  }
}

function vaultOf({
  RUNNER_MASTER_KEYS: keys,
  RUNNER_MASTER_KEY_FILE: file,
}: z.infer<typeof Environment>): Vault {
  const [current, ...others] = keys;
  if (!current) throw new Error('a runner needs the master key');
  // Keys that the settings name beside the file stay known.
  const look = file === undefined ? undefined : () => withOthers(readMasterKeyFile(file), keys);
  return new Vault({ current, others }, look);
}

function withOthers(keys: MasterKeys, others: readonly Buffer[]): MasterKeys {
  return { ...keys, others: [...keys.others, ...others] };
}
