/** The operations that specifications do on collections, databases and clients, as calls of the driver. */
import type { Collection, Db, Document, MongoClient } from 'mongodb';
import type { Entities } from './entities.ts';

type Table<Target> = Readonly<Record<string, (target: Target, options: Document) => unknown>>;

/** The driver's `after` for the specifications' `After`. */
function returning({ returnDocument, ...options }: Document): Document {
  return returnDocument ? { ...options, returnDocument: returnDocument.toLowerCase() } : options;
}

export const COLLECTION_OPERATIONS: Table<Collection> = {
  insertOne: (on, { document, ...options }) => on.insertOne(document, options),
  insertMany: (on, { documents, ...options }) => on.insertMany(documents, options),
  find: (on, { filter, ...options }) => on.find(filter, options).toArray(),
  findOne: (on, { filter, ...options }) => on.findOne(filter, options),
  updateOne: (on, { filter, update, ...options }) => on.updateOne(filter, update, options),
  updateMany: (on, { filter, update, ...options }) => on.updateMany(filter, update, options),
  replaceOne: (on, { filter, replacement, ...options }) => on.replaceOne(filter, replacement, options),
  deleteOne: (on, { filter, ...options }) => on.deleteOne(filter, options),
  deleteMany: (on, { filter, ...options }) => on.deleteMany(filter, options),
  findOneAndUpdate: (on, { filter, update, ...options }) =>
    on.findOneAndUpdate(filter, update, returning(options)),
  findOneAndReplace: (on, { filter, replacement, ...options }) =>
    on.findOneAndReplace(filter, replacement, returning(options)),
  findOneAndDelete: (on, { filter, ...options }) => on.findOneAndDelete(filter, options),
  countDocuments: (on, { filter, ...options }) => on.countDocuments(filter, options),
  estimatedDocumentCount: (on, options) => on.estimatedDocumentCount(options),
  count: (on, { filter, ...options }) => on.count(filter, options),
  distinct: (on, { fieldName, filter, ...options }) => on.distinct(fieldName, filter, options),
  aggregate: (on, { pipeline, ...options }) => on.aggregate(pipeline, options).toArray(),
  bulkWrite: (on, { requests, ...options }) => on.bulkWrite(requests, options),
  createIndex: (on, { keys, ...options }) => on.createIndex(keys, options),
  dropIndex: (on, { name, ...options }) => on.dropIndex(name, options),
  listIndexes: (on, options) => on.listIndexes(options).toArray(),
  listIndexNames: async (on, options) =>
    (await on.listIndexes(options).toArray()).map(({ name }: Document) => name),
  rename: (on, { to, ...options }) => on.rename(to, options),
  createChangeStream: (on, options) => watch(on, options),
  createSearchIndex: (on, { model }) => on.createSearchIndex(model),
  createSearchIndexes: (on, { models }) => on.createSearchIndexes(models),
  updateSearchIndex: (on, { name, definition }) => on.updateSearchIndex(name, definition),
  dropSearchIndex: (on, { name }) => on.dropSearchIndex(name),
  listSearchIndexes: (on, { name, aggregationOptions }) =>
    on.listSearchIndexes(name, aggregationOptions).toArray(),
};

export const DATABASE_OPERATIONS: Table<Db> = {
  aggregate: (on, { pipeline, ...options }) => on.aggregate(pipeline, options).toArray(),
  createCollection: (on, { collection, ...options }) => on.createCollection(collection, options),
  dropCollection: (on, { collection, ...options }) => on.dropCollection(collection, options),
  modifyCollection: (on, { collection, ...options }) => on.command({ collMod: collection, ...options }),
  listCollections: (on, { filter, ...options }) => on.listCollections(filter, options).toArray(),
  listCollectionNames: async (on, { filter, ...options }) =>
    (await on.listCollections(filter, { ...options, nameOnly: true }).toArray()).map(({ name }) => name),
  listCollectionObjects: (on, options) => on.collections(options),
  runCommand: (on, { command, commandName, ...options }) =>
    on.command({ [commandName]: command[commandName], ...command }, options),
  runCursorCommand: (on, options) => commandCursor(on, options).toArray(),
  createCommandCursor: async (on, options) => {
    const cursor = commandCursor(on, options);
    await begun(cursor);
    return cursor;
  },
  createChangeStream: (on, options) => watch(on, options),
};

export const CLIENT_OPERATIONS: Table<MongoClient> = {
  clientBulkWrite: (on, { models, ...options }) =>
    on.bulkWrite(
      models.map((model: Record<string, Document>) => {
        const [[name, settings] = []] = Object.entries(model);
        return { name, ...settings };
      }),
      options,
    ),
  listDatabases: async (on, options) => (await on.db().admin().listDatabases(options)).databases,
  listDatabaseNames: async (on, options) =>
    (
      await on
        .db()
        .admin()
        .listDatabases({ nameOnly: true, ...options })
    ).databases.map(({ name }) => name),
  listDatabaseObjects: async (on, options) => (await on.db().admin().listDatabases(options)).databases,
  createChangeStream: (on, options) => watch(on, options),
};

function commandCursor(on: Db, { command, commandName, ...options }: Document) {
  const { batchSize, maxTimeMS, comment, ...rest } = options;
  const cursor = on.runCursorCommand({ [commandName]: command[commandName], ...command }, rest);
  if (batchSize !== undefined) cursor.setBatchSize(batchSize);
  if (maxTimeMS !== undefined) cursor.setMaxTimeMS(maxTimeMS);
  if (comment !== undefined) cursor.setComment(comment);
  return cursor;
}

/** A stream is to be open when the next operation comes, so its first command is sent now. */
async function watch(on: Pick<Db, 'watch'>, { pipeline, ...options }: Document): Promise<unknown> {
  const stream = on.watch(pipeline, options);
  await begun(Reflect.get(stream, 'cursor'));
  return stream;
}

/** Sends the first command of a cursor; the driver does it with the first document that is asked for. */
async function begun(cursor: unknown): Promise<void> {
  await (cursor as { cursorInit(): Promise<void> }).cursorInit();
}

/** Options with the session itself in place of its id. */
export function withSession({ session, ...options }: Document, entities: Entities): Document {
  return session === undefined ? options : { ...options, session: entities.session(session) };
}
