/** Everything that runs for one client in a runner: its inbox is worked off, its channels are kept in step. */

import { type ConnectionDocument, connectionsOf } from '../clients/connection-model.ts';
import type { Services } from '../clients/service.ts';
import type { Database } from '../database/open-database.ts';
import { Alerts } from '../effects/alerts.ts';
import { type ChangedTopic, liveEffects } from '../effects/live-effects.ts';
import { Dispatcher } from '../events/dispatcher.ts';
import { openInbox } from '../events/inbox.ts';
import { Recorder } from '../executions/recorder.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import type { Meter } from '../metrics/meter.ts';
import { cancelsOf } from '../orders/channel-cancels.ts';
import { OrderBooking } from '../orders/order-booking.ts';
import { OrderFinisher } from '../orders/order-finisher.ts';
import type { OutboxDocument, OutboxState } from '../outbox/outbox-document.ts';
import type { OutsideEffects } from '../outbox/outside-effect.ts';
import { Sender } from '../outbox/sender.ts';
import { Poller } from '../polling/poller.ts';
import { webhookAddressOf } from '../polling/webhook-address.ts';
import { Sharing } from '../sharing/sharing.ts';
import { StockLedger } from '../stock/ledger.ts';
import type { Channel } from '../sync/channel.ts';
import { Pusher } from '../sync/pusher.ts';
import { SharingKeeper } from '../sync/sharing-keeper.ts';
import type { Vault } from '../vault/vault.ts';
import { ClientConnections, type OpenConnection } from './client-connections.ts';
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
  readonly services: Services;
  readonly outsideEffects: OutsideEffects;
  readonly meter: Meter;
  readonly settleMs: number;
  /** How often each connection is asked what changed. */
  readonly pollMs: number;
  /** Where channels reach the ingress; null where they can't. */
  readonly hooksUrl: string | null;
  /** Bytes of inputs and outputs of nodes that are kept for the client. */
  readonly traceBytesMax: number;
  readonly changed: (topics: readonly (ChangedTopic | 'overview')[]) => void;
  readonly log: (
    level: 'info' | 'warn' | 'error',
    text: string,
    facts: Readonly<Record<string, unknown>>,
  ) => void;
}

/** Channels write changes down late, and some count whole seconds. */
const POLL_OVERLAP_MS = 2 * 60_000;

export class ClientRuntime {
  readonly #options: ClientRuntimeOptions;
  readonly #alerts: Alerts;
  readonly #connections: ClientConnections;
  readonly #pushers = new Map<ConnectionId, Pusher>();
  readonly #pollers = new Map<ConnectionId, Poller>();
  readonly #dispatcher: Dispatcher;
  readonly #sender: Sender;
  readonly #recorder: Recorder;
  readonly #sharing: Sharing;
  readonly #keeper: SharingKeeper;
  readonly #booking: OrderBooking;
  readonly #finisher: OrderFinisher;

