/** `$convert` and its short forms. A value that can't be converted is ConversionFailure (241). */
import { Decimal128, Double, Int32, Long, ObjectId, Timestamp } from 'bson';
import { fromExact, toDouble, toExact } from '../../bson/numbers.ts';
import { show } from '../../bson/show.ts';
import { isNumber, isTruthy, type NumberValue, TYPE_CODES, typeOf, type Value } from '../../bson/values.ts';
import { fail, MongoError } from '../../errors.ts';
import { type ExpressionFunction, type FunctionTable, isNullish, ofList, ofNamed } from './function.ts';

type Conversion = (value: Exclude<Value, null | undefined>) => Value;

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  string: toText,
  int: (value) => new Int32(Number(toWhole(value, 'int', -(2n ** 31n), 2n ** 31n - 1n))),
  long: (value) => Long.fromBigInt(toWhole(value, 'long', -(2n ** 63n), 2n ** 63n - 1n)),
  double: (value) => new Double(toDouble(toNumber(value, 'double'))),
  decimal: (value) => {
    const number = toNumber(value, 'decimal');
    return number instanceof Decimal128 ? number : Decimal128.fromString(String(number));
  },
  bool: (value) => isTruthy(value),
  date: toDate,
  objectId: (value) => {
    if (value instanceof ObjectId) return value;
    return typeof value === 'string' && /^[0-9a-f]{24}$/i.test(value)
      ? new ObjectId(value)
      : failed(value, 'objectId');
  },
};

export const CONVERSION: FunctionTable = {
  $toString: short('string'),
  $toInt: short('int'),
  $toLong: short('long'),
  $toDouble: short('double'),
  $toDecimal: short('decimal'),
  $toBool: short('bool'),
  $toDate: short('date'),
  $toObjectId: short('objectId'),
  $isNumber: ofList(([value]) => isNumber(value)),
  $convert: ofNamed(({ input, to, onError, onNull }) => {
    if (isNullish(input)) return onNull ?? null;
    try {
      return convert(input, targetOf(to));
    } catch (error) {
      if (error instanceof MongoError && onError !== undefined) return onError;
      throw error;
    }
  }),
};

function short(type: string): ExpressionFunction {
  return ofList(([value]) => (isNullish(value) ? null : convert(value, type)));
}

function convert(value: Exclude<Value, null | undefined>, type: string): Value {
  const conversion = Object.hasOwn(CONVERSIONS, type) ? CONVERSIONS[type] : undefined;
  return conversion ? conversion(value) : fail('BadValue', `Unknown type name in $convert: ${type}`);
}

function targetOf(to: Value): string {
  if (typeof to === 'string') return to;
  const code = isNumber(to) ? toDouble(to) : Number.NaN;
  return (
    Object.entries(TYPE_CODES).find(([, one]) => one === code)?.[0] ??
    fail('FailedToParse', `$convert's 'to' argument is no type: ${show(to)}`)
  );
}

function toText(value: Value): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof ObjectId) return value.toHexString();
  if (typeof value === 'string' || typeof value === 'boolean' || isNumber(value)) return String(value);
  return failed(value, 'string');
}

function toNumber(value: Value, type: string): NumberValue {
  if (isNumber(value)) return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) {
    return type === 'decimal' ? toDecimal(value) : Number(value);
  }
  return failed(value, type);
}

/** The text of a number, rounded to 34 digits. */
function toDecimal(text: string): Decimal128 {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? failed(text, 'decimal');
  const units = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  const decimal = fromExact({ units, exponent: Number(power) - fraction.length });
  return typeof toExact(decimal) === 'string' ? failed(text, 'decimal') : decimal;
}

/** Fractions are cut off; a string must be a whole number. */
function toWhole(value: Value, type: string, min: bigint, max: bigint): bigint {
  if (typeof value === 'string') {
    if (!/^[+-]?\d{1,19}$/.test(value)) return failed(value, type);
    return inRange(BigInt(value), value, type, min, max);
  }
  const exact = toExact(toNumber(value, type));
  if (typeof exact === 'string' || exact.exponent > 40) return failed(value, type);
  const scale = 10n ** BigInt(Math.abs(exact.exponent));
  return inRange(exact.exponent < 0 ? exact.units / scale : exact.units * scale, value, type, min, max);
}

function inRange(whole: bigint, value: Value, type: string, min: bigint, max: bigint): bigint {
  return whole < min || whole > max ? failed(value, type) : whole;
}

function toDate(value: Value): Date {
  if (value instanceof Date) return value;
  if (value instanceof ObjectId) return value.getTimestamp();
  if (value instanceof Timestamp) return new Date(value.t * 1000);
  const isTime = isNumber(value) && typeOf(value) !== 'int';
  const date = isTime
    ? new Date(Math.trunc(toDouble(value)))
    : typeof value === 'string'
      ? new Date(value)
      : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? failed(value, 'date') : date;
}

function failed(value: Value, type: string): never {
  return fail(
    'ConversionFailure',
    `Failed to convert ${show(value)} of type ${typeOf(value)} to ${type} in $convert with no onError value`,
  );
}
