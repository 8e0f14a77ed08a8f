import { describe, expect, test } from '@jest/globals';
import { Binary, BSONRegExp, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId } from 'bson';
import { Environment } from '../aggregate/expression.ts';
import { codeOf, stored } from '../test-values.ts';
import { compileFilter } from './filter.ts';

const matches = (filter: object, doc: object): boolean =>
  compileFilter(stored(filter), new Environment().filterContext)(stored(doc));
const id = new ObjectId('65f000000000000000000001');
const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));

describe('a filter matches', () => {
  const cases: [filter: object, doc: object, expected: boolean][] = [
    // equality
    [{}, { a: 1 }, true],
    [{ a: 1 }, { a: 1 }, true],
    [{ a: 1 }, { a: new Double(1) }, true],
    [{ a: 1 }, { a: Long.fromNumber(1) }, true],
    [{ a: 1 }, { a: Decimal128.fromString('1.0') }, true],
    [{ a: 1 }, { a: '1' }, false],
    [{ a: 1 }, { a: true }, false],
    [{ a: Long.fromString('9007199254740993') }, { a: 9007199254740992 }, false],
    [{ a: Decimal128.fromString('0.1') }, { a: 0.1 }, false],
    [{ a: id }, { a: new ObjectId(id.toHexString()) }, true],
    [{ a: day(1) }, { a: day(1) }, true],
    [{ a: new Binary(Buffer.from([1, 2])) }, { a: new Binary(Buffer.from([1, 2])) }, true],
    [{ a: new Binary(Buffer.from([1, 2])) }, { a: new Binary(Buffer.from([1, 2]), 4) }, false],
    [{ a: { b: 1, c: 2 } }, { a: { b: 1, c: 2 } }, true],
    [{ a: { b: 1, c: 2 } }, { a: { c: 2, b: 1 } }, false],
    [{ a: { b: 1 } }, { a: { b: 1, c: 2 } }, false],
    [{ a: Number.NaN }, { a: Number.NaN }, true],
    [{ a: 0 }, { a: -0 }, true],
    // null and missing
    [{ a: null }, {}, true],
    [{ a: null }, { a: null }, true],
    [{ a: null }, { a: 0 }, false],
    [{ a: null }, { a: [] }, false],
    [{ a: null }, { a: [1, null] }, true],
    [{ 'a.b': null }, { a: {} }, true],
    [{ 'a.b': null }, { a: 5 }, true],
    [{ 'a.b': null }, { a: [{ b: 1 }, {}] }, true],
    [{ 'a.b': null }, { a: [{ b: 1 }] }, false],
    [{ a: { $ne: null } }, {}, false],
    [{ a: { $gte: null } }, {}, true],
    [{ a: { $gt: null } }, { a: null }, false],
    [{ a: { $in: [null] } }, {}, true],
    [{ a: { $nin: [null] } }, {}, false],
    [{ a: { $exists: true } }, { a: null }, true],
    [{ a: { $exists: false } }, { a: null }, false],
    [{ a: { $exists: 0 } }, {}, true],
    [{ constructor: { $exists: true } }, { a: 1 }, false],
    // order
    [{ a: { $gt: 1 } }, { a: 2 }, true],
    [{ a: { $gt: 1 } }, { a: '2' }, false],
    [{ a: { $lt: 5 } }, { a: Number.NaN }, false],
    [{ a: { $lte: Number.NaN } }, { a: Number.NaN }, true],
    [{ a: { $gte: day(2) } }, { a: day(3) }, true],
    [{ a: { $lt: 'b' } }, { a: 'a' }, true],
    [{ a: { $lt: true } }, { a: false }, true],
    [{ a: { $gt: new MinKey() } }, { a: 'x' }, true],
    [{ a: { $lt: new MaxKey() } }, { a: 'x' }, true],
    [{ a: { $gt: { b: 1 } } }, { a: { b: 2 } }, true],
    [{ a: { $gt: Decimal128.fromString('1.5') } }, { a: 1.6 }, true],
    [{ a: { $gt: 1, $lt: 3 } }, { a: [0, 4] }, true],
    [{ a: { $elemMatch: { $gt: 1, $lt: 3 } } }, { a: [0, 4] }, false],
    // logic
    [{ $or: [{ a: 1 }, { b: 2 }] }, { b: 2 }, true],
    [{ $and: [{ a: 1 }, { b: 2 }] }, { a: 1, b: 3 }, false],
    [{ $nor: [{ a: 1 }, { b: 2 }] }, { a: 2, b: 3 }, true],
    [{ a: { $not: { $gt: 1 } } }, {}, true],
    [{ a: { $not: { $gt: 1 } } }, { a: [0, 2] }, false],
    [{ a: { $not: /x/ } }, { a: 'abc' }, true],
    [{ a: { $ne: 1 } }, { a: [1, 2] }, false],
    [{ a: { $in: [1, /^b/] } }, { a: 'bc' }, true],
    [{ a: { $in: ['p', 'q', 'r', 's', 't', 5] } }, { a: new Double(5) }, true],
    [{ a: { $nin: ['p', 'q', 'r', 's', 't', 5] } }, { a: ['p'] }, false],
    [{ a: 1, $comment: 'why' }, { a: 1 }, true],
    // arrays and paths
    [{ a: 2 }, { a: [1, 2] }, true],
    [{ a: [1, 2] }, { a: [1, 2] }, true],
    [{ a: [1, 2] }, { a: [[1, 2], 3] }, true],
    [{ a: [1, 2] }, { a: [2, 1] }, false],
    [{ 'a.1': 2 }, { a: [1, 2] }, true],
    [{ 'a.0': 1 }, { a: [[1, 2]] }, false],
    [{ 'a.0.b': 1 }, { a: [{ b: 1 }] }, true],
    [{ 'a.1': 4 }, { a: [5, { 1: 4 }] }, true],
    [{ 'a.b': 1 }, { a: [{ b: 2 }, { b: [1] }] }, true],
    [{ 'a.b': 1 }, { a: [[{ b: 1 }]] }, false],
    [{ a: { $size: 2 } }, { a: [1, 2] }, true],
    [{ a: { $size: 0 } }, {}, false],
    [{ a: { $all: [1, 2] } }, { a: [2, 1, 3] }, true],
    [{ a: { $all: [1] } }, { a: 1 }, true],
    [{ a: { $all: [] } }, { a: [] }, false],
    [
      { a: { $all: [{ $elemMatch: { b: 1 } }, { $elemMatch: { b: 2 } }] } },
      { a: [{ b: 1 }, { b: 2 }] },
      true,
    ],
    [
      { a: { $elemMatch: { b: 1, c: 2 } } },
      {
        a: [
          { b: 1, c: 3 },
          { b: 2, c: 2 },
        ],
      },
      false,
    ],
    [{ a: { $elemMatch: { b: 1, c: 2 } } }, { a: [{ b: 1, c: 2 }] }, true],
    [{ a: { $elemMatch: { $or: [{ b: 1 }, { c: 1 }] } } }, { a: [{ c: 1 }] }, true],
    [{ a: { $elemMatch: { $elemMatch: { $gt: 3 } } } }, { a: [[1], [4]] }, true],
    [{ a: { $elemMatch: { 0: 5 } } }, { a: [[5]] }, true],
    [{ a: { $elemMatch: { $gt: 1 } } }, { a: 2 }, false],
    // types
    [{ a: { $type: 'int' } }, { a: 1 }, true],
    [{ a: { $type: 'long' } }, { a: Long.fromNumber(1) }, true],
    [{ a: { $type: 'double' } }, { a: new Double(1) }, true],
    [{ a: { $type: ['string', 'number'] } }, { a: Decimal128.fromString('1') }, true],
    [{ a: { $type: 'array' } }, { a: [1] }, true],
    [{ a: { $type: 16 } }, { a: ['x', 1] }, true],
    [{ a: { $type: -1 } }, { a: new MinKey() }, true],
    [{ a: { $type: 'null' } }, {}, false],
    // numbers
    [{ a: { $mod: [4, 0] } }, { a: 8 }, true],
    [{ a: { $mod: [4, -1] } }, { a: -5 }, true],
    [{ a: { $mod: [4.9, 1.2] } }, { a: 5.9 }, true],
    [{ a: { $mod: [3, 0] } }, { a: 'x' }, false],
    [{ a: { $bitsAllSet: 5 } }, { a: 7 }, true],
    [{ a: { $bitsAnySet: [1, 3] } }, { a: 8 }, true],
    [{ a: { $bitsAllClear: 6 } }, { a: 9 }, true],
    [{ a: { $bitsAnyClear: 6 } }, { a: 6 }, false],
    [{ a: { $bitsAllSet: 5 } }, { a: 7.5 }, false],
    // strings
    [{ a: /^ab/ }, { a: 'abc' }, true],
    [{ a: /^AB/i }, { a: ['x', 'abc'] }, true],
    [{ a: { $regex: 'B$', $options: 'i' } }, { a: 'ab' }, true],
    [{ a: { $regex: 'a b # c', $options: 'x' } }, { a: 'ab' }, true],
    [{ a: new BSONRegExp('(?i)B') }, { a: 'ab' }, true],
    [{ a: /1/ }, { a: 1 }, false],
    [{ a: new BSONRegExp('x', 'i') }, { a: new BSONRegExp('x', 'i') }, true],
    // expressions
    [{ $expr: { $gt: ['$a', '$b'] } }, { a: 2, b: 1 }, true],
    [{ $expr: { $gt: ['$a', '$b'] } }, { a: 2 }, true],
    [
      { $expr: { $lt: ['$a', '$b'] } },
      { a: Long.fromString('9007199254740993'), b: Long.fromString('9007199254740994') },
      true,
    ],
  ];
  test.each(cases.map(([filter, doc, expected], at) => [at, filter, doc, expected] as const))(
    '%i: %j on %j is %s or not',
    (_at, filter, doc, expected) => expect(matches(filter, doc)).toBe(expected),
  );
});

