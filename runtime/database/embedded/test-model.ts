/**
 * For differential.test.ts: the query language, sorts and updates as plainly as they can be written, over plain
 * values. Slow and small: it is right because it is short.
 */

export type Plain = null | boolean | number | string | Date | Plain[] | { [field: string]: Plain };
export type Row = { _id: number; [field: string]: Plain };
type Condition = Record<string, unknown>;

const isArray = (value: unknown): value is Plain[] => Array.isArray(value);
const isDocument = (value: unknown): value is Record<string, Plain> =>
  typeof value === 'object' && value !== null && !isArray(value) && !(value instanceof Date);
const isOperators = (value: unknown): value is Condition =>
  isDocument(value) && Object.keys(value).some((name) => name.startsWith('$'));

/** MongoDB's order of types; an empty array sorts as undefined, before null. */
function rank(value: Plain | undefined): number {
  if (value === undefined || value === null) return 1;
  if (typeof value === 'number') return 2;
  if (typeof value === 'string') return 3;
  if (isArray(value)) return 5;
  if (typeof value === 'boolean') return 6;
  return value instanceof Date ? 7 : 4;
}

export function compareValues(left: Plain | undefined, right: Plain | undefined): number {
  const difference = rank(left) - rank(right);
  if (difference !== 0) return difference;
  if (isArray(left) && isArray(right)) return compareLists(left, right, compareValues);
  if (isDocument(left) && isDocument(right))
    return compareLists(Object.entries(left), Object.entries(right), compareFields);
  const [a, b] = [left, right].map((value) => (value instanceof Date ? value.getTime() : (value ?? 0)));
  return a === b ? 0 : (a ?? 0) < (b ?? 0) ? -1 : 1;
}

/** Types first, then names, then values. */
function compareFields([nameA, a]: [string, Plain], [nameB, b]: [string, Plain]): number {
  return rank(a) - rank(b) || (nameA < nameB ? -1 : nameA > nameB ? 1 : 0) || compareValues(a, b);
}

function compareLists<Item>(left: Item[], right: Item[], compare: (a: Item, b: Item) => number): number {
  const first = left.findIndex(
    (item, index) => index >= right.length || compare(item, right[index] as Item) !== 0,
  );
  if (first < 0) return left.length - right.length;
  return first >= right.length ? 1 : compare(left[first] as Item, right[first] as Item);
}

/** What stands at a path: one value, or one for each document of an array on the way. */
export function valuesAt(
  value: Plain | undefined,
  [name, ...rest]: readonly string[],
): (Plain | undefined)[] {
  if (name === undefined) return [value];
  if (isArray(value)) return value.filter(isDocument).flatMap((item) => valuesAt(item[name], rest));
  return isDocument(value) ? valuesAt(value[name], rest) : [undefined];
}

export function matches(doc: Plain, filter: Condition): boolean {
  return Object.entries(filter).every(([name, condition]) => {
    const branches = condition as Condition[];
    if (name === '$and') return branches.every((one) => matches(doc, one));
    if (name === '$or') return branches.some((one) => matches(doc, one));
    if (name === '$nor') return !branches.some((one) => matches(doc, one));
    return holds(valuesAt(doc, name.split('.')), condition);
  });
}

function holds(values: readonly (Plain | undefined)[], condition: unknown): boolean {
  if (!isOperators(condition)) return holds(values, { $eq: condition });
  return Object.entries(condition).every(([name, operand]) => holdsOne(values, name, operand));
}

function holdsOne(values: readonly (Plain | undefined)[], name: string, operand: unknown): boolean {
  const operands = operand as Plain[];
  const number = operand as number;
  /** An array stands for itself and for each of its elements. */
  const candidates = values.flatMap((value) => (isArray(value) ? [value, ...value] : [value]));
  const isEqual = (to: Plain): boolean => candidates.some((value) => compareValues(value, to) === 0);
  const ordered = (test: (difference: number) => boolean): boolean =>
    candidates.some(
      (value) => rank(value) === rank(operand as Plain) && test(compareValues(value, operand as Plain)),
    );
  switch (name) {
    case '$eq':
      return isEqual(operand as Plain);
    case '$ne':
      return !isEqual(operand as Plain);
    case '$gt':
      return ordered((difference) => difference > 0);
    case '$gte':
      return ordered((difference) => difference >= 0);
    case '$lt':
      return ordered((difference) => difference < 0);
    case '$lte':
      return ordered((difference) => difference <= 0);
    case '$in':
      return operands.some(isEqual);
    case '$nin':
      return !operands.some(isEqual);
    case '$all':
      return operands.length > 0 && operands.every(isEqual);
    case '$exists':
      return values.some((value) => value !== undefined) === operand;
    case '$not':
      return !holds(values, operand);
    case '$size':
      return values.some((value) => isArray(value) && value.length === number);
    case '$mod':
      return candidates.some(
        (value) => typeof value === 'number' && Math.trunc(value) % Number(operands[0]) === operands[1],
      );
    case '$elemMatch':
      return values.some(
        (value) => isArray(value) && value.some((item) => isElement(item, operand as Condition)),
      );
    default:
      throw new Error(`the model has no ${name}`);
  }
}

/** Its own elements are not looked into. */
function isElement(item: Plain, condition: Condition): boolean {
  if (!isOperators(condition)) return isDocument(item) && matches(item, condition);
  return Object.entries(condition).every(([name, operand]) =>
    holdsOne([isArray(item) ? undefined : item], name, operand),
  );
}

/** By the least element of an array when it goes up, by the greatest when it goes down. */
export function sorted(rows: readonly Row[], sort: Readonly<Record<string, 1 | -1>>): Row[] {
  return rows.toSorted((left, right) => {
    for (const [path, direction] of Object.entries(sort)) {
      const difference = compareKeys(keyOf(left, path, direction), keyOf(right, path, direction));
      if (difference !== 0) return difference * direction;
    }
    return 0;
  });
}

const EMPTY = Symbol('an empty array');
type Key = Plain | typeof EMPTY;

function keyOf(row: Row, path: string, direction: 1 | -1): Key {
  const keys = valuesAt(row, path.split('.')).flatMap((value): Key[] =>
    isArray(value) ? (value.length > 0 ? value : [EMPTY]) : [value ?? null],
  );
  return keys.toSorted((a, b) => compareKeys(a, b) * direction)[0] ?? null;
}

function compareKeys(left: Key, right: Key): number {
  if (left === EMPTY || right === EMPTY) return left === right ? 0 : left === EMPTY ? -1 : 1;
  return compareValues(left, right);
}
