/** Compares what came with what a specification expects, by the rules of the unified test format. */
import { Binary, BSON, type Document, Double, Int32, Long, ObjectId, Timestamp } from 'mongodb';

/** What came is not what was to come. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
}
/** Looks up what `$$matchesEntity` and `$$sessionLsid` refer to. */
export interface References {
  get(id: string): unknown;
  lsid(id: string): unknown;
}
interface Place {
  path: string;
  /** A document at the root may have more fields than expected; one inside may not. */
  isRoot: boolean;
  references: References;
}

/** Throws Mismatch. */
export function match(expected: unknown, actual: unknown, place: Place): void {
  if (isPlain(expected)) {
    const [operator] = Object.keys(expected);
    if (operator?.startsWith('$$')) matchOperator(operator, expected[operator], actual, place);
    else matchDocument(expected, actual, place);
  } else if (Array.isArray(expected)) matchArray(expected, actual, place);
  else if (textOf(expected) !== textOf(actual)) differ(place, expected, actual);
}

function matchDocument(expected: Document, actual: unknown, place: Place): void {
  const found = actual instanceof Map ? Object.fromEntries(actual) : actual;
  if (!isObject(found)) differ(place, expected, actual);
  for (const [name, value] of Object.entries(expected)) {
    match(value, found[name], { ...place, path: `${place.path}.${name}`, isRoot: false });
  }
  if (place.isRoot) return;
  // This driver adds `wtimeout` to the write concern of every commit.
  const isExtra = (name: string): boolean =>
    found[name] !== undefined && !(name in expected) && name !== 'wtimeout';
  const extra = Object.keys(found).filter(isExtra);
  if (extra.length > 0) throw new Mismatch(`${place.path} has more fields: ${extra.join(', ')}`);
}

/** The elements of a list at the root are roots too: the documents of a cursor. */
function matchArray(expected: readonly unknown[], actual: unknown, place: Place): void {
  if (!Array.isArray(actual) || actual.length !== expected.length) differ(place, expected, actual);
  for (const [index, value] of expected.entries())
    match(value, actual[index], { ...place, path: `${place.path}[${index}]` });
}

function matchOperator(operator: string, operand: unknown, actual: unknown, place: Place): void {
  const { references } = place;
  const require = (holds: boolean): void => {
    if (!holds) differ(place, { [operator]: operand }, actual);
  };
  switch (operator) {
    case '$$exists':
      require((actual !== undefined) === operand);
      break;
    case '$$unsetOrMatches':
      if (actual !== undefined && actual !== null) match(operand, actual, place);
      break;
    case '$$type':
      require([operand].flat().some((type) => hasType(actual, String(type))));
      break;
    case '$$matchesEntity':
      match(references.get(String(operand)), actual, place);
      break;
    case '$$sessionLsid':
      match(references.lsid(String(operand)), actual, place);
      break;
    case '$$matchesHexBytes':
      require(Buffer.isBuffer(actual) && actual.toString('hex') === operand);
      break;
    default:
      throw new Error(`the runner does not know the operator ${operator}`);
  }
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'int':
    case 'long':
    case 'double':
    case 'number':
      return typeof numberOf(value) === 'number';
    case 'string':
      return typeof value === 'string';
    case 'bool':
      return typeof value === 'boolean';
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value) && !Array.isArray(value);
    case 'objectId':
      return value instanceof ObjectId;
    case 'binData':
      return value instanceof Binary;
    case 'date':
      return value instanceof Date;
    case 'timestamp':
      return value instanceof Timestamp;
    default:
      throw new Error(`the runner does not know the type ${type}`);
  }
}

/** All kinds of numbers with one value are the same here. */
function numberOf(value: unknown): unknown {
  if (value instanceof Int32 || value instanceof Double) return value.valueOf();
  if (value instanceof Long && !(value instanceof Timestamp)) return value.toNumber();
  return typeof value === 'bigint' ? Number(value) : value;
}

function textOf(value: unknown): string {
  return BSON.EJSON.stringify({ value: numberOf(value) });
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null;
}

function isPlain(value: unknown): value is Document {
  return isObject(value) && !Array.isArray(value) && !('_bsontype' in value) && !(value instanceof Date);
}

function differ({ path }: Place, expected: unknown, actual: unknown): never {
  const shown = (value: unknown): string => BSON.EJSON.stringify({ value }).slice(9, 260);
  throw new Mismatch(`${path}: expected ${shown(expected)}, got ${shown(actual)}`);
}
