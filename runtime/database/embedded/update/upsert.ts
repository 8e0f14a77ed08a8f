/** The document that an upsert starts from: what its filter demands by equality. */
import { BSONRegExp } from 'bson';
import { decode } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import { type Doc, isDoc, type Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import { isOperatorDoc } from '../filter/filter.ts';
import { makePlace, read, write } from './place.ts';

/** A replacement takes only the `_id` over from the filter, operators take every equal field. */
export function seedOf(filter: Doc, idOnly: boolean): Doc {
  const seed: Doc = {};
  collect(filter, (path, value) => {
    const [first] = path.split('.');
    if (first === '_id' && path !== '_id') {
      fail(
        'NotExactValueField',
        `field '${path}' in the filter of an upsert is a part of _id; name the whole _id`,
      );
    }
    if (idOnly && path !== '_id') return;
    const place = makePlace(seed, path.split('.'));
    if (read(place) !== undefined) {
      fail('NotSingleValueField', `cannot infer query fields to set, path '${path}' is matched twice`);
    }
    write(place, value);
  });
  // A copy: the update changes the seed, and the filter's own values must stay as they are.
  return decode(encode(seed));
}

function collect(filter: Doc, put: (path: string, value: Value) => void): void {
  for (const name of Object.keys(filter)) {
    const value = filter[name];
    const branches = Array.isArray(value) ? value.filter(isDoc) : [];
    if (name === '$and' || (name === '$or' && branches.length === 1)) {
      for (const branch of branches) collect(branch, put);
    } else if (!name.startsWith('$')) {
      const equal = equalValueOf(value);
      if (equal !== undefined) put(name, equal);
    }
  }
}

function equalValueOf(value: Value): Value {
  if (value instanceof BSONRegExp) return undefined;
  if (!isOperatorDoc(value)) return value;
  if (value.$eq !== undefined) return value.$eq;
  for (const list of [value.$in, value.$all]) {
    const only = Array.isArray(list) && list.length === 1 ? list[0] : undefined;
    if (only !== undefined && !(only instanceof BSONRegExp) && !isOperatorDoc(only)) return only;
  }
  return undefined;
}
