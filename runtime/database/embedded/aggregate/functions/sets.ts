/** Sets and orders of array elements, by MongoDB's equality and order. */
import { compare } from '../../bson/compare.ts';
import { identityOf } from '../../bson/keys.ts';
import { compileSort, parseSort, sortBy } from '../../bson/sort.ts';
import { isDoc, isNumber, typeOf, type Value } from '../../bson/values.ts';
import { fail } from '../../errors.ts';
import { type FunctionTable, isNullish, ofList, ofNamed } from './function.ts';

export const SETS: FunctionTable = {
  $setUnion: ofList((values) =>
    values.some(isNullish) ? null : distinct(values.flatMap((value) => list('$setUnion', value))),
  ),
  $setIntersection: ofList((values) => {
    if (values.some(isNullish)) return null;
    const [first = [], ...others] = values.map((value) => list('$setIntersection', value));
    const sets = others.map((other) => new Set(other.map(identityOf)));
    return distinct(first).filter((element) => sets.every((set) => set.has(identityOf(element))));
  }),
  $setDifference: ofList(([left, right]) => {
    if (isNullish(left) || isNullish(right)) return null;
    const excluded = new Set(list('$setDifference', right).map(identityOf));
    return distinct(list('$setDifference', left)).filter((element) => !excluded.has(identityOf(element)));
  }),
  $setEquals: ofList((values) => {
    const [first = new Set<string>(), ...others] = values.map(
      (value) => new Set(list('$setEquals', value).map(identityOf)),
    );
    return others.every((other) => other.size === first.size && isSubset(other, first));
  }),
  $setIsSubset: ofList(([left, right]) =>
    isSubset(
      list('$setIsSubset', left).map(identityOf),
      new Set(list('$setIsSubset', right).map(identityOf)),
    ),
  ),
  $sortArray: ofNamed(({ input, sortBy: order }) => {
    if (isNullish(input)) return null;
    const elements = list('$sortArray', input);
    if (isDoc(order))
      return sortBy(elements, compileSort(parseSort(order)), (element) => (isDoc(element) ? element : {}));
    const direction = isNumber(order) ? Number(String(order)) : 0;
    if (direction !== 1 && direction !== -1) fail('BadValue', '$sortArray needs sortBy: 1, -1 or fields');
    return elements.toSorted((left, right) => compare(left, right) * direction);
  }),
};

/** Each value once, where it stood first. */
export function distinct(values: readonly Value[]): Value[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const identity = identityOf(value);
    return !seen.has(identity) && seen.add(identity);
  });
}

function isSubset(some: Iterable<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((identity) => all.has(identity));
}

function list(operator: string, value: Value): Value[] {
  return Array.isArray(value)
    ? value
    : fail(17040, `All operands of ${operator} must be arrays. One argument is of type: ${typeOf(value)}`);
}
