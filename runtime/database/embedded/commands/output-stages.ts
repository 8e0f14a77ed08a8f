/** `$out` and `$merge`: what a pipeline gave is written to a collection, all of it or, after an error, nothing. */
import { Int32 } from 'bson';
import { Environment } from '../aggregate/expression.ts';
import { isEqual } from '../bson/compare.ts';
import { decode } from '../bson/decode.ts';
import { show } from '../bson/show.ts';
import { type Doc, fieldOf, firstFieldOf, isDoc, setField, type Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import { insertDocument } from '../operations/insert.ts';
import { select, withoutRests } from '../operations/select.ts';
import { runUpdate } from '../operations/update.ts';
import type { Catalog } from '../storage/catalog.ts';
import { checkNamespace } from '../storage/namespace.ts';
import { type Context, names } from './command.ts';
import { Fields } from './fields.ts';

const MERGE = { supported: names('into on let whenMatched whenNotMatched') };
const WHEN_MATCHED = ['merge', 'replace', 'keepExisting', 'fail'];
const WHEN_NOT_MATCHED = ['insert', 'discard', 'fail'];

/** To be called inside a storage transaction. The documents are read to the end before the first is written. */
export function writeOutput(stage: Doc, documents: Iterable<Doc>, context: Context): void {
  const name = firstFieldOf(stage);
  const source = [...documents];
  context.store.atomically(() => {
    if (name === '$out') writeOut(namespaceIn(stage[name], name, context), source, context);
    else mergeAll(stage[name], source, context);
  });
}

function namespaceIn(target: Value, name: string, { database }: Context): string {
  const { db = database, coll }: Doc = isDoc(target) ? target : { coll: target };
  if (typeof coll !== 'string' || typeof db !== 'string') {
    return fail(16990, `${name} needs the name of a collection, or {db, coll}`);
  }
  checkNamespace(`${db}.${coll}`);
  return `${db}.${coll}`;
}

/** The collection is made anew, with the indexes that it had. */
function writeOut(namespace: string, documents: readonly Doc[], { catalog, store }: Context): void {
  const old = catalog.get(namespace);
  const specs = old?.indexes.slice(1).map((index) => index.stored.spec) ?? [];
  // MongoDB fills a collection that nobody sees and puts it in the place: a change stream is not told of more.
  store.observedBy([], () => {
    if (old) catalog.drop(old);
    const collection = catalog.create(namespace);
    for (const spec of specs) catalog.addIndex(collection, spec);
    for (const doc of documents) insertDocument(collection, doc);
  });
  store.tell({ kind: old ? 'drop' : 'create', namespace });
}

interface Merge {
  namespace: string;
  on: readonly string[];
  whenMatched: string | Value[];
  whenNotMatched: string;
  letVariables: Doc;
}

function mergeAll(argument: Value, documents: readonly Doc[], context: Context): void {
  const merge = parseMerge(argument, context);
  for (const doc of documents) mergeOne(doc, merge, context.catalog);
}

function parseMerge(argument: Value, context: Context): Merge {
  const fields = new Fields(isDoc(argument) ? argument : { into: argument }, '$merge');
  fields.check(MERGE);
  const namespace = namespaceIn(fields.value('into'), '$merge', context);
  const onField = fields.value('on') ?? '_id';
  const on = (Array.isArray(onField) ? onField : [onField]).map(String);
  const whenMatched = fields.value('whenMatched') ?? 'merge';
  const whenNotMatched = fields.value('whenNotMatched') ?? 'insert';
  const isKnown =
    Array.isArray(whenMatched) || (typeof whenMatched === 'string' && WHEN_MATCHED.includes(whenMatched));
  if (!isKnown)
    return fail(
      'BadValue',
      `Enumeration value '${show(whenMatched)}' for field '$merge.whenMatched' is not a valid value.`,
    );
  if (typeof whenNotMatched !== 'string' || !WHEN_NOT_MATCHED.includes(whenNotMatched)) {
    return fail(
      'BadValue',
      `Enumeration value '${show(whenNotMatched)}' for field '$merge.whenNotMatched' is not a valid value.`,
    );
  }
  checkOnFields(on, namespace, context.catalog);
  const letVariables = fields.optionalDoc('let') ?? { new: '$$ROOT' };
  return { namespace, on, whenMatched, whenNotMatched, letVariables };
}

/** Only a unique index makes sure that a document meets one other. */
function checkOnFields(on: readonly string[], namespace: string, catalog: Catalog): void {
  if (on.length === 1 && on[0] === '_id') return;
  const wanted = [...on].sort().join();
  const isUnique = catalog.get(namespace)?.indexes.some(
    (index) =>
      index.isUnique &&
      !index.partialFilter &&
      index.fields
        .map(({ path }) => path)
        .sort()
        .join() === wanted,
  );
  if (!isUnique) fail(51183, 'Cannot find index to verify that join fields will be unique');
}

function mergeOne(doc: Doc, merge: Merge, catalog: Catalog): void {
  const filter = filterOf(doc, merge.on);
  const existing = filter && existingOf(catalog, merge.namespace, filter);
  if (!filter || !existing) {
    if (merge.whenNotMatched === 'fail') {
      fail(
        13113,
        '$merge could not find a matching document in the target collection for at least one document in the source collection',
      );
    }
    if (merge.whenNotMatched === 'insert') insertDocument(catalog.ensure(merge.namespace), doc);
    return;
  }
  if (merge.whenMatched === 'keepExisting') return;
  if (merge.whenMatched === 'fail') {
    const keyPattern = Object.fromEntries(merge.on.map((path) => [path, new Int32(1)]));
    const keyValue = Object.fromEntries(merge.on.map((path) => [path, valueAt(doc, path)]));
    fail(
      'DuplicateKey',
      `E11000 duplicate key error collection: ${merge.namespace} dup key: ${show(keyValue)}`,
      { keyPattern, keyValue },
    );
  }
  const environment = new Environment(literals(merge.letVariables, doc));
  runUpdate(
    catalog,
    merge.namespace,
    { filter, update: updateOf(doc, existing, merge), isMulti: false, isUpsert: false, arrayFilters: [] },
    environment,
  );
}

/** Undefined for a new document: one without an `_id` meets no other. */
function filterOf(doc: Doc, on: readonly string[]): Doc | undefined {
  const filter: Doc = {};
  for (const path of on) {
    const value = valueAt(doc, path);
    if (value === undefined && path === '_id') return undefined;
    if (value === undefined || value === null || Array.isArray(value)) {
      fail(51132, `$merge write error: 'on' field '${path}' cannot be missing, null, undefined or an array`);
    }
    setField(filter, path, { $eq: value });
  }
  return filter;
}

function valueAt(doc: Doc, path: string): Value {
  return path.split('.').reduce<Value>((at, part) => (isDoc(at) ? fieldOf(at, part) : undefined), doc);
}

function existingOf(catalog: Catalog, namespace: string, filter: Doc): Doc | undefined {
  const rows = select(catalog.get(namespace), { filter, limit: 1, environment: new Environment() });
  for (const row of withoutRests(rows)) return decode(row.bytes);
  return undefined;
}

function updateOf(doc: Doc, existing: Doc, { whenMatched }: Merge): Value {
  if (Array.isArray(whenMatched)) return whenMatched;
  const { _id, ...fields } = doc;
  if (_id !== undefined && !isEqual(_id, existing._id)) {
    fail(
      'ImmutableField',
      `$merge failed to update the matching document, did you attempt to modify the _id or the shard key? _id: ${show(_id)}`,
    );
  }
  return whenMatched === 'replace' ? { _id: existing._id, ...fields } : { ...existing, ...fields };
}

/** The variables' values for this document, as constants. */
function literals(letVariables: Doc, doc: Doc): Doc {
  const environment = new Environment();
  const values = Object.entries(letVariables).map(([name, expression]) => {
    return [name, { $literal: environment.compile(expression)(doc) ?? null }] as const;
  });
  return Object.fromEntries(values);
}
