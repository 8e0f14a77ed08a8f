/** `$type`: by name, by number, or by a list of both. */
import { toDouble } from '../bson/numbers.ts';
import { isNumber, TYPE_CODES, typeOf, type Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import type { ValueTest } from './condition.ts';

const NAMES = new Map<number, string>(Object.entries(TYPE_CODES).map(([name, code]) => [code, name]));

export function hasType(argument: Value): ValueTest {
  const wanted = (Array.isArray(argument) ? argument : [argument]).map(typeName);
  if (wanted.length === 0) fail('FailedToParse', '$type must match at least one type');
  const wantsNumber = wanted.includes('number');
  return (value) => wanted.includes(typeOf(value)) || (wantsNumber && isNumber(value));
}

function typeName(type: Value): string {
  if (isNumber(type))
    return NAMES.get(toDouble(type)) ?? fail('BadValue', `Invalid numerical type code: ${type}`);
  if (typeof type !== 'string') fail('TypeMismatch', 'type must be represented as a number or a string');
  if (type !== 'number' && !Object.hasOwn(TYPE_CODES, type))
    fail('BadValue', `Unknown type name alias: ${type}`);
  return type;
}
