/**
 * A whole SyncFlow in one place: the database, the web role and one runner process under supervision. `npm
 * start` runs one, and so do the replay and the end-to-end tests.
 */
import { join } from 'node:path';
import { ALL_CHANNELS } from '#nodes/all-channels.ts';
import { ALL_NODE_TYPES } from '#nodes/all-node-types.ts';
import { ALL_OUTSIDE_EFFECTS, ALL_SERVICES } from '#nodes/all-services.ts';
import { type Database, openDatabase } from '#runtime/database/open-database.ts';
import { Supervisor } from '#runtime/host/supervisor.ts';
import type { ClientId, ConnectionId } from '#runtime/ids.ts';
import { ConnectionHealth } from '#runtime/sync/connection-health.ts';
import { readMasterKey } from '#runtime/vault/master-key.ts';
import { Vault } from '#runtime/vault/vault.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { ChangedMessage } from './api/views.ts';
import { Sessions } from './auth/sessions.ts';
import { type Log, openLog } from './log.ts';
import type { Settings } from './settings.ts';
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
  readonly sessions: Sessions;
  readonly log: Log;
  /** Process id of the runner, and how often it was replaced. */
  readonly runner: { readonly pid: number | undefined; readonly restarts: number };
  /** Connections or pipelines of the client have changed: the runner takes them up. */
  reload(clientId: ClientId): void;
  /** The client's inbox has something new. */
  wake(clientId: ClientId): void;
  stop(): Promise<void>;
}

export async function startSyncFlow(settings: Settings): Promise<SyncFlow> {
  const log = openLog(settings.LOG_LEVEL, 'web');
  const embedded = settings.MONGODB_URI ? undefined : await openEmbedded(settings.DATA_DIR, log);
  const uri = settings.MONGODB_URI ?? embedded?.uri ?? '';
  const database = await openDatabase(uri);
  const masterKey = await readMasterKey(settings.DATA_DIR, settings.MASTER_KEY);
  const vault = new Vault(masterKey);
  const sessions = new Sessions(database.db);
  const heard = new Map<ConnectionId, number>();

  const environment: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    RUNNER_MONGODB_URI: uri,
    RUNNER_MASTER_KEY: masterKey.toString('base64'),
    RUNNER_SETTLE_MS: String(settings.SETTLE_SECONDS * SECOND_MS),
    RUNNER_POLL_MS: String(settings.POLL_SECONDS * SECOND_MS),
    RUNNER_TRACE_MEGABYTES: String(settings.TRACE_MEGABYTES),
    RUNNER_LOG_LEVEL: settings.LOG_LEVEL,
  };
  const supervisor = new Supervisor({
    script: join(import.meta.dirname, 'runner.ts'),
    environment,
    log: (level, text, facts) => log[level](facts, text),
    onMessage: (message) => {
      if (message.kind === 'changed') {
        web.live.changed(message.clientId, { topics: message.topics as ChangedMessage['topics'] });
      } else if (message.kind === 'wires') {
        web.live.wires(message.clientId, { pipelineId: message.pipelineId, counts: message.counts });
      }
    },
  });

  const web = await openWeb(
    {
      database,
      vault,
      sessions,
      log,
      types: ALL_NODE_TYPES,
      channels: ALL_CHANNELS,
      services: ALL_SERVICES,
      outsideEffects: ALL_OUTSIDE_EFFECTS,
      version: packageJson.version,
      pageDir: join(ROOT, 'dist'),
      host: settings.HOST,
      secure: settings.PUBLIC_URL?.startsWith('https:') ?? false,
      wake: (clientId) => supervisor.tell({ kind: 'events', clientId }),
      reload: (clientId) => supervisor.tell({ kind: 'reload', clientId }),
      accepted: (clientId, connectionId) => {
        supervisor.tell({ kind: 'events', clientId });
        const now = Date.now();
        if (now - (heard.get(connectionId) ?? 0) < HEARD_MS) return;
        heard.set(connectionId, now);
        // Only for the health page: the event itself is already on disk.
        void new ConnectionHealth(database.db, clientId, connectionId).heard().catch(() => {});
      },
      hinted: (clientId, connectionId) => supervisor.tell({ kind: 'poll', clientId, connectionId }),
    },
    settings.PORT,
  );
  const url = settings.PUBLIC_URL ?? `http://${hostInUrl(settings.HOST)}:${web.port}`;
  // Known only now: the port may be any free one.
  environment.RUNNER_HOOKS_URL = `${url}/hooks`;
  await supervisor.start();

  return {
    url,
    database,
    vault,
    sessions,
    log,
    runner: supervisor,
    reload: (clientId) => supervisor.tell({ kind: 'reload', clientId }),
    wake: (clientId) => supervisor.tell({ kind: 'events', clientId }),
    stop: async () => {
      await web.close();
      await supervisor.stop();
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

/** Loaded only where it runs: with a MongoDB of one's own, nothing of it is in memory. */
async function openEmbedded(dataDir: string, log: Log) {
  const { startEmbedded } = await import('#runtime/database/embedded/index.ts');
  return await startEmbedded({
    dir: join(dataDir, 'database'),
    log: ({ level, message, ...facts }) => log[level](facts, message),
  });
}
