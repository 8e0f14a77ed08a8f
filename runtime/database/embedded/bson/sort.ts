/** Sort orders such as `{state: 1, at: -1}`. */
import { fail } from '../errors.ts';
import { type Collator, compare } from './compare.ts';
import { toDouble } from './numbers.ts';
import { EMPTY_ARRAY, type KeyValue, spread } from './paths.ts';
import { BRACKET, bracketOf, type Doc, isNumber, type Value } from './values.ts';

export interface SortField {
  path: string;
  direction: 1 | -1;
}

/** The fields of a sort document; an order must be 1 or -1. */
export function parseSort(sort: Doc): SortField[] {
  return Object.keys(sort).map((path) => {
    const order = sort[path];
    if (!isNumber(order)) fail(15974, `Illegal key in $sort specification: ${path} must be 1 or -1`);
    const direction = toDouble(order);
    if (direction !== 1 && direction !== -1) {
      fail(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    }
    if (path === '' || path.startsWith('$'))
      fail(16410, `FieldPath field names may not start with '$': ${path}`);
    return { path, direction };
  });
}

/** How documents are brought into order: take each one's key once, then compare keys. */
export interface Sorter {
  keyOf(doc: Doc): KeyValue[];
  compareKeys(left: readonly KeyValue[], right: readonly KeyValue[]): number;
}

/** A document with arrays stands where its first element in the direction of the sort stands. */
export function compileSort(fields: readonly SortField[], collator?: Collator): Sorter {
  const paths = fields.map((field) => field.path.split('.'));
  const compareKeys = (left: readonly KeyValue[], right: readonly KeyValue[]): number => {
    for (const [index, field] of fields.entries()) {
      const order = compareKeyValues(left[index], right[index], collator);
      if (order !== 0) return order * field.direction;
    }
    return 0;
  };
  return {
    compareKeys,
    keyOf: (doc) => spread(doc, paths).rows.reduce((best, row) => (compareKeys(row, best) < 0 ? row : best)),
  };
}

/** `items` in order; items of the same key keep their order. */
export function sortBy<Item>(items: readonly Item[], sorter: Sorter, docOf: (item: Item) => Doc): Item[] {
  return items
    .map((item) => ({ item, key: sorter.keyOf(docOf(item)) }))
    .sort((left, right) => sorter.compareKeys(left.key, right.key))
    .map(({ item }) => item);
}

function compareKeyValues(left: KeyValue, right: KeyValue, collator: Collator): number {
  if (left === EMPTY_ARRAY || right === EMPTY_ARRAY) return Math.sign(rankOf(left) - rankOf(right));
  return compare(left as Value, right as Value, collator);
}

function rankOf(value: KeyValue): number {
  return value === EMPTY_ARRAY ? BRACKET.emptyArray : bracketOf(value);
}
