/** The operations that specifications do on sessions, cursors, buckets, and on the runner itself. */
import { setTimeout } from 'node:timers/promises';
import {
  type AbstractCursor,
  BSON,
  type ChangeStream,
  type ClientSession,
  type Document,
  type GridFSBucket,
  type MongoClient,
} from 'mongodb';
import { type Entities, withReadPreference } from './entities.ts';
import { Mismatch } from './match.ts';
import type { Operation } from './specification.ts';

/** What one case runs with. */
export interface Scene {
  entities: Entities;
  /** Sees the data as it is, past all fail points. */
  direct: MongoClient;
  /** Sets a fail point. */
  failPoint(settings: Document): Promise<void>;
  run(operations: readonly Operation[]): Promise<void>;
  /** Runs the operations of a callback: it fails with what one of them failed with, expected or not. */
  call(operations: readonly Operation[]): Promise<void>;
}
type Table<Target> = Readonly<Record<string, (target: Target, options: Document, scene: Scene) => unknown>>;

const NEXT_MS_MAX = 5_000;
const STATES: Readonly<Record<string, string>> = {
  none: 'NO_TRANSACTION',
  starting: 'STARTING_TRANSACTION',
  in_progress: 'TRANSACTION_IN_PROGRESS',
  committed: 'TRANSACTION_COMMITTED',
  aborted: 'TRANSACTION_ABORTED',
};

export const SESSION_OPERATIONS: Table<ClientSession> = {
  startTransaction: (on, options) => on.startTransaction(withReadPreference(options)),
  commitTransaction: (on, options) => on.commitTransaction(options),
  abortTransaction: (on, options) => on.abortTransaction(options),
  endSession: (on) => on.endSession(),
  withTransaction: (on, { callback, ...options }, { call }) =>
    on.withTransaction(() => call(callback), withReadPreference(options)),
};

export const CURSOR_OPERATIONS: Table<ChangeStream | AbstractCursor> = {
  iterateUntilDocumentOrError: async (on) => {
    const found = await Promise.race([on.next(), setTimeout(NEXT_MS_MAX, undefined, { ref: false })]);
    if (found === undefined) throw new Mismatch(`no document came within ${NEXT_MS_MAX} ms`);
    return found;
  },
  iterateOnce: (on) => on.tryNext(),
  close: (on) => on.close(),
};

export const BUCKET_OPERATIONS: Table<GridFSBucket> = {
  download: async (on, { id }) => Buffer.concat(await on.openDownloadStream(id).toArray()),
  downloadByName: async (on, { filename }) =>
    Buffer.concat(await on.openDownloadStreamByName(filename).toArray()),
};

/** On `testRunner`: preparations, and looks at what the driver and the server hold. */
export const RUNNER_OPERATIONS: Readonly<Record<string, (options: Document, scene: Scene) => unknown>> = {
  createEntities: ({ entities: definitions }, { entities }) => entities.create(definitions),
  failPoint: ({ failPoint }, scene) => scene.failPoint(failPoint),
  targetedFailPoint: ({ failPoint }, scene) => scene.failPoint(failPoint),
  assertCollectionExists: async (options, scene) => holds(await hasCollection(options, scene)),
  assertCollectionNotExists: async (options, scene) => holds(!(await hasCollection(options, scene))),
  assertIndexExists: async (options, scene) => holds(await hasIndex(options, scene)),
  assertIndexNotExists: async (options, scene) => holds(!(await hasIndex(options, scene))),
  assertSessionDirty: ({ session }, { entities }) => holds(isDirty(entities.session(session))),
  assertSessionNotDirty: ({ session }, { entities }) => holds(!isDirty(entities.session(session))),
  assertSessionPinned: ({ session }, { entities }) => holds(isPinned(entities.session(session))),
  assertSessionUnpinned: ({ session }, { entities }) => holds(!isPinned(entities.session(session))),
  assertSessionTransactionState: ({ session, state }, { entities }) =>
    holds(Reflect.get(Reflect.get(entities.session(session), 'transaction'), 'state') === STATES[state]),
  assertSameLsidOnLastTwoCommands: ({ client }, { entities }) =>
    holds(lastLsids(entities, client).size === 1),
  assertDifferentLsidOnLastTwoCommands: ({ client }, { entities }) =>
    holds(lastLsids(entities, client).size === 2),
  assertNumberConnectionsCheckedOut: ({ client, connections }, { entities }) =>
    holds(entities.connectionsOutOf(client) === connections),
};

function holds(isTrue: boolean): void {
  if (!isTrue) throw new Mismatch('it is not so');
}

async function hasCollection(
  { databaseName, collectionName }: Document,
  { direct }: Scene,
): Promise<boolean> {
  return direct.db(databaseName).listCollections({ name: collectionName }).hasNext();
}

async function hasIndex(options: Document, scene: Scene): Promise<boolean> {
  if (!(await hasCollection(options, scene))) return false;
  const { databaseName, collectionName, indexName } = options;
  return scene.direct.db(databaseName).collection(collectionName).indexExists(indexName);
}

function isDirty(session: ClientSession): boolean {
  return Reflect.get(Object(Reflect.get(session, 'serverSession')), 'isDirty') === true;
}

function isPinned(session: ClientSession): boolean {
  return Reflect.get(session, 'isPinned') === true;
}

function lastLsids(entities: Entities, client: string): Set<string> {
  const started = entities.eventsOf(client).filter(({ kind }) => kind === 'commandStartedEvent');
  return new Set(started.slice(-2).map(({ content }) => BSON.EJSON.stringify(content.command.lsid)));
}
