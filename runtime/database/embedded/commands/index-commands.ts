/** `createIndexes`, `listIndexes` and `dropIndexes`. */
import { isEqual } from '../bson/compare.ts';
import { encode } from '../bson/encode.ts';
import { show } from '../bson/show.ts';
import type { Doc, Value } from '../bson/values.ts';
import { isDoc } from '../bson/values.ts';
import { fail } from '../errors.ts';
import type { Collection } from '../storage/collection.ts';
import type { CollectionIndex } from '../storage/collection-index.ts';
import { batchSizeOf } from './catalog-commands.ts';
import { type CommandTable, type Context, names, type Reply, type Task } from './command.ts';
import { listReply } from './cursor-reply.ts';
import type { Fields } from './fields.ts';
import { findSame, INDEX_OPTIONS, specOf } from './index-spec.ts';
import { namespaceOf } from './namespace.ts';

export const INDEX_COMMANDS: CommandTable = {
  createIndexes: {
    kind: 'write',
    isTransactional: true,
    options: { supported: names('indexes'), ignored: names('commitQuorum ignoreUnknownIndexOptions') },
    run: createIndexes,
  },
  listIndexes: {
    kind: 'read',
    options: { supported: names('cursor'), refused: names('collectionUUID') },
    run: listIndexes,
  },
  dropIndexes: {
    kind: 'write',
    options: { supported: names('index'), refused: names('collectionUUID') },
    run: dropIndexes,
  },
};

/** All of them or none: the first one that fails takes the others back. */
function createIndexes(fields: Fields, { catalog, store, ...context }: Context): Reply {
  const namespace = namespaceOf(fields, 'createIndexes', { catalog, store, ...context });
  const specs = fields.list('indexes', INDEX_OPTIONS).map(specOf);
  if (specs.length === 0) fail('BadValue', 'Must specify at least one index to create');
  return store.atomically(() => {
    const isNew = catalog.get(namespace) === undefined;
    const collection = catalog.ensure(namespace);
    const before = collection.indexes.length;
    for (const spec of specs) {
      if (!findSame(collection.indexes, spec)) catalog.addIndex(collection, spec);
    }
    const after = collection.indexes.length;
    return {
      numIndexesBefore: before,
      numIndexesAfter: after,
      createdCollectionAutomatically: isNew,
      ...(after === before ? { note: 'all indexes already exist' } : {}),
    };
  });
}

function listIndexes(fields: Fields, context: Context): Task {
  const namespace = namespaceOf(fields, 'listIndexes', context);
  const collection =
    context.catalog.get(namespace) ?? fail('NamespaceNotFound', `ns does not exist: ${namespace}`);
  const specs = collection.indexes.map(({ stored }) => encode(stored.spec));
  return listReply(namespace, specs, batchSizeOf(fields), context);
}

function dropIndexes(fields: Fields, context: Context): Reply {
  const namespace = namespaceOf(fields, 'dropIndexes', context);
  const collection = context.catalog.get(namespace) ?? fail('NamespaceNotFound', `ns not found ${namespace}`);
  const before = collection.indexes.length;
  for (const index of wantedIndexes(collection, fields.value('index')))
    context.catalog.dropIndex(collection, index);
  return { nIndexesWas: before };
}

function wantedIndexes(collection: Collection, wanted: Value): readonly CollectionIndex[] {
  if (wanted === '*') return collection.indexes.filter((index) => index.name !== '_id_');
  const list = Array.isArray(wanted) ? wanted : [wanted];
  return list.map((one) => {
    const found = collection.indexes.find((index) => isMeant(index, one));
    if (!found)
      return fail('IndexNotFound', `can't find index with ${isDoc(one) ? 'key' : 'name'} ${show(one)}`);
    return found.name === '_id_' ? fail('InvalidOptions', 'cannot drop _id index') : found;
  });
}

function isMeant(index: CollectionIndex, wanted: Value): boolean {
  return isDoc(wanted) ? isEqual(index.stored.spec.key as Doc, wanted) : index.name === wanted;
}
