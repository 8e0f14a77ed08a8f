/**
 * A whole SyncFlow in one place: the database, the web role and the runners under supervision. `npm start` runs one,
 * and so do the replay and the end-to-end tests.
 */
import { join, resolve } from 'node:path';
import { ALL_CHANNELS } from '#nodes/all-channels.ts';
import { ALL_NODE_TYPES } from '#nodes/all-node-types.ts';
import { ALL_OUTSIDE_EFFECTS, ALL_SERVICES } from '#nodes/all-services.ts';
import { ensureAgency } from '#runtime/accounts/agency-model.ts';
import { migrate } from '#runtime/database/migrations/migrate.ts';
import { type Database, openDatabase } from '#runtime/database/open-database.ts';
import { readAssignment } from '#runtime/host/assign-clients.ts';
import { Fleet, type RunnerState } from '#runtime/host/fleet.ts';
import { SafeModeWatch } from '#runtime/host/safe-mode.ts';
import { type ClientId, type ConnectionId, HOME_AGENCY } from '#runtime/ids.ts';
import type { NodeTypes } from '#runtime/pipelines/node-type.ts';
import { ConnectionHealth } from '#runtime/sync/connection-health.ts';
import { Trials } from '#runtime/trial/trial-process.ts';
import type { Vault } from '#runtime/vault/vault.ts';
import { VERIFY_JOB } from '#runtime/verify/verify-job.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { ChangedMessage } from './api/views.ts';
import { type Auth, openAuth } from './auth/auth.ts';
import { backupFile, makeBackup } from './backup/make-backup.ts';
import { compileCacheOf } from './compile-cache.ts';
import { type OpenedEmbedded, openEmbedded } from './database/open-embedded.ts';
import { type Log, openLog } from './log.ts';
import { openAccountMail } from './mail/account-mail.ts';
import { outgoingAllowed, type Settings } from './settings.ts';
import { startJobs } from './start-jobs.ts';
import { TrialDesk } from './trials/trial-desk.ts';
import { openVault } from './vault/open-vault.ts';
import { openWeb } from './web.ts';

const ROOT = join(import.meta.dirname, '..');
const SECOND_MS = 1_000;
/** How often "last event" is written down for the health page. */
const HEARD_MS = 2_000;

export interface SyncFlow {
  /** Where the page, the API and the webhooks are. */
  readonly url: string;
  readonly database: Database;
  readonly vault: Vault;
  readonly auth: Auth;
  readonly log: Log;
  /** Process ids of the runners, the shared one first, and how often each was replaced. */
  readonly runners: readonly RunnerState[];
  /** The same of the database, where it has a process of its own. */
  readonly databaseProcess: OpenedEmbedded['process'];
  /** Connections or pipelines of the client have changed: the runner takes them up. */
  reload(clientId: ClientId): void;
  /** The client's inbox has something new. */
  wake(clientId: ClientId): void;
  stop(): Promise<void>;
}

/** What tests put in the place of the real thing. */
export interface SyncFlowParts {
  readonly types: NodeTypes;
  /** The script of a runner process, which must know the same types. */
  readonly runnerScript: string;
  /** The same of a trial's process. */
  readonly trialScript?: string;
  /** The way of runners to the database, where it is not the web role's. */
  readonly runnerDatabase?: string;
}

const TRIAL_SCRIPT = join(import.meta.dirname, 'trial-runner.ts');
const PARTS: SyncFlowParts = {
  types: ALL_NODE_TYPES,
  runnerScript: join(import.meta.dirname, 'runner.ts'),
};

