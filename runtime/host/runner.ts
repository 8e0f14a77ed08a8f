/** A runner: the process in which pipelines run. One of a fleet; holds nothing that is not in the database. */
import type { Services } from '../clients/service.ts';
import { isDatabaseAway } from '../database/database-away.ts';
import type { Database } from '../database/open-database.ts';
import { whenBack } from '../database/when-back.ts';
import type { DeadRunner } from '../events/free-leases.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import { Meter } from '../metrics/meter.ts';
import type { OutsideEffects } from '../outbox/outside-effect.ts';
import type { NodeTypes } from '../pipelines/node-type.ts';
import { pipelinesOf } from '../pipelines/pipeline-model.ts';
import { HEARTBEAT_MS } from '../processes/process-messages.ts';
import type { Channel } from '../sync/channel.ts';
import type { Vault } from '../vault/vault.ts';
import { ClientRuntime } from './client-runtime.ts';
import { Host, type HostedPipeline } from './host.ts';
import { hostedOf } from './hosted-of.ts';
import type { Culprit } from './last-words.ts';
import { LostMessages } from './lost-messages.ts';
import type { FromRunner, ToRunner } from './messages.ts';
import { recoverHealed } from './recover-healed.ts';
import { TellGathered } from './tell-gathered.ts';

export interface RunnerOptions {
  readonly database: Database;
  readonly vault: Vault;
  readonly types: NodeTypes;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly services: Services;
  readonly outsideEffects: OutsideEffects;
  /** Names this process. */
  readonly runner: string;
  /** The clients whose pipelines run here. */
  readonly clients: readonly ClientId[];
  /** Runners that are known to be dead: their leases are taken over at once. */
  readonly deadRunners: readonly DeadRunner[];
  readonly settleMs: number;
  /** How often each connection is asked what changed. */
  readonly pollMs: number;
  /** Where channels reach the ingress; null where they can't. */
  readonly hooksUrl: string | null;
  /** Bytes of inputs and outputs of nodes that are kept for each client. */
  readonly traceBytesMax: number;
  readonly tell: (message: FromRunner) => void;
  readonly log: (
    level: 'info' | 'warn' | 'error',
    text: string,
    facts: Readonly<Record<string, unknown>>,
  ) => void;
}

/** Clients that start side by side: each waits for the database most of the time. */
const STARTING_MAX = 8;
/** Where many start, their first looks at their connections are spread over so long for each. */
const SPREAD_MS_EACH = 200;
/** A client that could not be started (its key can't be opened, the database was away) is tried again. */
const START_AGAIN_MS = 10_000;
/** A database that died is back within a second or two, as a rule. */
const START_AGAIN_AWAY_MS = 500;

export class Runner {
  readonly #options: RunnerOptions;
  readonly #host: Host;
  readonly #meter: Meter;
  readonly #gathered: TellGathered;
  readonly #clients = new Map<ClientId, ClientRuntime>();
  readonly #heartbeat: NodeJS.Timeout;
  #assigned: readonly ClientId[] = [];
  /** The same objects from deploy to deploy where nothing changed: what is known to be the same is not looked at again. */
  readonly #pipelines = new Map<ClientId, readonly HostedPipeline[]>();
  /** Changes of what runs happen one after another. */
  #turn: Promise<void> = Promise.resolve();
  #stopping = false;

  private constructor(options: RunnerOptions, host: Host, meter: Meter, gathered: TellGathered) {
    this.#options = options;
    this.#host = host;
    this.#meter = meter;
    this.#gathered = gathered;
    this.#heartbeat = setInterval(() => options.tell({ kind: 'heartbeat' }), HEARTBEAT_MS);
  }

  /** Starts Node-RED with nothing in it. */
  static async open(options: RunnerOptions): Promise<Runner> {
    const meter = new Meter(options.database.db);
    const gathered = new TellGathered(options.tell);
    const lostMessages = new LostMessages(options.database.db, options.log);
    const host = await Host.start({
      types: options.types,
      onWire: ({ clientId, id }, wireId) => {
        meter.count(clientId, id, `wire:${wireId}`);
        gathered.wire(clientId, id, wireId);
      },
      onNode: ({ clientId, id }, nodeId, ms, failed) => {
        meter.count(clientId, id, `${failed ? 'failed' : 'done'}:${nodeId}`);
        meter.time(clientId, id, `node:${nodeId}`, ms);
      },
      onLost: (pipeline, nodeId, how) => {
        meter.count(pipeline.clientId, pipeline.id, `${how}:${nodeId}`);
        lostMessages.tell(pipeline, nodeId, how);
      },
      onLog: options.log,
    });
    meter.start();
    return new Runner(options, host, meter, gathered);
  }

  /** Deploys the pipelines of the clients, and starts to work off their inboxes. Waits for a database that is away. */
  async begin(): Promise<void> {
    const { clients, deadRunners, tell } = this.#options;
    const begun = whenBack(
      () => this.#assign(clients, deadRunners),
      () => this.#stopping,
      (error) => this.#waits(error),
    );
    this.#turn = begun.catch(() => {});
    await begun;
    tell({ kind: 'ready' });
  }