describe('a filter is refused with its code', () => {
  const cases: [filter: object, code: number][] = [
    [{ a: { $foo: 1 } }, 2],
    [{ a: { $gt: 1, b: 2 } }, 2],
    [{ $foo: 1 }, 2],
    [{ $and: [] }, 2],
    [{ $or: [5] }, 2],
    [{ $or: { a: 1 } }, 2],
    [{ a: { $in: 5 } }, 2],
    [{ a: { $in: [{ $gt: 1 }] } }, 2],
    [{ a: { $all: 5 } }, 2],
    [{ a: { $all: [{ $gt: 1 }] } }, 2],
    [{ a: { $size: 'x' } }, 2],
    [{ a: { $size: -1 } }, 2],
    [{ a: { $size: 1.5 } }, 2],
    [{ a: { $mod: [0, 1] } }, 2],
    [{ a: { $mod: [2] } }, 2],
    [{ a: { $mod: [1, 2, 3] } }, 2],
    [{ a: { $mod: ['x', 1] } }, 2],
    [{ a: { $type: 'nothing' } }, 2],
    [{ a: { $type: 99 } }, 2],
    [{ a: { $not: 5 } }, 2],
    [{ a: { $not: {} } }, 2],
    [{ a: { $ne: /x/ } }, 2],
    [{ a: { $gt: /x/ } }, 2],
    [{ a: { $elemMatch: 5 } }, 2],
    [{ a: { $regex: 5 } }, 2],
    [{ a: { $options: 'i' } }, 2],
    [{ a: { $regex: 'x', $options: 'q' } }, 51108],
    [{ a: { $regex: '(' } }, 51091],
    [{ a: { $regex: new BSONRegExp('x', 'i'), $options: 'm' } }, 51075],
    [{ a: { $bitsAllSet: -1 } }, 2],
    [{ a: { $bitsAllSet: [-1] } }, 2],
    [{ $where: 'true' }, 115],
    [{ $text: { $search: 'x' } }, 115],
    [{ $jsonSchema: {} }, 115],
    [{ a: { $near: [1, 2] } }, 115],
    [{ $expr: { $nothing: 1 } }, 168],
    [{ $expr: '$$undefined' }, 17276],
  ];
  test.each(cases)('%j: %i', (filter, code) => expect(codeOf(() => matches(filter, {}))).toBe(code));
});