export async function startSyncFlow(
  settings: Settings,
  { types, runnerScript, trialScript = TRIAL_SCRIPT, runnerDatabase }: SyncFlowParts = PARTS,
): Promise<SyncFlow> {
  const log = openLog(settings.LOG_LEVEL, 'web');
  const embedded = settings.MONGODB_URI ? undefined : await openEmbedded(settings, log);
  const uri = settings.MONGODB_URI ?? embedded?.uri ?? '';
  const database = await openDatabase(uri);
  await migrate(database.db, {
    before: async (from, to) => {
      if (!embedded) return;
      const file = backupFile(join(settings.DATA_DIR, 'backups'), new Date());
      await makeBackup({ databaseDir: join(settings.DATA_DIR, 'database'), file });
      log.info({ from, to, file }, 'a backup was made before the stored documents are changed');
    },
    done: ({ version, name }, ms) => log.info({ version, name, ms }, 'stored documents were changed'),
  });
  const { vault, keys, provider } = await openVault(settings);
  const secure = settings.PUBLIC_URL?.startsWith('https:') ?? false;
  const auth = await openAuth(database, vault, secure);
  await ensureAgency(database.models, { _id: HOME_AGENCY, name: 'My agency', createdAt: new Date() });
  const heard = new Map<ConnectionId, number>();
  /** @returns false: it was heard of a moment ago. */
  const hear = (clientId: ClientId, connectionId: ConnectionId): boolean => {
    const now = Date.now();
    if (now - (heard.get(connectionId) ?? 0) < HEARD_MS) return false;
    heard.set(connectionId, now);
    // Only for the health page: what was told is already on disk.
    void new ConnectionHealth(database.db, clientId, connectionId).heard().catch(() => {});
    return true;
  };

  const safeMode = new SafeModeWatch({
    database,
    paused: (clientId, flow) => {
      log.error({ client: clientId, flow }, 'a flow was paused since it ended its runner again and again');
      fleet.reload(clientId);
      web.live.changed(clientId, { topics: ['pipelines', 'alerts', 'overview'] });
    },
  });
  const environment: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    // A runner that is replaced starts in half the time.
    NODE_COMPILE_CACHE: compileCacheOf(settings.DATA_DIR),
    RUNNER_MONGODB_URI: runnerDatabase ?? uri,
    RUNNER_MASTER_KEYS: [keys.current, ...keys.others].map((key) => key.toString('base64')).join(','),
    ...(provider.file !== null && { RUNNER_MASTER_KEY_FILE: resolve(provider.file) }),
    RUNNER_SETTLE_MS: String(settings.SETTLE_SECONDS * SECOND_MS),
    RUNNER_POLL_MS: String(settings.POLL_SECONDS * SECOND_MS),
    RUNNER_TRACE_MEGABYTES: String(settings.TRACE_MEGABYTES),
    RUNNER_LOG_LEVEL: settings.LOG_LEVEL,
    RUNNER_OUTGOING_ALLOW: outgoingAllowed(settings).join(','),
  };
  const fleet = new Fleet({
    script: runnerScript,
    environment,
    assignment: () => readAssignment(database, types),
    died: (culprit, reason) => {
      safeMode.died(culprit, reason).catch((error: unknown) => {
        log.error({ err: error, pipeline: culprit.pipelineName }, 'a flow could not be paused');
      });
    },
    log: (level, text, facts) => log[level](facts, text),
    onMessage: (message) => {
      if (message.kind === 'changed') {
        web.live.changed(message.clientId, { topics: message.topics as ChangedMessage['topics'] });
      } else if (message.kind === 'wires') {
        web.live.wires(message.clientId, { pipelineId: message.pipelineId, counts: message.counts });
      }
    },
  });

  const trials = new Trials({
    script: trialScript,
    environment: () => ({
      TRIAL_MONGODB_URI: uri,
      NODE_COMPILE_CACHE: compileCacheOf(settings.DATA_DIR),
    }),
  });
  const web = await openWeb(
    {
      database,
      vault,
      auth,
      log,
      types,
      channels: ALL_CHANNELS,
      services: ALL_SERVICES,
      outsideEffects: ALL_OUTSIDE_EFFECTS,
      version: packageJson.version,
      publicUrl: () => url,
      mail: openAccountMail(settings),
      runners: () => fleet.runners,
      pageDir: join(ROOT, 'dist'),
      host: settings.HOST,
      secure,
      limits: {
        waitingMax: settings.INBOX_EVENTS_MAX,
        ...(embedded ? { diskDir: settings.DATA_DIR } : {}),
      },
      wake: (clientId) => fleet.wake(clientId),
      reload: (clientId) => fleet.reload(clientId),
      poll: (clientId, connectionId) => fleet.poll(clientId, connectionId),
      trials: {
        run: (request, progress) => trials.run(request, progress),
        desk: new TrialDesk(trials, (error) => log.error({ err: error }, 'a trial failed')),
      },
      prove: (clientId) => jobs.ask(VERIFY_JOB, clientId),
      accepted: (clientId, connectionId) => {
        fleet.wake(clientId);
        hear(clientId, connectionId);
      },
      // It may differ from what we expect: a runner that rests shall look, and needs no word for each of them.
      counted: (clientId, connectionId) => {
        if (hear(clientId, connectionId)) fleet.wake(clientId);
      },
    },
    settings.PORT,
  );
  const url = settings.PUBLIC_URL ?? `http://${hostInUrl(settings.HOST)}:${web.port}`;
  // Known only now: the port may be any free one.
  environment.RUNNER_HOOKS_URL = `${url}/hooks`;
  await fleet.start();
  const jobs = await startJobs({
    database,
    types,
    live: web.live,
    log,
    services: ALL_SERVICES,
    publicUrl: () => url,
    wake: (id) => fleet.wake(id),
    reload: (id) => fleet.reload(id),
  });

  return {
    url,
    database,
    vault,
    auth,
    log,
    get runners() {
      return fleet.runners;
    },
    databaseProcess: embedded?.process,
    reload: (clientId) => fleet.reload(clientId),
    wake: (clientId) => fleet.wake(clientId),
    stop: async () => {
      await jobs.stop();
      await web.close();
      await fleet.stop();
      await database.close();
      await embedded?.close();
    },
  };
}

/** An address to open: 0.0.0.0 means every address of this machine, loopback among them. */
function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
