/** Everything that runs for one client in a runner: its inbox is worked off, its channels are kept in step. */

import { type ConnectionDocument, connectionsOf, openAccount } from '../clients/connection-model.ts';
import type { Database } from '../database/open-database.ts';
import { Alerts } from '../effects/alerts.ts';
import { type ChangedTopic, liveEffects } from '../effects/live-effects.ts';
import { Dispatcher } from '../events/dispatcher.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import type { Meter } from '../metrics/meter.ts';
import { StockLedger } from '../stock/ledger.ts';
import type { Channel, ChannelCall } from '../sync/channel.ts';
import { ConnectionHealth } from '../sync/connection-health.ts';
import { Pusher } from '../sync/pusher.ts';
import type { Vault } from '../vault/vault.ts';
import type { Host } from './host.ts';
import { runEvent } from './run-event.ts';

export interface ClientRuntimeOptions {
  readonly database: Database;
  readonly clientId: ClientId;
  /** Names this process: the holder of its leases. */
  readonly runner: string;
  readonly host: Host;
  readonly vault: Vault;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly meter: Meter;
  readonly settleMs: number;
  readonly changed: (topics: readonly (ChangedTopic | 'overview')[]) => void;
  readonly log: (
    level: 'info' | 'warn' | 'error',
    text: string,
    facts: Readonly<Record<string, unknown>>,
  ) => void;
}

const LOWEST_ERROR_STATUS = 400;

export class ClientRuntime {
  readonly #options: ClientRuntimeOptions;
  readonly #alerts: Alerts;
  readonly #channelOf = new Map<ConnectionId, Channel>();
  readonly #pushers = new Map<ConnectionId, Pusher>();
  readonly #dispatcher: Dispatcher;

  constructor(options: ClientRuntimeOptions) {
    this.#options = options;
    this.#alerts = new Alerts(options.database.db, options.clientId);
    const { database, clientId, host, meter, changed } = options;
    const { db } = database;
    const effectsOf = liveEffects({
      db,
      clientId,
      ledger: new StockLedger(db, clientId),
      alerts: this.#alerts,
      channelOf: (connectionId) => this.#channelOf.get(connectionId),
      wanted: (topic) => host.wants(clientId, topic),
      pushes: (connections) => {
        for (const id of connections) this.#pushers.get(id)?.wake();
      },
      eventMade: () => this.wake(),
      changed,
    });
    this.#dispatcher = new Dispatcher(db, clientId, {
      runner: options.runner,
      run: (event, signal) => runEvent({ db, clientId, host, effectsOf }, event, signal),
      gaveUp: (events) => {
        changed(['dead-letters', 'overview']);
        options.log('error', 'events at which runners died became dead letters', {
          client: clientId,
          events,
        });
      },
      ended: (event, state) => {
        meter.count(clientId, event.source, `events-${state}`);
        changed(state === 'dead' ? ['dead-letters', 'pipelines', 'overview'] : ['pipelines', 'overview']);
        if (state === 'dead')
          options.log('error', 'an event became a dead letter', { client: clientId, event: event.id });
      },
    });
  }

  /** Starts the pushers, then the dispatcher. Leases of dead runners are taken over at once. */
  async start(deadRunners: readonly string[]): Promise<void> {
    const { database, clientId, channels } = this.#options;
    for (const connection of await connectionsOf(database.models, clientId)) {
      const channel = channels.get(connection.channel);
      if (!channel) {
        this.#options.log('error', 'no such channel', { client: clientId, channel: connection.channel });
        continue;
      }
      this.#channelOf.set(connection._id, channel);
      const pusher = this.#pusherOf(connection, channel);
      this.#pushers.set(connection._id, pusher);
      pusher.start();
    }
    await this.#dispatcher.start(deadRunners);
  }

  /** There may be something new in the inbox. */
  wake(): void {
    this.#dispatcher.wake();
  }

  /** Ends what runs, within a limit; what is left is taken up by the next runner. */
  async stop(): Promise<void> {
    await this.#dispatcher.stop();
    await Promise.all([...this.#pushers.values()].map((pusher) => pusher.stop()));
  }

  #pusherOf(connection: ConnectionDocument, channel: Channel): Pusher {
    const { database, clientId, vault, meter, settleMs, changed, log } = this.#options;
    const { _id: connectionId, name } = connection;
    const observe = (call: ChannelCall) => {
      meter.count(clientId, connectionId, 'calls');
      meter.time(clientId, connectionId, 'call', call.ms);
      if (call.status === 0 || call.status >= LOWEST_ERROR_STATUS)
        meter.count(clientId, connectionId, 'calls-failed');
    };
    return new Pusher({
      db: database.db,
      clientId,
      connectionId,
      channel,
      client: channel.open(openAccount(vault, channel, connection), observe),
      health: new ConnectionHealth(database.db, clientId, connectionId),
      settleMs,
      confirmed: (lagMs) => {
        meter.count(clientId, connectionId, 'pushed');
        meter.time(clientId, connectionId, 'lag', lagMs);
        changed(['stock', 'connections', 'overview']);
      },
      troubled: (error) => {
        const reason = error instanceof Error ? error.message : String(error);
        log('warn', 'a channel is in trouble', { client: clientId, connection: connectionId, reason });
        changed(['connections', 'overview']);
        const told = this.#alerts.raise(null, {
          key: `trouble:${connectionId}:${Date.now()}`,
          level: 'urgent',
          title: `${name} does not answer as it should`,
          text: `${reason} Quantities for this channel wait and are sent when it is back; nothing is lost.`,
          quietHours: 1,
        });
        // The alert is a service; the trouble itself stands on the health page.
        void told.catch(() => {});
      },
    });
  }
}
