/**
 * BSON values as the engine sees them: numbers keep the type they were stored with (Int32, Double, Long and
 * Decimal128 are different things), documents are plain objects, a missing field is `undefined`.
 */
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'bson';
import type { RawDocument } from './raw.ts';

export type NumberValue = number | Int32 | Double | Long | Decimal128;
/** A plain `number` only appears in what the engine made itself: counts, answers, aggregation results. */
export type Value =
  | undefined
  | null
  | boolean
  | string
  | NumberValue
  | Date
  | Binary
  | BSONRegExp
  | BSONSymbol
  | Code
  | MaxKey
  | MinKey
  | ObjectId
  | Timestamp
  | RawDocument
  | Value[]
  | Doc;
export interface Doc {
  [field: string]: Value;
}

/** MongoDB's names of the types, as `$type` uses them. */
export type TypeName = keyof typeof TYPE_CODES | 'missing';

/** The numbers of the types on the wire; `$type` accepts them too. */
export const TYPE_CODES = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
} as const;

// Looked up by prototype, not by `_bsontype` or `constructor`: a stored document may have fields of those names.
const BY_PROTOTYPE = new Map<object | null, TypeName>([
  [Object.prototype, 'object'],
  [Array.prototype, 'array'],
  [Date.prototype, 'date'],
  [Int32.prototype, 'int'],
  [Double.prototype, 'double'],
  [Long.prototype, 'long'],
  [Decimal128.prototype, 'decimal'],
  [ObjectId.prototype, 'objectId'],
  [Binary.prototype, 'binData'],
  [UUID.prototype, 'binData'],
  [Timestamp.prototype, 'timestamp'],
  [BSONRegExp.prototype, 'regex'],
  [BSONSymbol.prototype, 'symbol'],
  [MinKey.prototype, 'minKey'],
  [MaxKey.prototype, 'maxKey'],
]);

/** The type of a value by MongoDB's names. */
export function typeOf(value: Value): TypeName {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'undefined':
      return 'missing';
    case 'number':
      return numberTypeOf(value);
  }
  if (value === null) return 'null';
  const name = BY_PROTOTYPE.get(Object.getPrototypeOf(value));
  if (name !== undefined) return name;
  if (value instanceof Code) return value.scope ? 'javascriptWithScope' : 'javascript';
  return 'object';
}

function numberTypeOf(value: number): TypeName {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return 'double';
  return value >= -0x80000000 && value <= 0x7fffffff ? 'int' : 'long';
}

/**
 * MongoDB's order of types. Values of different brackets never equal each other, and `$lt`/`$gt` only look
 * inside one. The numbers are also the first byte of an index key, so 0 and 255 stay free.
 * Source: https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */
const BRACKETS: Readonly<Record<TypeName, number>> = {
  minKey: 5,
  undefined: 8,
  missing: 10,
  null: 10,
  int: 20,
  long: 20,
  double: 20,
  decimal: 20,
  string: 30,
  symbol: 30,
  object: 40,
  array: 50,
  binData: 60,
  objectId: 70,
  bool: 80,
  date: 90,
  timestamp: 100,
  regex: 110,
  dbPointer: 115,
  javascript: 120,
  javascriptWithScope: 130,
  maxKey: 250,
};
export const BRACKET = {
  minKey: 5,
  emptyArray: 8,
  null: 10,
  number: 20,
  string: 30,
  object: 40,
  array: 50,
  binData: 60,
  objectId: 70,
  bool: 80,
  date: 90,
  timestamp: 100,
  regex: 110,
  maxKey: 250,
} as const;

export function bracketOf(value: Value): number {
  return BRACKETS[typeOf(value)];
}

export function isNumber(value: Value): value is NumberValue {
  return bracketOf(value) === BRACKET.number;
}

export function isDoc(value: Value): value is Doc {
  return typeOf(value) === 'object';
}

/** What MongoDB takes for true where it wants a flag: everything but false, null, missing and zero. */
export function isTruthy(value: Value): boolean {
  if (value === undefined || value === null || value === false) return false;
  return !isNumber(value) || Number(value.toString()) !== 0;
}

/** The field's value; only a document's own fields count, so `constructor` is no field of `{}`. */
export function fieldOf(doc: Doc, name: string): Value {
  return Object.hasOwn(doc, name) ? doc[name] : undefined;
}

/** Sets a field under any name; an assignment to `__proto__` would change the object instead. */
export function setField(doc: Doc, name: string, value: Value): void {
  if (name === '__proto__') {
    Object.defineProperty(doc, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    doc[name] = value;
  }
}

/** The first field's name, or the empty string. */
export function firstFieldOf(doc: Doc): string {
  for (const name in doc) return name;
  return '';
}
