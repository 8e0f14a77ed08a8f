/** Inserts of one document, and what every stored document must be like. */
import { BSONRegExp, ObjectId } from 'bson';
import { decode } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import { checkStorable, DOCUMENT_BYTES_MAX } from '../bson/validate.ts';
import { type Doc, firstFieldOf, isDoc, typeOf, type Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import type { Collection } from '../storage/collection.ts';
import { withId } from '../update/update.ts';

/** Stores a document that came in bytes; unless its `_id` has to be added or moved to the front, just as it came. */
export function insertBytes(collection: Collection, bytes: Buffer): void {
  if (bytes.length > DOCUMENT_BYTES_MAX) checkStorable(bytes);
  const doc = decode(bytes);
  if (firstFieldOf(doc) !== '_id') {
    insertDocument(collection, doc);
    return;
  }
  checkId(doc._id);
  collection.insert(doc, bytes);
}

/** Stores a document, with a new ObjectId where it has no `_id`. */
export function insertDocument(collection: Collection, doc: Doc): { id: Value; bytes: Buffer } {
  const complete = withId(doc, doc._id === undefined ? new ObjectId() : doc._id);
  checkId(complete._id);
  const bytes = encode(complete);
  checkStorable(bytes);
  collection.insert(complete, bytes);
  return { id: complete._id, bytes };
}

/** An `_id` can be anything but an array or a regular expression, and has no `$` names inside. */
function checkId(id: Value): void {
  if (Array.isArray(id) || id instanceof BSONRegExp) {
    fail('InvalidIdField', `The '_id' value cannot be of type ${typeOf(id)}`);
  }
  const dollar = isDoc(id)
    ? Object.keys(id).find((name) => name.startsWith('$') && !['$ref', '$id', '$db'].includes(name))
    : undefined;
  if (dollar !== undefined) {
    fail(
      'DollarPrefixedFieldName',
      `_id fields may not contain '$'-prefixed fields: ${dollar} is not valid for storage.`,
    );
  }
}
