/** From a change to the event that a change stream tells: https://www.mongodb.com/docs/manual/reference/change-events/ */
import { decode } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import { RawDocument } from '../bson/raw.ts';
import { type Doc, fieldOf, isDoc, setField, type Value } from '../bson/values.ts';
import { type Change, type DocumentChange, isDocumentChange } from './change.ts';

/** All fields but those that depend on the reader. */
export function eventOf(change: Change): Doc {
  if (isDocumentChange(change)) return documentEvent(change);
  const { kind, namespace, details = {} } = change;
  return { operationType: kind, ns: namespaceDoc(namespace), ...details };
}

/** `{db, coll}`, or `{db}` for a whole database. */
export function namespaceDoc(namespace: string): Doc {
  const dot = namespace.indexOf('.');
  return dot < 0 ? { db: namespace } : { db: namespace.slice(0, dot), coll: namespace.slice(dot + 1) };
}

function documentEvent({ kind, collection, before, after }: DocumentChange): Doc {
  const doc = decode(after ?? before ?? encode({}));
  const event: Doc = {
    operationType: kind,
    ns: namespaceDoc(collection.namespace),
    documentKey: { _id: doc._id },
    collectionUUID: collection.uuid,
  };
  if (kind === 'update' && before) {
    const description = differenceOf(decode(before), doc);
    if (description) return { ...event, updateDescription: description };
    // Only the order of the fields has changed.
    return { ...event, operationType: 'replace', ...(after ? { fullDocument: new RawDocument(after) } : {}) };
  }
  return after && kind !== 'delete' ? { ...event, fullDocument: new RawDocument(after) } : event;
}

/** What is to be set, taken away and cut off to come from one document to the other; undefined if that is nothing. */
export function differenceOf(before: Doc, after: Doc): Doc | undefined {
  const difference: Difference = { updatedFields: {}, removedFields: [], truncatedArrays: [] };
  compareDocs(before, after, '', difference);
  const isNothing = Object.values(difference).every((part) => Object.keys(part).length === 0);
  return isNothing ? undefined : { ...difference };
}

interface Difference {
  updatedFields: Doc;
  removedFields: string[];
  truncatedArrays: Doc[];
}

function compareDocs(before: Doc, after: Doc, prefix: string, found: Difference): void {
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(after, name)) found.removedFields.push(prefix + name);
  }
  for (const name of Object.keys(after)) {
    compareValues(fieldOf(before, name), fieldOf(after, name), prefix + name, found);
  }
}

/** Goes into documents and arrays: what is inside is told by its own path. */
function compareValues(before: Value, after: Value, path: string, found: Difference): void {
  if (isDoc(before) && isDoc(after)) compareDocs(before, after, `${path}.`, found);
  else if (Array.isArray(before) && Array.isArray(after) && before.length > 0 && after.length > 0) {
    compareArrays(before, after, path, found);
  } else if (!isSame(before, after)) setField(found.updatedFields, path, after);
}

function compareArrays(before: Value[], after: Value[], path: string, found: Difference): void {
  const isCut = after.length < before.length;
  if (isCut && !after.every((element, index) => isSame(before[index], element))) {
    setField(found.updatedFields, path, after);
    return;
  }
  if (isCut) found.truncatedArrays.push({ field: path, newSize: after.length });
  for (const [index, element] of after.entries()) {
    const old = before[index];
    // What is taken away from an element is not told by a path: the element is told as a whole.
    const isNested =
      isDoc(old) && isDoc(element) && Object.keys(old).every((name) => Object.hasOwn(element, name));
    if (isNested) compareDocs(old, element, `${path}.${index}.`, found);
    else if (!isSame(old, element)) setField(found.updatedFields, `${path}.${index}`, element);
  }
}

/** The same value in the same type. */
function isSame(left: Value, right: Value): boolean {
  return left !== undefined && encode({ value: left }).equals(encode({ value: right }));
}
