/**
 * Numbers of four kinds (int, long, double, decimal) compared and added exactly, whatever their mix. Where
 * doubles do not suffice, a number is taken as `units * 10^exponent` with a big integer: every double,
 * long and decimal is such a number.
 */
import { Decimal128, Double, Int32, Long } from 'bson';
import { MongoError } from '../errors.ts';
import { type NumberValue, typeOf } from './values.ts';

/** A finite number as `units * 10^exponent`. */
export interface Exact {
  units: bigint;
  exponent: number;
}
type Special = 'nan' | 'infinity' | '-infinity';

const INT_MAX = 2n ** 31n - 1n;
const INT_MIN = -(2n ** 31n);
const LONG_MAX = 2n ** 63n - 1n;
const LONG_MIN = -(2n ** 63n);

/** The nearest double. */
export function toDouble(value: NumberValue): number {
  if (typeof value === 'number') return value;
  if (value instanceof Decimal128) return decimalToDouble(value);
  return value instanceof Long ? value.toNumber() : value.value;
}

function decimalToDouble(value: Decimal128): number {
  const exact = toExact(value);
  if (typeof exact === 'string') return SPECIAL_DOUBLES[exact];
  return Number(`${exact.units}e${exact.exponent}`);
}

const SPECIAL_DOUBLES = { nan: Number.NaN, infinity: Infinity, '-infinity': -Infinity } as const;

/** The whole number, or undefined when it has a fraction, is not finite or does not fit 64 bits. */
export function toInteger(value: NumberValue): bigint | undefined {
  if (value instanceof Long) return value.toBigInt();
  const exact = toExact(value);
  if (typeof exact === 'string') return undefined;
  const { units, exponent } = exact;
  if (exponent > 20) return units === 0n ? 0n : undefined;
  if (exponent < -6200) return undefined;
  const scale = 10n ** BigInt(Math.abs(exponent));
  if (exponent < 0 && units % scale !== 0n) return undefined;
  const whole = exponent < 0 ? units / scale : units * scale;
  return whole > LONG_MAX || whole < LONG_MIN ? undefined : whole;
}

/** The exact value; `nan` and the infinities have none. */
export function toExact(value: NumberValue): Exact | Special {
  if (value instanceof Decimal128) return decimalParts(value);
  if (value instanceof Long) return { units: value.toBigInt(), exponent: 0 };
  return doubleParts(typeof value === 'number' ? value : value.value);
}

function decimalParts(value: Decimal128): Exact | Special {
  const text = value.toString();
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(text);
  if (!match) return text === 'NaN' ? 'nan' : text.startsWith('-') ? '-infinity' : 'infinity';
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  return { units: BigInt(sign + whole + fraction), exponent: Number(exponent) - fraction.length };
}

/** A double with a fraction is m / 2^k, which is m * 5^k / 10^k. */
function doubleParts(value: number): Exact | Special {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'infinity' : '-infinity';
  let mantissa = value;
  let halvings = 0;
  while (!Number.isInteger(mantissa) && halvings < 1100) {
    mantissa *= 2;
    halvings += 1;
  }
  return { units: BigInt(mantissa) * 5n ** BigInt(halvings), exponent: -halvings };
}

/** -1, 0 or 1 by value alone: 1 and 1.0 are equal, NaN is below every other number and equals itself. */
export function compareNumbers(left: NumberValue, right: NumberValue): number {
  if (left instanceof Long && right instanceof Long) return left.compare(right);
  if (isWide(left) || isWide(right)) return compareExact(toExact(left), toExact(right));
  const a = toDouble(left);
  const b = toDouble(right);
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
}

function isWide(value: NumberValue): boolean {
  return value instanceof Long || value instanceof Decimal128;
}

const SPECIAL_RANKS = { nan: 0, '-infinity': 1, infinity: 3 } as const;

function compareExact(left: Exact | Special, right: Exact | Special): number {
  if (typeof left === 'string' || typeof right === 'string') {
    const rank = (side: Exact | Special): number => (typeof side === 'string' ? SPECIAL_RANKS[side] : 2);
    return Math.sign(rank(left) - rank(right));
  }
  const exponent = Math.min(left.exponent, right.exponent);
  const a = scaled(left, exponent);
  const b = scaled(right, exponent);
  return a < b ? -1 : a > b ? 1 : 0;
}

function scaled(value: Exact, exponent: number): bigint {
  return value.units === 0n ? 0n : value.units * 10n ** BigInt(value.exponent - exponent);
}

