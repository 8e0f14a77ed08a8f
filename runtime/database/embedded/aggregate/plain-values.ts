/**
 * Between our values and the plain JavaScript values that mingo computes with. Numbers lose their stored type
 * on the way there; on the way back a whole number becomes an int or a long, any other one a double.
 */
import { BSONRegExp, Decimal128, Double, Int32, Long } from 'bson';
import { type Doc, setField, typeOf, type Value } from '../bson/values.ts';
import { compileExpression as compileRegularExpression } from '../filter/regex.ts';

/** Longs beyond 2^53 and decimals stay as they are: no plain number can hold them. */
export function toPlain(value: Value): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Int32 || value instanceof Double) return value.value;
  if (value instanceof BSONRegExp) return compileRegularExpression(value);
  const type = typeOf(value);
  if (type === 'long') {
    const number = (value as Long).toNumber();
    return Number.isSafeInteger(number) ? number : value;
  }
  return type === 'object' ? mapFields(value as Doc, toPlain) : value;
}

export function fromPlain(value: unknown): Value {
  if (typeof value === 'number') return fromNumber(value);
  if (value === null || typeof value !== 'object') return value as Value;
  if (Array.isArray(value)) return value.map((element) => fromPlain(element) ?? null);
  if (value instanceof RegExp) return new BSONRegExp(value.source, value.flags.replaceAll(/[^ims]/g, ''));
  if (value instanceof Date || value instanceof Decimal128) return value;
  return typeOf(value as Value) === 'object' ? (mapFields(value as Doc, fromPlain) as Doc) : (value as Value);
}

function fromNumber(value: number): Value {
  switch (typeOf(value)) {
    case 'int':
      return new Int32(value);
    case 'long':
      return Long.fromNumber(value);
    default:
      return new Double(value);
  }
}

function mapFields(doc: Doc, map: (value: Value) => unknown): Record<string, unknown> {
  const result: Doc = {};
  for (const name of Object.keys(doc)) {
    const value = map(doc[name]);
    if (value !== undefined) setField(result, name, value as Value);
  }
  return result;
}