test('the note tells the array element that a positional operator means', () => {
  const noteOf = (filter: object, doc: object): number | undefined => {
    const note: { position?: number | undefined } = {};
    expect(compileFilter(stored(filter))(stored(doc), note)).toBe(true);
    return note.position;
  };
  expect(noteOf({ a: 2 }, { a: [1, 2] })).toBe(1);
  expect(noteOf({ 'a.b': { $gt: new Int32(1) } }, { a: [{ b: 1 }, { b: [0, 9] }] })).toBe(1);
  expect(noteOf({ a: { $elemMatch: { b: 1, c: 1 } } }, { a: [{ b: 1 }, {}, { b: 1, c: 1 }] })).toBe(2);
  expect(noteOf({ x: 1, 'a.1': 5 }, { x: 1, a: [5, 5] })).toBe(1);
});

test('a collation decides which strings are equal and in what order', () => {
  const test = (filter: object, doc: object): boolean =>
    compileFilter(stored(filter), {
      collator: new Intl.Collator('en', { sensitivity: 'base', numeric: true }),
    })(stored(doc));
  expect(test({ a: 'abc' }, { a: 'ÁBC' })).toBe(true);
  expect(test({ a: { $in: ['x', 'y', 'z', 'w', 'ABC'] } }, { a: 'abc' })).toBe(true);
  expect(test({ a: { $gt: 'item9' } }, { a: 'item10' })).toBe(true);
});
