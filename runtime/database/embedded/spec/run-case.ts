/** Runs one case of a specification: its data, its operations, and a look at what they led to. */
import { setTimeout } from 'node:timers/promises';
import {
  AbstractCursor,
  ChangeStream,
  ClientSession,
  Collection,
  Db,
  type Document,
  GridFSBucket,
  MongoClient,
} from 'mongodb';
import {
  CLIENT_OPERATIONS,
  COLLECTION_OPERATIONS,
  DATABASE_OPERATIONS,
  withSession,
} from './collection-operations.ts';
import { Entities, withReadPreference } from './entities.ts';
import { matchError } from './expected-error.ts';
import { Mismatch, match } from './match.ts';
import { resultOf } from './results.ts';
import {
  BUCKET_OPERATIONS,
  CURSOR_OPERATIONS,
  RUNNER_OPERATIONS,
  type Scene,
  SESSION_OPERATIONS,
} from './session-operations.ts';
import type { SpecServer } from './spec-server.ts';
import type { Case, CollectionData, ExpectedEvents, Operation, Specification } from './specification.ts';

const CASE_MS_MAX = 15_000;

/** Throws Mismatch, or whatever an operation threw that was expected to go well. */
export async function runCase(server: SpecServer, specification: Specification, one: Case): Promise<void> {
  const { direct } = server;
  server.clearFailPoints();
  for (const data of specification.initialData ?? []) await prepare(direct, data);
  const entities = new Entities(server.uri);
  const scene: Scene = {
    entities,
    direct,
    failPoint: async (settings) => server.setFailPoint(settings),
    run: async (operations) => {
      for (const operation of operations) await run(operation, scene);
    },
    call: async (operations) => {
      for (const operation of operations) await run(operation, scene, { rethrows: true });
    },
  };
  const patience = new AbortController();
  try {
    await Promise.race([steps(specification, one, scene), timeout(patience.signal)]);
  } finally {
    patience.abort();
    server.clearFailPoints();
    entities.close();
    // A case may leave a transaction open that would be in the way of the next one.
    await direct.db('admin').command({ endSessions: entities.allLsids() });
  }
}

async function steps(specification: Specification, one: Case, scene: Scene): Promise<void> {
  await scene.entities.create(specification.createEntities ?? []);
  await scene.run(one.operations);
  for (const expected of one.expectEvents ?? []) matchEvents(expected, scene.entities);
  for (const data of one.outcome ?? []) await matchOutcome(scene, data);
}

async function timeout(signal: AbortSignal): Promise<never> {
  await setTimeout(CASE_MS_MAX, undefined, { signal });
  throw new Mismatch(`it was not done after ${CASE_MS_MAX} ms`);
}

async function prepare(direct: MongoClient, data: CollectionData): Promise<void> {
  const { databaseName, collectionName, documents, createOptions } = data;
  const db = direct.db(databaseName);
  await db.dropCollection(collectionName);
  if (documents.length === 0 || createOptions) await db.createCollection(collectionName, createOptions);
  if (documents.length > 0) await db.collection(collectionName).insertMany(documents);
}

async function run(operation: Operation, scene: Scene, { rethrows = false } = {}): Promise<void> {
  const { name, expectError, expectResult, saveResultAsEntity, ignoreResultAndError } = operation;
  let result: unknown;
  try {
    result = await perform(operation, scene);
  } catch (error) {
    // A failed assertion inside a callback is the case's, not the operation's.
    if (error instanceof Mismatch) throw error;
    if (expectError) within(name, () => matchError(expectError, error, scene.entities));
    if (!rethrows && (expectError || ignoreResultAndError)) return;
    throw error;
  }
  if (expectError) throw new Mismatch(`${name} was to fail`);
  if (saveResultAsEntity) scene.entities.set(saveResultAsEntity, result);
  if (expectResult !== undefined) {
    const actual = resultOf(result) ?? null;
    match(expectResult, actual, { path: name, isRoot: true, references: scene.entities });
  }
}

function within(name: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw error instanceof Mismatch ? new Mismatch(`${name}: ${error.message}`) : error;
  }
}

function perform({ name, object, arguments: given = {} }: Operation, scene: Scene): unknown {
  const unknown = (): never => {
    throw new Error(`the driver has no operation ${name}`);
  };
  if (object === 'testRunner') return (RUNNER_OPERATIONS[name] ?? unknown)(given, scene);
  const target = scene.entities.get(object);
  const options = withReadPreference(withSession(given, scene.entities));
  if (target instanceof Collection) return (COLLECTION_OPERATIONS[name] ?? unknown)(target, options);
  if (target instanceof Db) return (DATABASE_OPERATIONS[name] ?? unknown)(target, options);
  if (target instanceof MongoClient) return (CLIENT_OPERATIONS[name] ?? unknown)(target, options);
  if (target instanceof ClientSession) return (SESSION_OPERATIONS[name] ?? unknown)(target, options, scene);
  if (target instanceof GridFSBucket) return (BUCKET_OPERATIONS[name] ?? unknown)(target, options, scene);
  if (target instanceof ChangeStream || target instanceof AbstractCursor)
    return (CURSOR_OPERATIONS[name] ?? unknown)(target, options, scene);
  return unknown();
}

function matchEvents(
  { client, eventType, events, ignoreExtraEvents }: ExpectedEvents,
  entities: Entities,
): void {
  const isOfType = (kind: string): boolean =>
    kind.startsWith(eventType === 'cmap' ? 'connection' : 'command');
  const seen = entities.eventsOf(client).filter(({ kind }) => isOfType(kind));
  const isEnough = ignoreExtraEvents ? seen.length >= events.length : seen.length === events.length;
  const list = seen.map(({ kind, content }) => `${kind} ${content.commandName ?? ''}`).join(', ');
  if (!isEnough) throw new Mismatch(`${events.length} events of ${client} were to come: ${list}`);
  for (const [index, expected] of events.entries()) {
    const [[kind, content] = ['', {}]] = Object.entries(expected);
    const event = seen[index];
    if (event?.kind !== kind) throw new Mismatch(`event ${index} of ${client} is no ${kind}: ${list}`);
    matchEvent(content, event.content, { path: `event ${index}`, isRoot: true, references: entities });
  }
}

/** The command and the reply are roots themselves, the other fields have to be equal. */
function matchEvent(expected: Document, actual: Document, place: Parameters<typeof match>[2]): void {
  for (const [name, value] of Object.entries(expected))
    match(value, actual[name], { ...place, path: `${place.path}: ${name}` });
}

async function matchOutcome({ direct, entities }: Scene, data: CollectionData): Promise<void> {
  const { databaseName, collectionName, documents } = data;
  const stored = await direct.db(databaseName).collection(collectionName).find().sort({ _id: 1 }).toArray();
  match(documents, stored, { path: 'outcome', isRoot: false, references: entities });
}
