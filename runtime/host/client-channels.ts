/** The channels of one client in a runner: their loops are started, changed and ended as its connections change. */
import { isDeepStrictEqual } from 'node:util';
import type { ConnectionDocument } from '../clients/connection-model.ts';
import type { ConnectionId } from '../ids.ts';
import type { Channel, ChannelClient } from '../sync/channel.ts';
import type { ClientConnections } from './client-connections.ts';
import { ConnectionLoops, type ConnectionLoopsOptions } from './connection-loops.ts';

export interface ClientChannelsOptions
  extends Omit<ConnectionLoopsOptions, 'connection' | 'opened' | 'spreadMs' | 'log'> {
  readonly connections: ClientConnections;
  readonly log: (level: 'warn' | 'error', text: string, facts: Readonly<Record<string, unknown>>) => void;
}

export interface RunningChannel {
  readonly connection: ConnectionDocument;
  readonly channel: Channel;
  /** Behind the connection's door. */
  readonly client: ChannelClient;
}

export class ClientChannels {
  readonly #options: ClientChannelsOptions;
  readonly #known = new Map<ConnectionId, ConnectionDocument>();
  readonly #loops = new Map<ConnectionId, ConnectionLoops>();

  constructor(options: ClientChannelsOptions) {
    this.#options = options;
  }

  /**
   * Works for exactly these connections from now on. Those that did not change go on as if nothing happened.
   * @param spreadMs the first looks at new ones are spread over so long.
   */
  async take(connections: readonly ConnectionDocument[], spreadMs = 0): Promise<void> {
    const next = new Map(connections.map((connection) => [connection._id, connection]));
    for (const [id, kept] of this.#known) {
      if (isDeepStrictEqual(kept, next.get(id))) continue;
      await this.#letGo(id);
      // A call that was on its way may have failed since it was removed.
      if (!next.has(id)) await this.#options.alerts.removed(id);
    }
    for (const [id, connection] of next) if (!this.#known.has(id)) this.#begin(connection, spreadMs);
  }

  /** These connections have something to push. */
  push(connections: ReadonlySet<ConnectionId>): void {
    for (const id of connections) this.#loops.get(id)?.push();
  }

  /** The channel has something to tell, or a person asked for more of it. */
  poll(connectionId: ConnectionId): void {
    this.#loops.get(connectionId)?.poll();
  }

  /** A connection that runs, with its channel; undefined: it is gone, or one to a service. */
  find(id: ConnectionId): RunningChannel | undefined {
    const connection = this.#known.get(id);
    const channel = this.#options.connections.get(id)?.channel;
    return connection && channel ? { connection, ...channel } : undefined;
  }

  /** The channel said that our access to it has changed. */
  async look(connectionId: ConnectionId): Promise<void> {
    await this.#loops.get(connectionId)?.look();
  }

  /** The connection is back after an outage. */
  resume(connectionId: ConnectionId): void {
    this.#loops.get(connectionId)?.resume();
  }

  /** Ends after what is on its way. */
  async stop(): Promise<void> {
    await Promise.all([...this.#loops.values()].map((loops) => loops.stop()));
  }

  #begin(connection: ConnectionDocument, spreadMs: number): void {
    const { _id } = connection;
    const { connections, clientId, log } = this.#options;
    this.#known.set(_id, connection);
    const opened = connections.open(connection);
    if (!opened) log('error', 'no such channel', { client: clientId, channel: connection.channel });
    if (!opened?.channel) return;
    const loops = new ConnectionLoops({ ...this.#options, connection, opened, spreadMs });
    this.#loops.set(_id, loops);
    loops.start();
  }

  async #letGo(id: ConnectionId): Promise<void> {
    const ended = this.#loops.get(id)?.stop();
    // A shop may have asked for hours of patience: whoever waits at its door would be waited for.
    this.#options.connections.refuse(id);
    await ended;
    for (const map of [this.#loops, this.#known]) map.delete(id);
    this.#options.connections.close(id);
  }
}