  constructor(options: ClientRuntimeOptions) {
    this.#options = options;
    this.#alerts = new Alerts(options.database.db, options.clientId);
    const { database, clientId, host, meter, changed } = options;
    const { db } = database;
    this.#recorder = new Recorder({
      db,
      clientId,
      bytesMax: options.traceBytesMax,
      written: () => changed(['executions']),
    });
    this.#connections = new ClientConnections({
      ...options,
      changed: () => changed(['connections', 'overview']),
      resumed: (connectionId) => {
        this.#pushers.get(connectionId)?.resume();
        this.#pollers.get(connectionId)?.resume();
        this.#sender.wake();
      },
    });
    this.#sender = new Sender({
      db,
      clientId,
      runner: options.runner,
      effects: options.outsideEffects,
      farOf: (connectionId) => this.#connections.get(connectionId)?.far(),
      gateOf: (connectionId) => this.#connections.get(connectionId)?.gate,
      closed: () => this.#connections.closed(),
      moved: (message, state) => this.#messageMoved(message, state),
    });
    const ledger = new StockLedger(db, clientId);
    const pushes = (connections: ReadonlySet<ConnectionId>) => {
      for (const id of connections) this.#pushers.get(id)?.wake();
    };
    this.#sharing = new Sharing(db, clientId);
    this.#keeper = new SharingKeeper({ db, clientId, ledger, sharing: this.#sharing, pushes });
    this.#booking = new OrderBooking({
      db,
      clientId,
      ledger,
      settleMs: options.settleMs,
      kits: () => this.#sharing.kits,
      channelCancels: (id) => {
        const client = this.#connections.get(id)?.channel?.client;
        return client ? cancelsOf(client) : { orders: false, lines: false };
      },
    });
    this.#finisher = new OrderFinisher({
      db,
      clientId,
      booking: this.#booking,
      finished: () => {
        changed(['orders', 'stock', 'conflicts', 'overview']);
        this.wake();
      },
      failed: (order, error) =>
        options.log('warn', 'an order could not be finished; it is tried again', {
          client: clientId,
          order,
          reason: error instanceof Error ? error.message : String(error),
        }),
    });
    const effectsOf = liveEffects({
      db,
      clientId,
      booking: this.#booking,
      alerts: this.#alerts,
      sharing: this.#sharing,
      ledger,
      channelOf: (connectionId) => this.#connections.get(connectionId)?.channel?.channel,
      wanted: (topic) => host.wants(clientId, topic),
      pushes,
      eventMade: () => this.wake(),
      messageMade: () => {
        changed(['outbox']);
        this.#sender.wake();
      },
      changed,
    });
    this.#dispatcher = new Dispatcher(db, clientId, {
      runner: options.runner,
      run: (event, signal) =>
        runEvent({ db, clientId, host, effectsOf, recorder: this.#recorder }, event, signal),
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
    const { database, clientId } = this.#options;
    await this.#sharing.refresh();
    for (const connection of await connectionsOf(database.models, clientId)) {
      const opened = this.#connections.open(connection);
      if (!opened) {
        this.#options.log('error', 'no such channel', { client: clientId, channel: connection.channel });
        continue;
      }
      if (!opened.channel) continue;
      const pusher = this.#pusherOf(connection, opened, opened.channel);
      this.#pushers.set(connection._id, pusher);
      pusher.start();
      const poller = this.#pollerOf(connection, opened.channel);
      this.#pollers.set(connection._id, poller);
      poller.start();
    }
    await this.#sender.start(deadRunners);
    await this.#dispatcher.start(deadRunners);
    this.#keeper.start();
    this.#finisher.start();
  }

  /** There may be something new in the inbox. The outbox looks by itself: it hears of what flows write, and is rarely used else. */
  wake(): void {
    this.#dispatcher.wake();
  }

  /** A channel has something to tell, or a person asked for more of it. */
  poll(connectionId: ConnectionId): void {
    this.#pollers.get(connectionId)?.wake();
  }

  /** Ends what runs, within a limit; what is left is taken up by the next runner. */
  async stop(): Promise<void> {
    await this.#keeper.stop();
    await this.#dispatcher.stop();
    const loops = [this.#finisher, this.#sender, ...this.#pushers.values(), ...this.#pollers.values()];
    await Promise.all(loops.map((loop) => loop.stop()));
    this.#connections.stop();
    await this.#recorder.stop();
  }

  #messageMoved({ key, connectionId }: OutboxDocument, state: OutboxState): void {
    const { clientId, meter, changed, log } = this.#options;
    meter.count(clientId, connectionId, `messages-${state}`);
    changed(state === 'dead' || state === 'in-doubt' ? ['outbox', 'overview'] : ['outbox']);
    if (state === 'dead') log('error', 'a message could not be sent', { client: clientId, message: key });
  }

  #pollerOf(connection: ConnectionDocument, { client }: NonNullable<OpenConnection['channel']>): Poller {
    const { database, clientId, hooksUrl, meter, pollMs, changed, log } = this.#options;
    const { _id: connectionId } = connection;
    return new Poller({
      db: database.db,
      clientId,
      connectionId,
      client,
      accept: openInbox(() => database.db),
      overlapMs: POLL_OVERLAP_MS,
      webhookAddress: webhookAddressOf(hooksUrl, connection),
      found: () => {
        meter.count(clientId, connectionId, 'healed');
        changed(['connections', 'overview']);
        this.wake();
      },
      troubled: (error) => {
        const reason = error instanceof Error ? error.message : String(error);
        log('warn', 'a channel could not be polled', { client: clientId, connection: connectionId, reason });
      },
      pollMs,
    });
  }

  #pusherOf(
    {
      _id: connectionId,
      name,
      countingAuthority,
    }: Pick<ConnectionDocument, '_id' | 'name' | 'countingAuthority'>,
    { health }: OpenConnection,
    { channel, client }: NonNullable<OpenConnection['channel']>,
  ): Pusher {
    const { database, clientId, meter, settleMs, changed, log } = this.#options;
    return new Pusher({
      db: database.db,
      clientId,
      connectionId,
      channel,
      client,
      health,
      settleMs,
      countingAuthority,
      askPoll: () => this.poll(connectionId),
      adopted: () => {
        changed(['stock', 'overview']);
        this.wake();
      },
      confirmed: (lagMs) => {
        this.#sharing.confirmed(connectionId, lagMs);
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
