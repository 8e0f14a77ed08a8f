/** The connections of one client in a runner: each with its door, its client or service, and what is said of its health. */
import type { Alerts } from '../alerts/alerts.ts';
import type { ConnectionDocument } from '../clients/connection-model.ts';
import { openLivingAccount } from '../clients/key-keeper.ts';
import type { ReadAnswer, ReadRequest, Service, Services } from '../clients/service.ts';
import { ClientCollection } from '../database/client-collection.ts';
import type { Database } from '../database/open-database.ts';
import { Rejected } from '../errors.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import { ConnectionGate, type GateState } from '../limits/connection-gate.ts';
import { limitedClient } from '../limits/limited-client.ts';
import type { Meter } from '../metrics/meter.ts';
import { OptOuts } from '../outbox/opt-outs.ts';
import type { FarSide } from '../outbox/outside-effect.ts';
import type { Channel, ChannelCall, ChannelClient } from '../sync/channel.ts';
import { ConnectionHealth } from '../sync/connection-health.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import type { Vault } from '../vault/vault.ts';

export interface ClientConnectionsOptions {
  readonly database: Database;
  readonly clientId: ClientId;
  readonly vault: Vault;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly services: Services;
  readonly meter: Meter;
  /** Where channels and services reach the ingress; null where they can't. */
  readonly hooksUrl: string | null;
  readonly alerts: Pick<Alerts, 'trouble' | 'well'>;
  /** How a connection does has changed. */
  readonly changed: () => void;
  /** A connection is back: what waits for it may go on. */
  readonly resumed: (connectionId: ConnectionId) => void;
}

/** One connection that runs. */
export interface OpenConnection {
  readonly gate: ConnectionGate;
  readonly health: ConnectionHealth;
  readonly far: () => FarSide;
  /** Messages that may be under way at once; absent: as many as at any. */
  readonly sideBySide?: number | undefined;
  /** The channel with a client whose every call goes through the door; null for a service. */
  readonly channel: { readonly channel: Channel; readonly client: ChannelClient } | null;
}

const PERCENT = 100;
const LOWEST_ERROR_STATUS = 400;

export class ClientConnections {
  readonly #options: ClientConnectionsOptions;
  readonly #open = new Map<ConnectionId, OpenConnection>();

  constructor(options: ClientConnectionsOptions) {
    this.#options = options;
  }

  /** Opens a connection; undefined when this SyncFlow knows neither a channel nor a service of its kind. */
  open(connection: ConnectionDocument): OpenConnection | undefined {
    const { channels, services, database, clientId } = this.#options;
    const channel = channels.get(connection.channel);
    const service = services.get(connection.channel);
    if (!channel && !service) return undefined;
    const health = new ConnectionHealth(database.db, clientId, connection._id);
    const opened = channel
      ? this.#openChannel(connection, channel, health)
      : this.#openService(connection, service, health);
    this.#open.set(connection._id, opened);
    return opened;
  }

  get(connectionId: ConnectionId): OpenConnection | undefined {
    return this.#open.get(connectionId);
  }

  /** Asks a service something, when it is its turn. @throws {Rejected} when the connection is gone or can't be asked. */
  async read(connectionId: ConnectionId, request: ReadRequest): Promise<ReadAnswer> {
    const open = this.#open.get(connectionId);
    if (!open) throw gone();
    const far = open.far();
    const service = this.#options.services.get(far.type);
    const read = service?.read;
    if (!read) throw unable(far.type);
    const observe = (call: ChannelCall) => open.gate.observe(call);
    return await open.gate.run('messages', 'read', () => read(far, { ...request, observe }));
  }

  /** Lets nobody wait at the door of a connection any more: it is about to be closed. */
  refuse(connectionId: ConnectionId): void {
    this.#open.get(connectionId)?.gate.stop();
  }

  /** Closes a connection that was removed or changed. What waits at its door is refused for now. */
  close(connectionId: ConnectionId): void {
    this.refuse(connectionId);
    this.#open.delete(connectionId);
  }

