/** Everything that runs for one client in a runner: its inbox is worked off, its channels are kept in step. */

import { Activity } from '../activity.ts';
import { Alerts } from '../alerts/alerts.ts';
import { connectionsOf } from '../clients/connection-model.ts';
import { isDatabaseAway } from '../database/database-away.ts';
import { liveEffects } from '../effects/live-effects.ts';
import { pauseDeclined } from '../endpoints/tell-endpoints.ts';
import { tellOfStock } from '../endpoints/tell-of-stock.ts';
import { Dispatcher } from '../events/dispatcher.ts';
import type { DeadRunner } from '../events/free-leases.ts';
import { Recorder } from '../executions/recorder.ts';
import type { ConnectionId } from '../ids.ts';
import { Clock } from '../later/clock.ts';
import { liveLater } from '../later/live-later.ts';
import { cancelsOf } from '../orders/channel-cancels.ts';
import { OrderBooking } from '../orders/order-booking.ts';
import { OrderFinisher } from '../orders/order-finisher.ts';
import type { OutboxDocument, OutboxState } from '../outbox/outbox-document.ts';
import { Sender } from '../outbox/sender.ts';
import { Sharing } from '../sharing/sharing.ts';
import { StockLedger } from '../stock/ledger.ts';
import { SharingKeeper } from '../sync/sharing-keeper.ts';
import { ClientChannels } from './client-channels.ts';
import { ClientConnections } from './client-connections.ts';
import type { ClientRuntimeOptions } from './client-runtime-options.ts';
import { type OwnEventParts, workOffOwn } from './own-events.ts';
import { runEvent } from './run-event.ts';
import { hasUnsettled } from './unsettled.ts';

export class ClientRuntime {
  readonly #options: ClientRuntimeOptions;
  readonly #activity = new Activity(true);
  readonly #alerts: Alerts;
  readonly #ledger: StockLedger;
  readonly #connections: ClientConnections;
  readonly #channels: ClientChannels;
  readonly #dispatcher: Dispatcher;
  readonly #sender: Sender;
  readonly #recorder: Recorder;
  readonly #sharing: Sharing;
  readonly #keeper: SharingKeeper;
  readonly #booking: OrderBooking;
  readonly #finisher: OrderFinisher;
  readonly #clock: Clock;

