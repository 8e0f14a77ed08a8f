/** The operators on arrays: `$addToSet $pop $pull $pullAll`; `$push` has a file of its own. */
import { BSONRegExp } from 'bson';
import { isEqual } from '../bson/compare.ts';
import { toDouble } from '../bson/numbers.ts';
import { show } from '../bson/show.ts';
import { isDoc, isNumber, typeOf, type Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import { onPath, type ValueTest } from '../filter/condition.ts';
import { compileFilter, conditionOf, type FilterContext, isOperatorDoc } from '../filter/filter.ts';
import type { Change, Modifier } from './modifier.ts';
import { read, write } from './place.ts';
import { push } from './push.ts';

export const ARRAY_MODIFIERS: Readonly<Record<string, Modifier>> = {
  $push: { makesPlace: true, compile: push },
  $addToSet: { makesPlace: true, compile: addToSet },
  $pop: { makesPlace: false, compile: pop },
  $pull: {
    makesPlace: false,
    compile: (argument, _path, context) => keepUnless(pullTest(argument, context)),
  },
  $pullAll: { makesPlace: false, compile: pullAll },
};

function addToSet(argument: Value, _path: string, context: FilterContext): Change {
  const hasEach = isDoc(argument) && argument.$each !== undefined;
  const additions = hasEach ? argument.$each : [argument];
  if (!Array.isArray(additions)) {
    fail(
      'TypeMismatch',
      `The argument to $each in $addToSet must be an array but it was of type ${typeOf(additions)}`,
    );
  }
  if (hasEach && Object.keys(argument).length > 1) {
    fail('BadValue', `Found unexpected fields after $each in $addToSet: ${show(argument)}`);
  }
  return (place, { path }) => {
    const value = read(place) ?? [];
    if (!Array.isArray(value)) {
      fail(
        'BadValue',
        `Cannot apply $addToSet to non-array field. Field named '${path}' has non-array type ${typeOf(value)}`,
      );
    }
    const result = [...value];
    for (const addition of additions) {
      if (!result.some((element) => isEqual(element, addition, context.collator))) result.push(addition);
    }
    write(place, result);
  };
}

function pop(argument: Value): Change {
  const end = isNumber(argument) ? toDouble(argument) : 0;
  if (end !== 1 && end !== -1) fail('FailedToParse', `$pop expects 1 or -1, found: ${show(argument)}`);
  return (place, { path }) => {
    const value = read(place);
    if (value === undefined) return;
    if (!Array.isArray(value)) {
      fail('TypeMismatch', `Path '${path}' contains an element of non-array type '${typeOf(value)}'`);
    }
    write(place, end < 0 ? value.slice(1) : value.slice(0, -1));
  };
}

function pullAll(argument: Value, _path: string, context: FilterContext): Change {
  if (!Array.isArray(argument)) {
    fail('BadValue', `$pullAll requires an array argument but was given a ${typeOf(argument)}`);
  }
  return keepUnless((element) => argument.some((one) => isEqual(element, one, context.collator)));
}

function keepUnless(isUnwanted: ValueTest): Change {
  return (place) => {
    const value = read(place);
    if (value === undefined) return;
    if (!Array.isArray(value)) fail('BadValue', 'Cannot apply $pull to a non-array value');
    write(
      place,
      value.filter((element) => !isUnwanted(element)),
    );
  };
}

/** Operators and expressions test each element, a document is a filter on the documents among them. */
function pullTest(argument: Value, context: FilterContext): ValueTest {
  if (isOperatorDoc(argument) || argument instanceof BSONRegExp) {
    const test = onPath(conditionOf(argument, context), 'element');
    return (element) => test({ element });
  }
  if (isDoc(argument)) {
    const test = compileFilter(argument, context);
    return (element) => isDoc(element) && test(element);
  }
  return (element) => isEqual(element, argument, context.collator);
}