  /** Connections whose doors are closed now. */
  closed(): ConnectionId[] {
    return [...this.#open].filter(([, { gate }]) => gate.closedForMs > 0).map(([id]) => id);
  }

  stop(): void {
    for (const { gate } of this.#open.values()) gate.stop();
  }

  #openChannel(connection: ConnectionDocument, channel: Channel, health: ConnectionHealth): OpenConnection {
    const { vault, database } = this.#options;
    const { _id: connectionId, baseUrl, channel: type } = connection;
    const account = openLivingAccount(database.db, vault, channel, connection);
    const client = channel.open(account, (call) => {
      this.#count(connectionId, call);
      gate.observe(call);
    });
    const gate = new ConnectionGate({
      ...this.#telling(connection, health),
      probe: async () => await this.#look(connectionId, client),
      rejectedIsTrouble: true,
    });
    return {
      gate,
      health,
      far: () => ({ connectionId, type, baseUrl, secret: account.secret, client }),
      channel: { channel, client: limitedClient(client, gate) },
    };
  }

  #openService(
    connection: ConnectionDocument,
    service: Service | undefined,
    health: ConnectionHealth,
  ): OpenConnection {
    const { database, clientId, hooksUrl } = this.#options;
    const { _id: connectionId, baseUrl, channel: type, secret } = connection;
    // Opened for each call: a message has time, and the secret then lies in no object that lives on.
    const opened = () => this.#options.vault.open(connectionId, secret);
    const optOuts = new OptOuts(database.db, clientId, connectionId);
    const far = (): FarSide => ({
      connectionId,
      type,
      baseUrl,
      secret: opened(),
      client: null,
      optOuts,
      ...(hooksUrl && service?.readHook && { hookUrl: `${hooksUrl}/${type}/${connectionId}` }),
    });
    const gate: ConnectionGate = new ConnectionGate({
      ...this.#telling(connection, health),
      ...(service?.sideBySide !== undefined && { runningMax: service.sideBySide }),
      ...(service?.check && {
        probe: async () => void (await service.check?.(far(), (call) => gate.observe(call))),
        rejectedIsTrouble: true,
      }),
    });
    return { gate, health, far, channel: null, sideBySide: service?.sideBySide };
  }

  #telling({ _id: connectionId, name }: ConnectionDocument, health: ConnectionHealth) {
    const { alerts } = this.#options;
    const kept = 'What is meant for it waits and is sent when it is back; nothing is lost.';
    const troubled = async (state: GateState, error: unknown) => {
      // A call that fails after the connection was let go says nothing of what is there now.
      if (this.#open.get(connectionId)?.health !== health) return false;
      // A look that begins says nothing new.
      const alerted = state.state === 'open' && alerts.trouble({ connectionId, name, error, kept });
      await Promise.all([health.closed(state, error), alerted]);
      return true;
    };
    const well = async () =>
      (await Promise.all([health.recovered(), alerts.well(connectionId)])).includes(true);
    const changed = (state: GateState | null, error: unknown) => {
      void (state ? troubled(state, error) : well()).then(
        (isNews) => isNews && this.#options.changed(),
        () => {
          // Trouble is said at each failure; that it is over is said once, and must not be lost.
          if (!state) this.#open.get(connectionId)?.gate.sayAgain();
        },
      );
    };
    return { changed, resumed: () => this.#options.resumed(connectionId) };
  }

  /** Harmless and cheap: the channel's own look, or one count, which every channel answers. */
  async #look(connectionId: ConnectionId, client: ChannelClient): Promise<void> {
    if (client.check) {
      await client.check();
      return;
    }
    const { database, clientId } = this.#options;
    const listings = new ClientCollection<ListingDocument>(database.db, 'listings', clientId);
    const listing = await listings.findOne({ connectionId, tracked: true });
    if (listing) await client.readQuantities([listing]);
  }

  #count(connectionId: ConnectionId, { ms, status, budget }: ChannelCall): void {
    const { meter, clientId } = this.#options;
    meter.count(clientId, connectionId, 'calls');
    meter.time(clientId, connectionId, 'call', ms);
    if (budget && budget.max > 0) {
      const used = Math.max(0, 1 - budget.left / budget.max);
      meter.time(clientId, connectionId, 'budget-percent', used * PERCENT);
    }
    if (status === 0 || status >= LOWEST_ERROR_STATUS) meter.count(clientId, connectionId, 'calls-failed');
  }
}

function gone(): Rejected {
  return new Rejected('The connection that this was meant for no longer exists.', {
    code: 'connection.gone',
    fix: 'Choose another one in the settings of the node, deploy, then retry.',
  });
}

function unable(type: string): Rejected {
  return new Rejected(`A connection of the kind "${type}" can't be asked.`, {
    code: 'far-side.unable',
    fix: 'Choose a connection of the kind "HTTP API" in the settings of this node.',
  });
}
