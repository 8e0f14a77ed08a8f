/** `$push` with its clauses: insert at `$position`, then `$sort`, then `$slice`. */
import { type Collator, compare } from '../bson/compare.ts';
import { toInteger } from '../bson/numbers.ts';
import { show } from '../bson/show.ts';
import { compileSort, parseSort, sortBy } from '../bson/sort.ts';
import { type Doc, isDoc, isNumber, typeOf, type Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import type { FilterContext } from '../filter/filter.ts';
import type { Change } from './modifier.ts';
import { read, write } from './place.ts';

const CLAUSES = new Set(['$each', '$position', '$sort', '$slice']);

export function push(argument: Value, _path: string, { collator }: FilterContext): Change {
  const append =
    isDoc(argument) && argument.$each !== undefined ? withClauses(argument, collator) : appendOne(argument);
  return (place, { path, doc }) => {
    const value = read(place) ?? [];
    if (!Array.isArray(value)) {
      fail(
        'BadValue',
        `The field '${path}' must be an array but is of type ${typeOf(value)} in document {_id: ${show(doc._id)}}`,
      );
    }
    write(place, append(value));
  };
}

type Append = (array: readonly Value[]) => Value[];

function appendOne(value: Value): Append {
  return (array) => [...array, value];
}

function withClauses(clauses: Doc, collator: Collator): Append {
  const unknown = Object.keys(clauses).find((name) => !CLAUSES.has(name));
  if (unknown !== undefined) fail('BadValue', `Unrecognized clause in $push: ${unknown}`);
  const { $each: each } = clauses;
  if (!Array.isArray(each)) {
    fail('BadValue', `The argument to $each in $push must be an array but it was of type: ${typeOf(each)}`);
  }
  const position = whole('$position', clauses.$position);
  const slice = whole('$slice', clauses.$slice);
  const inOrder = clauses.$sort === undefined ? (array: Value[]) => array : order(clauses.$sort, collator);
  return (array) => {
    const at = position === undefined ? array.length : Math.min(position, array.length);
    const start = at < 0 ? Math.max(0, array.length + at) : at;
    return sliced(inOrder([...array.slice(0, start), ...each, ...array.slice(start)]), slice);
  };
}

function whole(clause: string, value: Value): number | undefined {
  if (value === undefined) return undefined;
  const number = isNumber(value) ? toInteger(value) : undefined;
  if (number === undefined) {
    fail('BadValue', `The value for ${clause} must be an integer value but was given type: ${typeOf(value)}`);
  }
  return Number(number);
}

function sliced(array: Value[], count: number | undefined): Value[] {
  if (count === undefined) return array;
  if (count === 0) return [];
  return count > 0 ? array.slice(0, count) : array.slice(count);
}

/** By the elements themselves (1 or -1), or by fields of elements that are documents. */
function order(sort: Value, collator: Collator): (array: Value[]) => Value[] {
  if (isDoc(sort)) {
    const sorter = compileSort(parseSort(sort), collator);
    return (array) => sortBy(array, sorter, (element) => (isDoc(element) ? element : {}));
  }
  const direction = isNumber(sort) ? toInteger(sort) : undefined;
  if (direction !== 1n && direction !== -1n) {
    fail('BadValue', 'The $sort element value must be either 1 or -1');
  }
  return (array) => array.toSorted((left, right) => compare(left, right, collator) * Number(direction));
}
