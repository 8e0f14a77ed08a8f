/** `create`, `drop`, `dropDatabase`, `listCollections` and `listDatabases`. */
import { encode } from '../bson/encode.ts';
import { type Doc, isTruthy } from '../bson/values.ts';
import { fail } from '../errors.ts';
import { compileFilter } from '../filter/filter.ts';
import { type CommandTable, type Context, names, type Reply, type Task } from './command.ts';
import { listReply } from './cursor-reply.ts';
import { Fields } from './fields.ts';
import { namespaceOf } from './namespace.ts';

export const CATALOG_COMMANDS: CommandTable = {
  create: {
    kind: 'write',
    isTransactional: true,
    options: {
      ignored: names(
        'storageEngine indexOptionDefaults autoIndexId idIndex validationLevel validationAction',
      ),
      refused: names(
        'capped size max viewOn pipeline validator collation timeseries expireAfterSeconds clusteredIndex changeStreamPreAndPostImages encryptedFields',
      ),
    },
    run: create,
  },
  drop: { kind: 'write', options: { refused: names('collectionUUID') }, run: drop },
  dropDatabase: { kind: 'write', options: {}, run: dropDatabase },
  listCollections: {
    kind: 'read',
    options: { supported: names('filter nameOnly cursor'), ignored: names('authorizedCollections') },
    run: listCollections,
  },
  listDatabases: {
    kind: 'read',
    options: { supported: names('filter nameOnly'), ignored: names('authorizedDatabases') },
    run: listDatabases,
  },
};

function create(fields: Fields, context: Context): Reply {
  const namespace = namespaceOf(fields, 'create', context);
  if (context.catalog.get(namespace)) fail('NamespaceExists', `Collection ${namespace} already exists.`);
  context.catalog.create(namespace);
  return {};
}

/** Since MongoDB 7, to drop what is not there is no error. */
function drop(fields: Fields, { catalog, ...context }: Context): Reply {
  const namespace = namespaceOf(fields, 'drop', { catalog, ...context });
  const collection = catalog.get(namespace);
  if (!collection) return {};
  catalog.drop(collection);
  return { nIndexesWas: collection.indexes.length, ns: namespace };
}

function dropDatabase(_fields: Fields, { catalog, store, database }: Context): Reply {
  const collections = catalog.list(database);
  for (const collection of collections) catalog.drop(collection);
  if (collections.length > 0) store.tell({ kind: 'dropDatabase', namespace: database });
  return collections.length > 0 ? { dropped: database } : {};
}

function listCollections(fields: Fields, context: Context): Task {
  const accepts = compileFilter(fields.optionalDoc('filter') ?? {});
  const isNameOnly = fields.isSet('nameOnly');
  const described = context.catalog.list(context.database).map((collection) => ({
    name: collection.namespace.slice(context.database.length + 1),
    type: 'collection',
    options: {},
    info: { readOnly: false, uuid: collection.uuid },
    idIndex: collection.indexes[0]?.stored.spec ?? {},
  }));
  const answers = described
    .filter((one) => accepts(one))
    .map((one) => encode(isNameOnly ? { name: one.name, type: one.type } : one));
  return listReply(`${context.database}.$cmd.listCollections`, answers, batchSizeOf(fields), context);
}

function listDatabases(fields: Fields, { catalog }: Context): Reply {
  const accepts = compileFilter(fields.optionalDoc('filter') ?? {});
  const names = new Set(catalog.list().map(({ namespace }) => namespace.slice(0, namespace.indexOf('.'))));
  // All databases share one file, so none has a size of its own.
  const databases: Doc[] = [...names]
    .map((name) => ({ name, sizeOnDisk: 0, empty: false }))
    .filter((one) => accepts(one));
  if (isTruthy(fields.value('nameOnly'))) return { databases: databases.map(({ name }) => ({ name })) };
  return { databases, totalSize: 0, totalSizeMb: 0 };
}

/** The batch size in a command's `cursor` option. */
export function batchSizeOf(fields: Fields): number | undefined {
  const cursor = fields.optionalDoc('cursor');
  return cursor && new Fields(cursor, 'cursor').integer('batchSize', 0);
}
