/** The operators that set one value: `$set $unset $inc $mul $min $max $currentDate $bit`. */
import { Int32, Long, Timestamp } from 'bson';
import { compare } from '../bson/compare.ts';
import { add, multiply } from '../bson/numbers.ts';
import { show } from '../bson/show.ts';
import { isDoc, isNumber, type NumberValue, typeOf, type Value } from '../bson/values.ts';
import { fail, MongoError } from '../errors.ts';
import type { Change, Modifier, Target } from './modifier.ts';
import { read, remove, write } from './place.ts';

const set: Modifier = { makesPlace: true, compile: (argument) => (place) => write(place, argument) };

export const FIELD_MODIFIERS: Readonly<Record<string, Modifier>> = {
  $set: set,
  $setOnInsert: { ...set, onInsertOnly: true },
  $unset: { makesPlace: false, compile: () => remove },
  $inc: arithmetic('$inc', 'increment', add, (amount) => amount),
  $mul: arithmetic('$mul', 'multiply', multiply, (amount) => multiply(amount, new Int32(0))),
  $min: keepIf((order) => order < 0),
  $max: keepIf((order) => order > 0),
  $currentDate: { makesPlace: true, compile: currentDate },
  $bit: { makesPlace: true, compile: bits },
};

function arithmetic(
  name: string,
  verb: string,
  combine: (value: NumberValue, amount: NumberValue) => NumberValue,
  whenMissing: (amount: NumberValue) => NumberValue,
): Modifier {
  return {
    makesPlace: true,
    compile: (amount, path) => {
      if (!isNumber(amount)) {
        fail('TypeMismatch', `Cannot ${verb} with non-numeric argument: {${path}: ${show(amount)}}`);
      }
      return (place, target) => {
        const value = read(place);
        if (value === undefined) return write(place, whenMissing(amount));
        if (!isNumber(value)) return notNumeric(name, value, target);
        write(place, combined(name, combine, value, amount, target));
      };
    },
  };
}

function combined(
  name: string,
  combine: (value: NumberValue, amount: NumberValue) => NumberValue,
  value: NumberValue,
  amount: NumberValue,
  target: Target,
): NumberValue {
  try {
    return combine(value, amount);
  } catch (error) {
    if (!(error instanceof MongoError)) throw error;
    return fail(
      'BadValue',
      `Failed to apply ${name} operations to current value (${show(value)}) for document {_id: ${show(target.doc._id)}}`,
    );
  }
}

function notNumeric(name: string, value: Value, target: Target): never {
  return fail(
    'TypeMismatch',
    `Cannot apply ${name} to a value of non-numeric type. {_id: ${show(target.doc._id)}} has the field '${target.path}' of non-numeric type ${typeOf(value)}`,
  );
}

function keepIf(isBetter: (order: number) => boolean): Modifier {
  return {
    makesPlace: true,
    compile: (argument) => (place) => {
      const value = read(place);
      if (value === undefined || isBetter(compare(argument, value))) write(place, argument);
    },
  };
}

function currentDate(argument: Value): Change {
  const type = isDoc(argument) ? argument.$type : undefined;
  if (type === 'timestamp') {
    return (place, { now }) => write(place, new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 }));
  }
  if (type !== 'date' && typeof argument !== 'boolean') {
    fail(
      'BadValue',
      `${typeOf(argument)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    );
  }
  return (place, { now }) => write(place, now);
}

const BIT_OPERATIONS: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
};

function bits(argument: Value): Change {
  if (!isDoc(argument) || Object.keys(argument).length === 0) {
    fail(
      'BadValue',
      `The $bit modifier is not compatible with a ${typeOf(argument)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    );
  }
  const steps = Object.keys(argument).map((name) => {
    const operation = Object.hasOwn(BIT_OPERATIONS, name) ? BIT_OPERATIONS[name] : undefined;
    const operand = argument[name];
    if (!operation) fail('BadValue', `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}'`);
    if (!isWhole(operand)) fail('BadValue', 'The $bit modifier field must be an Integer(32/64 bit)');
    return { operation, operand };
  });
  return (place, target) => {
    const value = read(place) ?? new Int32(0);
    if (!isWhole(value)) {
      fail(
        'BadValue',
        `Cannot apply $bit to a value of non-integral type. _id: ${show(target.doc._id)} has the field ${target.path} of non-integer type ${typeOf(value)}`,
      );
    }
    write(
      place,
      steps.reduce<Int32 | Long>(
        (bitsSoFar, { operation, operand }) => applyBits(operation, bitsSoFar, operand),
        value,
      ),
    );
  };
}

function isWhole(value: Value): value is Int32 | Long {
  return value instanceof Int32 || (value instanceof Long && typeOf(value) === 'long');
}

function applyBits(
  operation: (a: bigint, b: bigint) => bigint,
  left: Int32 | Long,
  right: Int32 | Long,
): Int32 | Long {
  const result = operation(BigInt(left.toString()), BigInt(right.toString()));
  if (left instanceof Int32 && right instanceof Int32) return new Int32(Number(BigInt.asIntN(32, result)));
  return Long.fromBigInt(BigInt.asIntN(64, result));
}
