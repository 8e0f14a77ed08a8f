/** What runs for one connection in a runner: quantities go out, what webhooks missed comes in, listings are imported. */

import type { Activity } from '../activity.ts';
import type { Alerts } from '../alerts/alerts.ts';
import type { ConnectionDocument } from '../clients/connection-model.ts';
import type { Database } from '../database/open-database.ts';
import type { ChangedTopic } from '../effects/live-effects.ts';
import { openInbox } from '../events/inbox.ts';
import type { ClientId } from '../ids.ts';
import { Importer } from '../listings/importer.ts';
import type { Meter } from '../metrics/meter.ts';
import { ASKED_MS, Poller } from '../polling/poller.ts';
import { webhookAddressOf } from '../polling/webhook-address.ts';
import type { Sharing } from '../sharing/sharing.ts';
import type { StockLedger } from '../stock/ledger.ts';
import { ConnectionChecker } from '../sync/connection-checker.ts';
import { Pusher } from '../sync/pusher.ts';
import type { OpenConnection } from './client-connections.ts';

export interface ConnectionLoopsOptions {
  readonly database: Database;
  readonly clientId: ClientId;
  readonly connection: ConnectionDocument;
  readonly opened: OpenConnection;
  readonly activity: Activity;
  readonly ledger: StockLedger;
  readonly sharing: Sharing;
  readonly alerts: Alerts;
  readonly meter: Meter;
  readonly settleMs: number;
  readonly pollMs: number;
  readonly spreadMs: number;
  readonly hooksUrl: string | null;
  /** Whether a running flow of the client hears of orders. */
  readonly hearsOrders: () => boolean;
  readonly changed: (topics: readonly (ChangedTopic | 'overview')[]) => void;
  /** Something new is in the client's inbox. */
  readonly eventsCame: () => void;
  readonly log: (level: 'warn', text: string, facts: Readonly<Record<string, unknown>>) => void;
}

/** Channels write changes down late, and some count whole seconds. */
const POLL_OVERLAP_MS = 2 * 60_000;

export class ConnectionLoops {
  readonly #options: ConnectionLoopsOptions;
  readonly #pusher: Pusher;
  readonly #poller: Poller;
  readonly #importer: Importer;
  readonly #checker: ConnectionChecker;

  /** @throws {Error} when the connection is not one to a channel. */
  constructor(options: ConnectionLoopsOptions) {
    const { channel } = options.opened;
    if (!channel) throw new Error(`${options.connection._id} is no connection to a channel`);
    this.#options = options;
    this.#pusher = this.#pusherOf(channel);
    this.#poller = this.#pollerOf(channel);
    this.#importer = this.#importerOf(channel);
    this.#checker = new ConnectionChecker({
      client: channel.client,
      health: options.opened.health,
      checked: () => options.changed(['connections', 'overview']),
      spreadMs: options.spreadMs,
    });
  }

  start(): void {
    this.#pusher.start();
    this.#poller.start();
    this.#importer.start();
    this.#checker.start();
  }

  /** Quantities wait to be pushed. */
  push(): void {
    this.#pusher.wake();
  }

  /** The channel has something to tell, or a person asked for more of it. */
  poll(): void {
    this.#poller.wake();
    this.#importer.wake();
  }

  /** The channel said that our access to it has changed. */
  async look(): Promise<void> {
    await this.#checker.look();
  }

  /** The channel is back after an outage. */
  resume(): void {
    this.#pusher.resume();
    this.#poller.resume();
    this.#importer.resume();
  }

  async stop(): Promise<void> {
    await Promise.all([
      this.#pusher.stop(),
      this.#poller.stop(),
      this.#importer.stop(),
      this.#checker.stop(),
    ]);
  }

  #importerOf({ channel, client }: NonNullable<OpenConnection['channel']>): Importer {
    const { database, clientId, connection, ledger, activity, changed } = this.#options;
    return new Importer({
      activity,
      db: database.db,
      clientId,
      connectionId: connection._id,
      channel,
      client,
      ledger,
      countingAuthority: connection.countingAuthority,
      moved: () => changed(['connections', 'stock', 'overview']),
    });
  }

  #pollerOf({ client }: NonNullable<OpenConnection['channel']>): Poller {
    const { database, clientId, connection, hooksUrl, meter, pollMs, settleMs, changed, eventsCame } =
      this.#options;
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
        eventsCame();
      },
      troubled: (error) =>
        this.#options.log('warn', 'a channel could not be polled', {
          client: clientId,
          connection: connectionId,
          reason: reasonOf(error),
        }),
      pollMs,
      // Who asks looks again after the settle time.
      askedMs: Math.min(settleMs, ASKED_MS),
    });
  }

  #pusherOf({ channel, client }: NonNullable<OpenConnection['channel']>): Pusher {
    const {
      database,
      clientId,
      connection,
      opened,
      activity,
      meter,
      settleMs,
      sharing,
      changed,
      eventsCame,
    } = this.#options;
    const { _id: connectionId, countingAuthority } = connection;
    return new Pusher({
      activity,
      db: database.db,
      clientId,
      connectionId,
      channel,
      client,
      health: opened.health,
      settleMs,
      countingAuthority,
      hearsOrders: this.#options.hearsOrders,
      inRush: (sku) => sharing.inRush(sku, connectionId),
      askPoll: () => this.#poller.ask(),
      adopted: () => {
        changed(['stock', 'overview']);
        eventsCame();
      },
      confirmed: (lagMs, { from, to }) => {
        sharing.confirmed(connectionId, lagMs);
        meter.count(clientId, connectionId, 'pushed');
        meter.time(clientId, connectionId, 'lag', lagMs);
        this.#well();
        // It was on sale here when the last unit was gone, and nobody can buy it any more.
        if (to === 0 && from > 0) meter.count(clientId, connectionId, 'taken-off');
        changed(['stock', 'connections', 'overview']);
      },
      troubled: (error) => this.#troubled(error),
      well: () => this.#well(),
    });
  }

  /** The alert is a service; how the connection does stands on the health page. */
  #well(): void {
    const { alerts, connection, changed } = this.#options;
    void alerts.well(connection._id).then(
      (isNews) => isNews && changed(['alerts']),
      () => {},
    );
  }

  #troubled(error: unknown): void {
    const { clientId, connection, alerts, changed, log } = this.#options;
    const { _id: connectionId, name } = connection;
    const reason = reasonOf(error);
    log('warn', 'a channel is in trouble', { client: clientId, connection: connectionId, reason });
    changed(['connections', 'overview', 'alerts']);
    const told = alerts.trouble({
      connectionId,
      name,
      error,
      kept: 'Quantities for this channel wait and are sent when it is back; nothing is lost.',
    });
    // The alert is a service; the trouble itself stands on the health page.
    void told.catch(() => {});
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
