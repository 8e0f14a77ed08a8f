/** What the operations of one case work with, by their ids: clients, databases, collections, sessions, cursors. */
import { randomUUID } from 'node:crypto';
import {
  type ClientSession,
  type Document,
  GridFSBucket,
  MongoClient,
  ReadPreference,
  type ReadPreferenceMode,
} from 'mongodb';
import type { References } from './match.ts';
import type { EntityDefinition } from './specification.ts';

export interface ObservedEvent {
  /** As in the specifications: `commandStartedEvent`. */
  kind: string;
  content: Document;
}
interface Observed {
  client: MongoClient;
  events: ObservedEvent[];
  connectionsOut: number;
}

const HEARTBEAT_MS_MIN = 5;
const COMMAND_EVENTS = ['commandStarted', 'commandSucceeded', 'commandFailed'] as const;
const POOL_EVENTS = ['connectionReady', 'connectionCheckOutStarted'] as const;
/** Of the runner or of the handshake; never looked at. */
const UNOBSERVED = ['configureFailPoint', 'hello', 'ismaster', 'isMaster', 'saslStart', 'saslContinue'];

export class Entities implements References {
  private readonly uri: string;
  private readonly values = new Map<string, unknown>();
  private readonly observed = new Map<string, Observed>();
  private readonly lsids = new Map<string, unknown>();

  constructor(uri: string) {
    this.uri = uri;
  }

  set(id: string, value: unknown): void {
    this.values.set(id, value);
  }

  get(id: string): unknown {
    if (!this.values.has(id)) throw new Error(`the case has no entity ${id}`);
    return this.values.get(id);
  }

  /** Kept from the start: a session that has ended has none. */
  lsid(id: string): unknown {
    return this.lsids.get(id);
  }

  client(id: string): MongoClient {
    return this.observedClient(id).client;
  }

  session(id: string): ClientSession {
    return this.get(id) as ClientSession;
  }

  /** The ids of all sessions that were started by name. */
  allLsids(): unknown[] {
    return [...this.lsids.values()];
  }

  /** What its client has seen of the kinds that it was told to observe. */
  eventsOf(id: string): readonly ObservedEvent[] {
    return this.observedClient(id).events;
  }

  connectionsOutOf(id: string): number {
    return this.observedClient(id).connectionsOut;
  }

  async create(definitions: readonly EntityDefinition[]): Promise<void> {
    for (const definition of definitions) {
      const [[kind, settings] = ['nothing', {}]] = Object.entries(definition);
      this.set(settings.id, await this.make(kind, settings));
    }
  }

  /** Ends all clients, without waiting for those that are stuck. */
  close(): void {
    for (const { client } of this.observed.values()) client.close(true).catch(() => undefined);
  }

  private observedClient(id: string): Observed {
    const observed = this.observed.get(id);
    if (!observed) throw new Error(`the case has no client ${id}`);
    return observed;
  }

  private make(kind: string, settings: Document): unknown {
    const { database, collectionName, databaseName, client } = settings;
    if (kind === 'client') return this.makeClient(settings);
    if (kind === 'database')
      return this.client(client).db(databaseName, withReadPreference(settings.databaseOptions));
    const db = this.values.get(database) as ReturnType<MongoClient['db']>;
    if (kind === 'collection')
      return db.collection(collectionName, withReadPreference(settings.collectionOptions));
    if (kind === 'bucket') return new GridFSBucket(db, settings.bucketOptions);
    if (kind !== 'session') throw new Error(`the runner does not know the entity ${kind}`);
    const session = this.client(client).startSession(settings.sessionOptions);
    this.lsids.set(settings.id, session.id);
    return session;
  }

  private async makeClient(settings: Document): Promise<MongoClient> {
    const client = new MongoClient(this.uri, {
      ...settings.uriOptions,
      ...(settings.serverApi && { serverApi: settings.serverApi }),
      appName: settings.uriOptions?.appName ?? randomUUID(),
      monitorCommands: true,
      // After a lost connection the driver looks for the server again, by default no sooner than this.
      minHeartbeatFrequencyMS: HEARTBEAT_MS_MIN,
    });
    const observed: Observed = { client, events: [], connectionsOut: 0 };
    this.observed.set(settings.id, observed);
    observe(observed, settings.observeEvents ?? [], [
      ...UNOBSERVED,
      ...(settings.ignoreCommandMonitoringEvents ?? []),
    ]);
    return client.connect();
  }
}

function observe(observed: Observed, kinds: readonly string[], unobserved: readonly string[]): void {
  const { client, events } = observed;
  for (const name of COMMAND_EVENTS) {
    client.on(name, (content: Document) => {
      const isWanted = kinds.includes(`${name}Event`) && !unobserved.includes(content.commandName);
      if (isWanted) events.push({ kind: `${name}Event`, content: kept(content) });
    });
  }
  for (const name of POOL_EVENTS) {
    client.on(name, (content: Document) => {
      if (kinds.includes(`${name}Event`)) events.push({ kind: `${name}Event`, content });
    });
  }
  client.on('connectionCheckedOut', (content) => {
    observed.connectionsOut += 1;
    if (kinds.includes('connectionCheckedOutEvent'))
      events.push({ kind: 'connectionCheckedOutEvent', content });
  });
  client.on('connectionCheckedIn', (content) => {
    observed.connectionsOut -= 1;
    if (kinds.includes('connectionCheckedInEvent'))
      events.push({ kind: 'connectionCheckedInEvent', content });
  });
}

/** The driver goes on to write into the read concern of a command that it has sent. */
function kept(content: Document): Document {
  const { command } = content;
  if (!command?.readConcern) return content;
  const { commandName, databaseName } = content;
  return { commandName, databaseName, command: { ...command, readConcern: { ...command.readConcern } } };
}

/** The driver wants an object of its class where the specifications have a document. */
export function withReadPreference(options: Document | undefined): Document {
  if (!options?.readPreference) return { ...options };
  const { mode, tagSets, ...rest } = options.readPreference as { mode: ReadPreferenceMode; tagSets?: [] };
  return { ...options, readPreference: new ReadPreference(mode, tagSets, rest) };
}