  receive(message: ToRunner): void {
    switch (message.kind) {
      case 'events':
        this.#clients.get(message.clientId as ClientId)?.wake();
        break;
      case 'poll':
        this.#clients.get(message.clientId as ClientId)?.poll(message.connectionId as ConnectionId);
        break;
      case 'reload':
        this.#then(() => this.#reload(message.clientId as ClientId));
        break;
      case 'clients':
        this.#then(() => this.#assign(message.clientIds as ClientId[], []));
        break;
      case 'stop':
        break;
    }
  }

  /** An error outside of any handler: fails the execution that is to blame, and tells which node it was. */
  blame(error: unknown): Culprit | null {
    return this.#host.blame(error);
  }

  /** Which node is at work at this very moment. */
  culprit(): Culprit | null {
    return this.#host.culprit();
  }

  /** Finishes what runs and stops. What takes longer is handed back to the queue, and the next runner takes it up. */
  async stop(graceMs?: number): Promise<void> {
    this.#stopping = true;
    await this.#turn;
    await Promise.all([...this.#clients.values()].map((client) => client.stop(graceMs)));
    clearInterval(this.#heartbeat);
    await this.#host.stop();
    await this.#meter.stop();
    this.#gathered.stop();
  }

  /** Does it when what was asked for before is done, and the database is there: nobody asks twice. */
  #then(work: () => Promise<void>): void {
    const stopping = () => this.#stopping;
    const waits = (error: unknown) => this.#waits(error);
    this.#turn = this.#turn
      .then(() => (this.#stopping ? undefined : whenBack(work, stopping, waits)))
      .catch((error: unknown) => this.#options.log('error', 'a reload failed', { reason: String(error) }));
  }

  #waits(error: unknown): void {
    this.#options.log('warn', 'the database is away; what is to change here waits for it', {
      reason: error instanceof Error ? error.message : String(error),
    });
  }

  async #assign(clients: readonly ClientId[], deadRunners: readonly DeadRunner[]): Promise<void> {
    for (const [clientId, client] of this.#clients) {
      if (clients.includes(clientId)) continue;
      this.#clients.delete(clientId);
      await client.stop();
    }
    this.#assigned = clients;
    await this.#deploy(clients);
    const fresh = clients.filter((clientId) => !this.#clients.has(clientId));
    const spreadMs = (fresh.length - 1) * SPREAD_MS_EACH;
    const waiting = fresh.values();
    const startNext = async () => {
      for (const clientId of waiting) await this.#startClient(clientId, deadRunners, spreadMs);
    };
    await Promise.all(Array.from({ length: STARTING_MAX }, startNext));
  }

  async #reload(clientId: ClientId): Promise<void> {
    if (!this.#assigned.includes(clientId)) return;
    await this.#deploy([clientId]);
    const client = this.#clients.get(clientId);
    if (client) await client.reload();
    else await this.#startClient(clientId, []);
    await this.#recover(clientId);
  }

  /** What failed by something that was mended just now, or while nothing ran, runs again at once. */
  async #recover(clientId: ClientId): Promise<void> {
    const { database, types, log } = this.#options;
    const recovered = await recoverHealed(database, types, clientId);
    if (recovered === 0) return;
    log('info', 'dead letters run again, since what they failed by is well again', {
      client: clientId,
      events: recovered,
    });
    this.#clients.get(clientId)?.wake();
    this.#gathered.changed(clientId, ['dead-letters', 'overview']);
  }

  /** Runs what the assigned clients have deployed. @param changed clients whose pipelines are read anew. */
  async #deploy(changed: readonly ClientId[]): Promise<void> {
    const { database, types } = this.#options;
    for (const clientId of changed) {
      const documents = await pipelinesOf(database.models, clientId);
      this.#pipelines.set(
        clientId,
        documents.flatMap((document) => hostedOf(document, types) ?? []),
      );
    }
    for (const clientId of this.#pipelines.keys())
      if (!this.#assigned.includes(clientId)) this.#pipelines.delete(clientId);
    const pipelines = [...this.#pipelines.values()].flat();
    const interrupted = await this.#host.deploy(pipelines);
    if (interrupted > 0)
      this.#options.log('warn', 'runs of changed flows took too long; they run again', { interrupted });
  }

  /** A client that can't be started stops no other one. */
  async #startClient(clientId: ClientId, deadRunners: readonly DeadRunner[], spreadMs = 0): Promise<void> {
    const { database, vault, channels, services, outsideEffects, runner, log } = this.#options;
    const { settleMs, pollMs, hooksUrl, traceBytesMax } = this.#options;
    const client = new ClientRuntime({
      database,
      clientId,
      runner,
      host: this.#host,
      vault,
      channels,
      services,
      outsideEffects,
      meter: this.#meter,
      settleMs,
      pollMs,
      hooksUrl,
      traceBytesMax,
      changed: (topics) => this.#gathered.changed(clientId, topics),
      log,
    });
    this.#clients.set(clientId, client);
    try {
      await client.start(deadRunners, spreadMs);
    } catch (error) {
      log('error', 'a client could not be started; it is tried again', {
        client: clientId,
        reason: error instanceof Error ? error.message : String(error),
      });
      this.#clients.delete(clientId);
      await client.stop(0);
      const againMs = isDatabaseAway(error) ? START_AGAIN_AWAY_MS : START_AGAIN_MS;
      setTimeout(() => this.#then(() => this.#reload(clientId)), againMs).unref();
    }
  }
}
