/** Arithmetic that keeps the types of numbers: ints stay ints, decimals stay exact. */
import { Decimal128, Double, Int32, Long } from 'bson';
import { add, type Exact, fromExact, multiply, toDouble, toExact } from '../../bson/numbers.ts';
import { isNumber, type NumberValue, typeOf, type Value } from '../../bson/values.ts';
import { fail, MongoError } from '../../errors.ts';
import { type FunctionTable, isNullish, ofList } from './function.ts';

const MINUS_ONE = new Int32(-1);
const DECIMAL_DIGITS = 34;

export const ARITHMETIC: FunctionTable = {
  $add: ofList(sumWithDate),
  $multiply: ofList((values) => {
    if (values.some(isNullish)) return null;
    return values.map((value) => numeric('$multiply', value)).reduce(multiplyOrDouble, new Int32(1));
  }),
  $subtract: ofList(([left, right]) => subtract(left, right)),
  $divide: ofList(([left, right]) => {
    if (isNullish(left) || isNullish(right)) return null;
    return divide(numeric('$divide', left), numeric('$divide', right));
  }),
  $mod: ofList(([left, right]) => {
    if (isNullish(left) || isNullish(right)) return null;
    return remainder(numeric('$mod', left), numeric('$mod', right));
  }),
  $abs: ofList(([value]) => {
    if (isNullish(value)) return null;
    const number = numeric('$abs', value);
    return toDouble(number) < 0 ? multiplyOrDouble(number, MINUS_ONE) : number;
  }),
};

/** A sum that overflows 64 bits goes on as a double, as in MongoDB's aggregation. */
export function addOrDouble(left: NumberValue, right: NumberValue): NumberValue {
  try {
    return add(left, right);
  } catch (error) {
    if (!(error instanceof MongoError)) throw error;
    return new Double(toDouble(left) + toDouble(right));
  }
}

function multiplyOrDouble(left: NumberValue, right: NumberValue): NumberValue {
  try {
    return multiply(left, right);
  } catch (error) {
    if (!(error instanceof MongoError)) throw error;
    return new Double(toDouble(left) * toDouble(right));
  }
}

/** A double, or a decimal when one of the two is one. */
export function divide(left: NumberValue, right: NumberValue): NumberValue {
  if (toDouble(right) === 0) fail('BadValue', "can't $divide by zero");
  const a = toExact(left);
  const b = toExact(right);
  const isDecimal = left instanceof Decimal128 || right instanceof Decimal128;
  if (!isDecimal || typeof a === 'string' || typeof b === 'string')
    return new Double(toDouble(left) / toDouble(right));
  return fromExact(quotient(a, b));
}

function quotient(left: Exact, right: Exact): Exact {
  const scale = DECIMAL_DIGITS + String(right.units).length;
  const units = (left.units * 10n ** BigInt(scale)) / right.units;
  const digits = /0*$/.exec(String(units))?.[0].length ?? 0;
  const zeros = units === 0n ? 0 : Math.min(digits, scale);
  return { units: units / 10n ** BigInt(zeros), exponent: left.exponent - right.exponent - scale + zeros };
}

function sumWithDate(values: readonly Value[]): Value {
  if (values.some(isNullish)) return null;
  const dates = values.filter((value) => value instanceof Date);
  if (dates.length > 1) fail(16612, 'only one date allowed in an $add expression');
  const sum = values
    .filter((value) => !(value instanceof Date))
    .map((value) => numeric('$add', value, ' or date'))
    .reduce(addOrDouble, new Int32(0));
  const [date] = dates;
  return date ? new Date(date.getTime() + Math.round(toDouble(sum))) : sum;
}

function subtract(left: Value, right: Value): Value {
  if (isNullish(left) || isNullish(right)) return null;
  if (left instanceof Date && right instanceof Date) return Long.fromNumber(left.getTime() - right.getTime());
  if (left instanceof Date && isNumber(right)) return new Date(left.getTime() - Math.round(toDouble(right)));
  if (!isNumber(left) || !isNumber(right))
    return fail('TypeMismatch', `can't $subtract ${typeOf(right)} from ${typeOf(left)}`);
  return addOrDouble(left, multiplyOrDouble(right, MINUS_ONE));
}

function remainder(left: NumberValue, right: NumberValue): NumberValue {
  if (toDouble(right) === 0) fail(16610, "can't $mod by zero");
  const types = [typeOf(left), typeOf(right)];
  if (types.includes('double')) return new Double(toDouble(left) % toDouble(right));
  const a = toExact(left);
  const b = toExact(right);
  if (typeof a === 'string' || typeof b === 'string') return Decimal128.fromString('NaN');
  const exponent = Math.min(a.exponent, b.exponent);
  const units =
    (a.units * 10n ** BigInt(a.exponent - exponent)) % (b.units * 10n ** BigInt(b.exponent - exponent));
  if (types.includes('decimal')) return fromExact({ units, exponent });
  return types.includes('long') ? Long.fromBigInt(units) : new Int32(Number(units));
}

function numeric(operator: string, value: Value, also = ''): NumberValue {
  if (isNumber(value)) return value;
  return fail('TypeMismatch', `${operator} only supports numeric${also} types, not ${typeOf(value)}`);
}
