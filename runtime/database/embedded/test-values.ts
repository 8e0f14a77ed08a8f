/** For tests: documents as a driver would send them, and results as a driver would read them. */
import { deserialize, EJSON, serialize } from 'bson';
import { decode } from './bson/decode.ts';
import { encode } from './bson/encode.ts';
import type { Doc } from './bson/values.ts';
import { MongoError } from './errors.ts';

/** Through the driver's serializer and our decoder. */
export function stored(doc: object): Doc {
  return decode(serialize(doc, { ignoreUndefined: false }));
}

/** Through our encoder and the driver's deserializer, numbers as JavaScript's. */
export function received(doc: Doc): object {
  return deserialize(encode(doc));
}

/** With the type of every number: `{"$numberInt": "1"}`. */
export function typed(doc: Doc): unknown {
  return EJSON.serialize(deserialize(encode(doc), { promoteValues: false, bsonRegExp: true }), {
    relaxed: false,
  });
}

/** The code of the MongoError that this throws. */
export function codeOf(work: () => unknown): number | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof MongoError) return error.code;
    throw error;
  }
  return undefined;
}
