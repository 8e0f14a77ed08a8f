/** `$all`, `$elemMatch` and `$size`. */
import { toInteger } from '../bson/numbers.ts';
import { show } from '../bson/show.ts';
import { type Doc, firstFieldOf, isDoc, isNumber, type Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import { type Condition, onValue, type ValueTest } from './condition.ts';
import { compileFilter, conditionOf, type FilterContext, isOperatorDoc } from './filter.ts';

const NEVER: Condition = { kind: 'leaf', test: () => false };

export function all(argument: Value, context: FilterContext): Condition {
  if (!Array.isArray(argument)) fail('BadValue', '$all needs an array');
  if (argument.length === 0) return NEVER;
  const isOfElements = isOperatorDoc(argument[0]);
  return {
    kind: 'all',
    of: argument.map((one) => {
      if (
        isOperatorDoc(one) !== isOfElements ||
        (isDoc(one) && isOfElements && firstFieldOf(one) !== '$elemMatch')
      ) {
        fail('BadValue', 'no $ expressions in $all');
      }
      return conditionOf(one, context);
    }),
  };
}

/** Either a filter on the documents in an array, or operators on its values. */
export function elemMatch(argument: Value, context: FilterContext): Condition {
  if (!isDoc(argument)) fail('BadValue', '$elemMatch needs an Object');
  const test = isOfValues(argument)
    ? onValue(conditionOf(argument, context))
    : elementTest(argument, context);
  return {
    kind: 'whole',
    test: (value, note) => {
      const index = Array.isArray(value) ? value.findIndex((element) => test(element)) : -1;
      if (note && index >= 0) note.position = index;
      return index >= 0;
    },
  };
}

function isOfValues(argument: Doc): boolean {
  const first = firstFieldOf(argument);
  return isOperatorDoc(argument) && !['$and', '$or', '$nor', '$expr', '$where'].includes(first);
}

function elementTest(filter: Doc, context: FilterContext): ValueTest {
  const test = compileFilter(filter, context);
  return (element) => {
    if (isDoc(element)) return test(element);
    // An array in the array is looked at like a document with the fields 0, 1, 2, ….
    return Array.isArray(element) && test(Object.fromEntries(element.entries()));
  };
}

export function hasSize(argument: Value): Condition {
  const size = isNumber(argument) ? toInteger(argument) : undefined;
  if (size === undefined)
    fail('BadValue', `Failed to parse $size. Expected an integer in: $size: ${show(argument)}`);
  if (size < 0n) fail('BadValue', `Failed to parse $size. Expected a non-negative number in: $size: ${size}`);
  return { kind: 'whole', test: (value) => Array.isArray(value) && BigInt(value.length) === size };
}