  constructor(options: ClientRuntimeOptions) {
    this.#options = options;
    this.#alerts = new Alerts(options.database.db, options.clientId);
    this.#ledger = new StockLedger(options.database.db, options.clientId);
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
      alerts: this.#alerts,
      changed: () => changed(['connections', 'overview', 'alerts']),
      resumed: (connectionId) => {
        this.#channels.resume(connectionId);
        this.#sender.wake();
      },
    });
    this.#sender = new Sender({
      db,
      clientId,
      activity: this.#activity,
      runner: options.runner,
      effects: options.outsideEffects,
      farOf: (connectionId) => this.#connections.get(connectionId)?.far(),
      gateOf: (connectionId) => this.#connections.get(connectionId)?.gate,
      closed: () => this.#connections.closed(),
      sideBySide: (connectionId) => this.#connections.get(connectionId)?.sideBySide,
      moved: (message, state) => this.#messageMoved(message, state),
    });
    const ledger = this.#ledger;
    const pushes = (connections: ReadonlySet<ConnectionId>) => this.#channels.push(connections);
    this.#sharing = new Sharing(db, clientId);
    this.#channels = new ClientChannels({
      ...options,
      connections: this.#connections,
      activity: this.#activity,
      ledger,
      sharing: this.#sharing,
      alerts: this.#alerts,
      hearsOrders: () => host.wants(clientId, 'order.changed'),
      eventsCame: () => this.wake(),
    });
    this.#keeper = new SharingKeeper({
      db,
      clientId,
      ledger,
      activity: this.#activity,
      sharing: this.#sharing,
      pushes,
    });
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
      activity: this.#activity,
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
    const later = liveLater({
      db,
      clientId,
      running: () => host.runningOf(clientId),
      scheduled: () => host.scheduledOf(clientId),
      eventMade: () => this.wake(),
      dueAt: (at) => this.#clock.wakeAt(at),
      dropped: (pipelineId, nodeId) => meter.count(clientId, pipelineId, `dropped:${nodeId}`),
    });
    this.#clock = new Clock(
      later.works,
      () => this.wake(),
      (error) => {
        if (isDatabaseAway(error)) return;
        const reason = error instanceof Error ? error.message : String(error);
        options.log('error', 'what waits could not be let go on; it is tried again', {
          client: clientId,
          reason,
        });
      },
    );
    const effectsOf = liveEffects({
      db,
      clientId,
      booking: this.#booking,
      alerts: this.#alerts,
      sharing: this.#sharing,
      ledger,
      later,
      read: async (connectionId, request) => await this.#connections.read(connectionId, request),
      channelOf: (connectionId) => this.#channels.find(connectionId),
      wanted: (topic) => host.wants(clientId, topic),
      pushes,
      eventMade: () => this.wake(),
      messageMade: () => {
        changed(['outbox']);
        this.#sender.wake();
      },
      changed,
    });
    const own: OwnEventParts = {
      database,
      clientId,
      ledger,
      connectionOf: (id) => this.#channels.find(id),
      look: async (id) => await this.#channels.look(id),
      alert: async (alert) => {
        await this.#alerts.raise(null, alert);
        changed(['alerts', 'overview']);
      },
      removed: async () => {
        await this.reload();
        changed(['connections', 'overview']);
      },
      listingsChanged: () => changed(['stock', 'connections', 'overview']),
    };
    this.#dispatcher = new Dispatcher(db, clientId, {
      runner: options.runner,
      activity: this.#activity,
      run: async (event, signal) => {
        if (await workOffOwn(own, event)) return;
        if (await tellOfStock(db, clientId, event)) this.#sender.wake();
        await runEvent({ clientId, host, effectsOf, recorder: this.#recorder }, event, signal);
      },
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

  /**
   * Starts the channels, then the dispatcher. Leases of dead runners are taken over at once.
   * @param spreadMs what has time is spread over so long: many clients may start at once.
   */
  async start(deadRunners: readonly DeadRunner[], spreadMs = 0): Promise<void> {
    const connections = await this.#takeUp(spreadMs);
    const { database, clientId } = this.#options;
    if (await hasUnsettled(database.db, clientId, connections)) this.#activity.stir();
    await this.#sender.start(deadRunners.map(({ runner }) => runner));
    await this.#dispatcher.start(deadRunners);
    this.#keeper.start();
    this.#finisher.start();
    this.#clock.start();
  }

  /** Takes up connections that are new or changed, and rules; lets go of what is gone. All else goes on. */
  async reload(): Promise<void> {
    this.#activity.stir();
    await this.#takeUp();
  }

  async #takeUp(spreadMs = 0): Promise<ConnectionId[]> {
    const { database, clientId } = this.#options;
    await this.#sharing.refresh();
    const connections = await connectionsOf(database.models, clientId);
    await this.#channels.take(connections, spreadMs);
    this.#clock.wakeAt(new Date());
    return connections.map(({ _id }) => _id);
  }

  /** There may be something new in the inbox. The outbox looks by itself: it hears of what flows write, and is rarely used else. */
  wake(): void {
    this.#activity.stir();
    this.#dispatcher.wake();
  }

  /** A channel has something to tell, or a person asked for more of it. */
  poll(connectionId: ConnectionId): void {
    this.#activity.stir();
    this.#channels.poll(connectionId);
  }

  /** Ends what runs; what takes longer than the limit is handed back, for whoever runs the client next. */
  async stop(graceMs?: number): Promise<void> {
    await this.#keeper.stop();
    await this.#clock.stop();
    const handedBack = await this.#dispatcher.stop(graceMs);
    const { clientId, log } = this.#options;
    if (handedBack > 0)
      log('warn', 'events that took too long were handed back', { client: clientId, events: handedBack });
    const ended = [this.#finisher.stop(), this.#sender.stop(graceMs), this.#channels.stop()];
    // All of them know that they shall end: whoever waits at a door need not wait for its turn.
    this.#connections.stop();
    await Promise.all(ended);
    await this.#recorder.stop();
  }

  #messageMoved({ key, connectionId, failure }: OutboxDocument, state: OutboxState): void {
    const { database, clientId, meter, changed, log } = this.#options;
    meter.count(clientId, connectionId, `messages-${state}`);
    changed(state === 'dead' || state === 'in-doubt' ? ['outbox', 'overview'] : ['outbox']);
    // Of a service nothing else says that it is well: it has no counts to be pushed.
    if (state === 'sent') {
      void this.#alerts.well(connectionId).then(
        (isNews) => isNews && changed(['alerts']),
        () => {},
      );
    }
    if (state === 'dead') log('error', 'a message could not be sent', { client: clientId, message: key });
    // Where the database is away: the next message is answered alike.
    if (state === 'dead' && failure?.code === 'far-side.wants-no-more')
      void pauseDeclined(database.db, clientId, connectionId).then(
        (isNews) => isNews && changed(['connections', 'outbox']),
        () => {},
      );
  }
}
