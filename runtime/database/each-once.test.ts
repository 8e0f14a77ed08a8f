import { expect, test } from '@jest/globals';
import { eachOnce } from './each-once.ts';

test('a document that was met twice counts once, as it came last, and keeps its place', () => {
  const documents = [
    { _id: 'a', raised: 1 },
    { _id: 'b', raised: 1 },
    { _id: 'a', raised: 2 },
  ];
  expect(eachOnce(documents)).toEqual([
    { _id: 'a', raised: 2 },
    { _id: 'b', raised: 1 },
  ]);
  expect(eachOnce([])).toEqual([]);
});