/**
 * Sum or product in MongoDB's result type: decimal before double before long before int; an int that
 * overflows becomes a long, a long that overflows is an error (BadValue).
 */
export function add(left: NumberValue, right: NumberValue): NumberValue {
  return combine(
    left,
    right,
    (a, b) => a + b,
    (a, b) => a + b,
    addExact,
  );
}
export function multiply(left: NumberValue, right: NumberValue): NumberValue {
  return combine(
    left,
    right,
    (a, b) => a * b,
    (a, b) => a * b,
    (a, b) => ({ units: a.units * b.units, exponent: a.exponent + b.exponent }),
  );
}

function addExact(left: Exact, right: Exact): Exact {
  const exponent = Math.min(left.exponent, right.exponent);
  return { units: scaled(left, exponent) + scaled(right, exponent), exponent };
}

function combine(
  left: NumberValue,
  right: NumberValue,
  doubles: (a: number, b: number) => number,
  integers: (a: bigint, b: bigint) => bigint,
  decimals: (a: Exact, b: Exact) => Exact,
): NumberValue {
  const types = [typeOf(left), typeOf(right)];
  if (types.includes('decimal')) {
    const a = toExact(asDecimal(left));
    const b = toExact(asDecimal(right));
    if (typeof a !== 'string' && typeof b !== 'string') return fromExact(decimals(a, b));
    return fromDouble(doubles(toDouble(left), toDouble(right)));
  }
  if (types.includes('double')) return new Double(doubles(toDouble(left), toDouble(right)));
  const result = integers(BigInt(left.toString()), BigInt(right.toString()));
  if (!types.includes('long') && result >= INT_MIN && result <= INT_MAX) return new Int32(Number(result));
  if (result < LONG_MIN || result > LONG_MAX) throw new MongoError('BadValue', 'integer overflow');
  return Long.fromBigInt(result);
}

/** A double meets a decimal with its first 15 digits, as in MongoDB: 0.1 means 0.1 there. */
function asDecimal(value: NumberValue): NumberValue {
  if (typeOf(value) !== 'double') return value;
  const double = toDouble(value);
  return Number.isFinite(double) ? Decimal128.fromString(double.toPrecision(15)) : value;
}

// IEEE 754-2008 decimal128: 34 digits, the least exponent of the last digit, the largest of the first.
const DECIMAL_DIGITS = 34;
const DECIMAL_EXPONENT_MIN = -6176;
const DECIMAL_MAGNITUDE_MAX = 6144;

/** Rounded, half to even, to what a Decimal128 holds: what is too large becomes infinite, what is too small 0. */
export function fromExact(exact: Exact): Decimal128 {
  const least = Math.max(DECIMAL_EXPONENT_MIN, exact.exponent + digitsOf(exact.units) - DECIMAL_DIGITS);
  const { units, exponent } = least > exact.exponent ? roundedTo(exact, least) : exact;
  if (units === 0n)
    return Decimal128.fromString(`0E${Math.min(exponent, DECIMAL_MAGNITUDE_MAX - DECIMAL_DIGITS + 1)}`);
  if (exponent + digitsOf(units) - 1 > DECIMAL_MAGNITUDE_MAX)
    return fromDouble(units > 0n ? Infinity : -Infinity);
  // A carry may have made a 35th digit, a 0, which the rounding of the text drops.
  return Decimal128.fromStringWithRounding(`${units}E${exponent}`);
}

function digitsOf(units: bigint): number {
  return String(units < 0n ? -units : units).length;
}

function roundedTo({ units, exponent }: Exact, least: number): Exact {
  // Beyond so many digits nothing is left to be rounded, and the power of ten would only cost time.
  if (least - exponent > digitsOf(units) + 1) return { units: 0n, exponent: least };
  const divisor = 10n ** BigInt(least - exponent);
  const [whole, rest] = [units / divisor, units % divisor];
  const twice = 2n * (rest < 0n ? -rest : rest);
  const isUp = twice > divisor || (twice === divisor && whole % 2n !== 0n);
  return { units: isUp ? whole + (units < 0n ? -1n : 1n) : whole, exponent: least };
}

function fromDouble(value: number): Decimal128 {
  if (Number.isNaN(value)) return Decimal128.fromString('NaN');
  return Decimal128.fromString(value > 0 ? 'Infinity' : '-Infinity');
}
