import { expect, test } from '@jest/globals';
import { received, stored } from '../test-values.ts';
import { differenceOf } from './change-event.ts';

const cases: [before: object, after: object, updated: object, removed: string[], truncated: object[]][] = [
  [{ a: 1 }, { a: 2, b: 3 }, { a: 2, b: 3 }, [], []],
  [{ a: 1, b: { c: 1, d: 1 } }, { b: { c: 2 } }, { 'b.c': 2 }, ['a', 'b.d'], []],
  [{ a: { b: 1 } }, { a: 5 }, { a: 5 }, [], []],
  [{ list: [1, 2] }, { list: [1, 3, 4] }, { 'list.1': 3, 'list.2': 4 }, [], []],
  [{ list: [1, 2, 3] }, { list: [1, 2] }, {}, [], [{ field: 'list', newSize: 2 }]],
  [{ list: [1, 2, 3] }, { list: [2, 3] }, { list: [2, 3] }, [], []],
  [{ list: [1] }, { list: [] }, { list: [] }, [], []],
  [{ list: [] }, { list: [1] }, { list: [1] }, [], []],
  [{ list: [{ a: 1, b: 1 }] }, { list: [{ a: 1, b: 2 }] }, { 'list.0.b': 2 }, [], []],
  [{ list: [{ a: 1, b: 1 }] }, { list: [{ a: 1 }] }, { 'list.0': { a: 1 } }, [], []],
  [{ a: null }, { a: undefined }, {}, ['a'], []],
];
test.each(cases)('%j to %j', (before, after, updatedFields, removedFields, truncatedArrays) => {
  const difference = differenceOf(stored(before), stored(clean(after)));
  expect(difference && received(difference)).toEqual({ updatedFields, removedFields, truncatedArrays });
});

test('a number of another type is another value; the order of fields is none', () => {
  const int = { ...stored({ a: 1 }) };
  const double = stored({ a: 1.5 });
  expect(differenceOf(int, double)).toBeDefined();
  expect(differenceOf(stored({ a: 1, b: 2 }), stored({ b: 2, a: 1 }))).toBeUndefined();
});

function clean(doc: object): object {
  return Object.fromEntries(Object.entries(doc).filter(([, value]) => value !== undefined));
}
