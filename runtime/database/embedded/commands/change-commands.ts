/** `renameCollection` and `collMod`: collections that stay and are called or kept otherwise. */
import { isEqual } from '../bson/compare.ts';
import { show } from '../bson/show.ts';
import type { Doc, Value } from '../bson/values.ts';
import { isTruthy } from '../bson/values.ts';
import { fail } from '../errors.ts';
import { checkNamespace } from '../storage/namespace.ts';
import { type CommandTable, type Context, names, type Reply } from './command.ts';
import { Fields } from './fields.ts';
import { checkExpiry } from './index-spec.ts';
import { namespaceOf } from './namespace.ts';

const INDEX = {
  supported: names('name keyPattern expireAfterSeconds hidden'),
  refused: names('unique prepareUnique dryRun forceNonUnique'),
};

export const CHANGE_COMMANDS: CommandTable = {
  renameCollection: {
    kind: 'write',
    options: { supported: names('to dropTarget'), refused: names('collectionUUID') },
    run: renameCollection,
  },
  collMod: {
    kind: 'write',
    options: {
      supported: names('index'),
      ignored: names('validationLevel validationAction'),
      refused: names(
        'validator viewOn pipeline cappedSize cappedMax timeseries changeStreamPreAndPostImages expireAfterSeconds dryRun collectionUUID',
      ),
    },
    run: collMod,
  },
};

/** Cursors and change streams go on; an index keeps its entries. */
function renameCollection(fields: Fields, { catalog, store, database }: Context): Reply {
  if (database !== 'admin')
    fail('Unauthorized', 'renameCollection may only be run against the admin database.');
  const [from, to] = [fields.string('renameCollection'), fields.string('to')];
  checkNamespace(from);
  checkNamespace(to);
  const collection =
    catalog.get(from) ?? fail('NamespaceNotFound', `Source collection ${from} does not exist`);
  if (from === to) fail('IllegalOperation', "Can't rename a collection to itself");
  const target = catalog.get(to);
  if (target && !fields.isSet('dropTarget')) fail('NamespaceExists', 'target namespace exists');
  const dropTarget: Doc = target ? { dropTarget: target.uuid } : {};
  // A change stream is told of the target's end by the rename itself.
  if (target) store.observedBy([], () => catalog.drop(target));
  catalog.rename(collection, to, dropTarget);
  return {};
}

function collMod(fields: Fields, context: Context): Reply {
  const { catalog, store } = context;
  const namespace = namespaceOf(fields, 'collMod', context);
  const collection = catalog.get(namespace) ?? fail('NamespaceNotFound', `ns does not exist: ${namespace}`);
  const wanted = fields.optionalDoc('index');
  if (!wanted) {
    store.tell({ kind: 'modify', namespace, details: { operationDescription: {} } });
    return {};
  }
  const spec = new Fields(wanted, 'collMod.index');
  spec.check(INDEX);
  const index =
    collection.indexes.find((one) =>
      wanted.name === undefined ? isEqual(one.stored.spec.key, wanted.keyPattern) : one.name === wanted.name,
    ) ?? fail('IndexNotFound', `cannot find index ${show(wanted)} for ns ${namespace}`);
  const old = index.stored.spec;
  const options: Doc = {};
  const reply: Reply = {};
  const set = (name: string, before: Value, value: Value): void => {
    options[name] = value;
    if (before !== undefined) reply[`${name}_old`] = before;
    reply[`${name}_new`] = value;
  };
  if (wanted.expireAfterSeconds !== undefined) {
    const key = old.key as Doc;
    set('expireAfterSeconds', old.expireAfterSeconds, checkExpiry(wanted.expireAfterSeconds, key));
  }
  if (wanted.hidden !== undefined) {
    if (index.name === '_id_') fail('BadValue', "can't hide _id index");
    set('hidden', isTruthy(old.hidden), isTruthy(wanted.hidden));
  }
  if (Object.keys(options).length === 0) {
    fail('InvalidOptions', 'no expireAfterSeconds, hidden, unique, or prepareUnique field');
  }
  catalog.changeIndex(collection, index, options);
  return reply;
}
