/** What a new index may be like, and whether there is one like it already. */
import { Int32 } from 'bson';
import { isEqual } from '../bson/compare.ts';
import { toDouble } from '../bson/numbers.ts';
import { show } from '../bson/show.ts';
import { type Doc, firstFieldOf, isDoc, isNumber, isTruthy, typeOf, type Value } from '../bson/values.ts';
import { fail, unsupported } from '../errors.ts';
import { compileFilter, isOperatorDoc } from '../filter/filter.ts';
import type { CollectionIndex } from '../storage/collection-index.ts';
import { names, type Options } from './command.ts';
import type { Fields } from './fields.ts';

export const INDEX_OPTIONS: Options = {
  supported: names('key name unique sparse partialFilterExpression expireAfterSeconds hidden collation'),
  // Builds are always done at once; the other options belong to kinds of indexes that are refused by their key.
  ignored: names(
    'v background ns dropDups storageEngine 2dsphereIndexVersion textIndexVersion weights default_language language_override bits min max',
  ),
  refused: names('wildcardProjection prepareUnique clustered'),
};
const FLAGS = ['unique', 'sparse', 'hidden'];
const OTHER_KINDS = new Set(['text', '2d', '2dsphere', 'hashed', 'geoHaystack', 'columnstore']);
const KEY_FIELDS_MAX = 32;
const EXPIRE_SECONDS_MAX = 2_147_483_647;
/** What the expression of a partial index may be made of. */
const PARTIAL_OPERATORS = new Set(['$eq', '$gt', '$gte', '$lt', '$lte', '$in', '$exists', '$type']);

/** The index as it is stored. Throws CannotCreateIndex and its relatives. */
export function specOf(fields: Fields): Doc {
  const key = fields.requiredDoc('key');
  const name = fields.string('name');
  checkKey(key);
  if (name === '' || name === '*' || name.includes('\0'))
    fail('CannotCreateIndex', `Invalid index name: ${show(name)}`);
  const collation = fields.optionalDoc('collation');
  if (collation && collation.locale !== 'simple') unsupported('an index with a collation');
  const spec: Doc = { v: new Int32(2), key, name };
  for (const flag of FLAGS) if (fields.isSet(flag)) spec[flag] = true;
  const partial = fields.optionalDoc('partialFilterExpression');
  if (partial) {
    checkPartial(partial);
    if (spec.sparse) fail('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options');
    spec.partialFilterExpression = partial;
  }
  const expireAfter = fields.value('expireAfterSeconds');
  if (expireAfter !== undefined) spec.expireAfterSeconds = checkExpiry(expireAfter, key);
  checkIdIndex(spec);
  return spec;
}

function checkKey(key: Doc): void {
  const paths = Object.keys(key);
  if (paths.length === 0) fail('CannotCreateIndex', 'Index keys cannot be an empty object.');
  if (paths.length > KEY_FIELDS_MAX) fail(13103, `Index key pattern has more than ${KEY_FIELDS_MAX} fields`);
  for (const path of paths) {
    const direction = key[path];
    if (path.includes('$**')) unsupported('a wildcard index');
    if (path.split('.').some((part) => part === '' || part.startsWith('$'))) {
      fail('CannotCreateIndex', `Index key contains an illegal field name: ${show(path)}`);
    }
    if (typeof direction === 'string' && OTHER_KINDS.has(direction))
      unsupported(`an index of the type '${direction}'`);
    if (typeof direction === 'string') fail('CannotCreateIndex', `Unknown index plugin '${direction}'`);
    if (!isNumber(direction) || !toDouble(direction)) {
      fail(
        'CannotCreateIndex',
        `Values in v:2 index key pattern cannot be of type ${typeOf(direction)} or 0. Only numbers > 0, numbers < 0, and strings are allowed.`,
      );
    }
  }
}

function checkPartial(expression: Doc): void {
  compileFilter(expression);
  for (const name of Object.keys(expression)) {
    const value = expression[name];
    if (name === '$and' && Array.isArray(value)) {
      for (const branch of value) if (isDoc(branch)) checkPartial(branch);
    } else if (name.startsWith('$')) {
      refusePartial(name);
    } else if (isOperatorDoc(value)) {
      const refused = Object.keys(value).find((operator) => !PARTIAL_OPERATORS.has(operator));
      if (refused !== undefined) refusePartial(refused);
      if (value.$exists !== undefined && !isTruthy(value.$exists)) refusePartial('$exists: false');
    }
  }
}

function refusePartial(operator: string): never {
  return fail('CannotCreateIndex', `Expression not supported in partial index: ${operator}`);
}

/** The seconds of a TTL index, or CannotCreateIndex. */
export function checkExpiry(value: Value, key: Doc): Value {
  const seconds = isNumber(value) ? toDouble(value) : Number.NaN;
  if (!(seconds >= 0 && seconds <= EXPIRE_SECONDS_MAX)) {
    fail(
      'CannotCreateIndex',
      `TTL index 'expireAfterSeconds' option must be within an acceptable range, found: ${show(value)}`,
    );
  }
  if (Object.keys(key).length !== 1 || key._id !== undefined) {
    fail('CannotCreateIndex', 'TTL indexes are single-field indexes, and not on _id');
  }
  return value;
}

function checkIdIndex({ key, ...options }: Doc): void {
  if (!isDoc(key) || Object.keys(key).length !== 1 || key._id === undefined) return;
  const option = [...FLAGS, 'partialFilterExpression'].find((name) => options[name] !== undefined);
  if (option !== undefined) {
    fail(
      'InvalidIndexSpecificationOption',
      `The field '${option}' is not valid for an _id index specification`,
    );
  }
}

/**
 * Is there this very index already? One with the same name but another meaning is IndexKeySpecsConflict (86),
 * one with the same meaning but another name or other options IndexOptionsConflict (85).
 */
export function findSame(indexes: readonly CollectionIndex[], spec: Doc): boolean {
  const sameName = indexes.find((index) => index.name === spec.name);
  if (sameName) {
    const known = sameName.stored.spec;
    if (!isSameKey(known, spec)) {
      return fail(
        'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${show(spec)}, existing index: ${show(known)}`,
      );
    }
    if (isSameOptions(known, spec)) return true;
    return fail(
      'IndexOptionsConflict',
      `An equivalent index already exists with the same name but different options. Requested index: ${show(spec)}, existing index: ${show(known)}`,
    );
  }
  const sameKey = indexes.find(({ stored }) => isSameKey(stored.spec, spec));
  if (!sameKey) return false;
  if (sameKey.name === '_id_') return true;
  return fail('IndexOptionsConflict', `Index already exists with a different name: ${sameKey.name}`);
}

/** The key with its directions, and what the index holds. */
function isSameKey(known: Doc, wanted: Doc): boolean {
  return (
    isEqual(known.key, wanted.key) && isEqual(known.partialFilterExpression, wanted.partialFilterExpression)
  );
}

function isSameOptions(known: Doc, wanted: Doc): boolean {
  if (firstFieldOf(known.key as Doc) === '_id' && known.name === '_id_') return true;
  return ['unique', 'sparse', 'expireAfterSeconds'].every((option) => isEqual(known[option], wanted[option]));
}
