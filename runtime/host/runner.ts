/** A runner: the process in which pipelines run. Started and watched by a supervisor; holds nothing that is not in the database. */
import { allClients } from '../clients/client-model.ts';
import type { Services } from '../clients/service.ts';
import type { Database } from '../database/open-database.ts';
import type { ClientId, ConnectionId, PipelineId } from '../ids.ts';
import { Meter } from '../metrics/meter.ts';
import type { OutsideEffects } from '../outbox/outside-effect.ts';
import type { NodeTypes } from '../pipelines/node-type.ts';
import { pipelinesOf } from '../pipelines/pipeline-model.ts';
import type { Channel } from '../sync/channel.ts';
import type { Vault } from '../vault/vault.ts';
import { ClientRuntime } from './client-runtime.ts';
import { Host, type HostedPipeline } from './host.ts';
import type { FromRunner, ToRunner } from './messages.ts';
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
  /** Runners that are known to be dead: their leases are taken over at once. */
  readonly deadRunners: readonly string[];
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

const HEARTBEAT_MS = 1_000;

export class Runner {
  readonly #options: RunnerOptions;
  readonly #host: Host;
  readonly #meter: Meter;
  readonly #gathered: TellGathered;
  readonly #clients = new Map<ClientId, ClientRuntime>();
  readonly #heartbeat: NodeJS.Timeout;
  /** Changes of what runs happen one after another. */
  #turn: Promise<void> = Promise.resolve();

  private constructor(options: RunnerOptions, host: Host, meter: Meter, gathered: TellGathered) {
    this.#options = options;
    this.#host = host;
    this.#meter = meter;
    this.#gathered = gathered;
    this.#heartbeat = setInterval(() => options.tell({ kind: 'heartbeat' }), HEARTBEAT_MS);
  }

  /** Starts Node-RED, deploys every client's running pipelines, and starts to work off the inboxes. */
  static async start(options: RunnerOptions): Promise<Runner> {
    const meter = new Meter(options.database.db);
    const gathered = new TellGathered(options.tell);
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
      onLog: options.log,
    });
    meter.start();
    const runner = new Runner(options, host, meter, gathered);
    await runner.#load(options.deadRunners);
    options.tell({ kind: 'ready' });
    return runner;
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
        this.#turn = this.#turn
          .then(() => this.#reload(message.clientId as ClientId))
          .catch((error: unknown) =>
            this.#options.log('error', 'a reload failed', { reason: String(error) }),
          );
        break;
      case 'stop':
        break;
    }
  }

  /** An error outside of any handler: true when an execution could be blamed for it. */
  blame(error: unknown): boolean {
    return this.#host.blame(error);
  }

  /** Finishes what runs and stops. What is not finished is in the database, and the next runner takes it up. */
  async stop(): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.#turn;
    await Promise.all([...this.#clients.values()].map((client) => client.stop()));
    await this.#host.stop();
    await this.#meter.stop();
    this.#gathered.stop();
  }

  async #load(deadRunners: readonly string[]): Promise<void> {
    const clients = await allClients(this.#options.database.models);
    await this.#deploy(clients.map(({ _id }) => _id));
    for (const { _id } of clients) await this.#startClient(_id, deadRunners);
  }

  async #reload(clientId: ClientId): Promise<void> {
    await this.#clients.get(clientId)?.stop();
    this.#clients.delete(clientId);
    const clients = await allClients(this.#options.database.models);
    await this.#deploy(clients.map(({ _id }) => _id));
    if (clients.some(({ _id }) => _id === clientId)) await this.#startClient(clientId, []);
  }

  async #deploy(clientIds: readonly ClientId[]): Promise<void> {
    const pipelines: HostedPipeline[] = [];
    for (const clientId of clientIds) {
      for (const { _id, name, graph, state } of await pipelinesOf(this.#options.database.models, clientId)) {
        if (state === 'running') pipelines.push({ id: _id as PipelineId, clientId, name, graph });
      }
    }
    await this.#host.deploy(pipelines);
  }

  async #startClient(clientId: ClientId, deadRunners: readonly string[]): Promise<void> {
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
    await client.start(deadRunners);
  }
}
