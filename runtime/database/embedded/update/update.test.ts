import { describe, expect, test } from '@jest/globals';
import { Binary, Decimal128, Double, Int32, Long, ObjectId, Timestamp } from 'bson';
import { Environment } from '../aggregate/expression.ts';
import { compilePipelineUpdate } from '../aggregate/pipeline.ts';
import type { Doc, Value } from '../bson/values.ts';
import { compileFilter } from '../filter/filter.ts';
import { codeOf, received, stored, typed } from '../test-values.ts';
import { compileUpdate } from './update.ts';
import { seedOf } from './upsert.ts';

const NOW = new Date('2026-02-01T10:00:00Z');

function updated(
  doc: object,
  update: object,
  options: { filter?: object; arrayFilters?: object[]; isInsert?: boolean } = {},
): Doc {
  const environment = new Environment();
  const compiled = compileUpdate(stored({ update }).update, {
    ...environment.filterContext,
    arrayFilters: (options.arrayFilters ?? []).map(stored),
    pipeline: (stages: readonly Value[]) => compilePipelineUpdate(stages, environment),
  });
  const note: { position?: number | undefined } = {};
  compileFilter(stored(options.filter ?? {}))(stored(doc), note);
  return compiled.apply(stored(doc), {
    position: note.position,
    isInsert: options.isInsert ?? false,
    now: NOW,
  });
}

describe('an update makes of a document', () => {
  const cases: [doc: object, update: object, expected: object][] = [
    [{ _id: 1, a: 1 }, { $set: { b: 2 } }, { _id: 1, a: 1, b: 2 }],
    [{ a: 1 }, { $set: { 'b.c.d': 2 } }, { a: 1, b: { c: { d: 2 } } }],
    [{}, { $set: { z: 1, a: 2 } }, { a: 2, z: 1 }],
    [{}, { $set: { 'a.10': 1, 'a.9': 2 } }, { a: { 9: 2, 10: 1 } }],
    [{ a: [1] }, { $set: { 'a.3': 4 } }, { a: [1, null, null, 4] }],
    [{ a: [{ b: 1 }] }, { $set: { 'a.0.b': 2 } }, { a: [{ b: 2 }] }],
    [{ a: 1 }, { $set: {} }, { a: 1 }],
    [{ a: 1, b: 2 }, { $unset: { a: '', c: '' } }, { b: 2 }],
    [{ a: [1, 2] }, { $unset: { 'a.0': '' } }, { a: [null, 2] }],
    [{ a: { b: 1 } }, { $unset: { 'a.c.d': '' } }, { a: { b: 1 } }],
    [{ a: 1 }, { $inc: { a: 2, b: 3 } }, { a: 3, b: 3 }],
    [{ a: 2 }, { $mul: { a: 3, b: 3 } }, { a: 6, b: 0 }],
    [{ a: 5, b: 5 }, { $min: { a: 3, b: 9, c: 1 } }, { a: 3, b: 5, c: 1 }],
    [{ a: 5 }, { $max: { a: 'text' } }, { a: 'text' }],
    [{ a: 1, b: { c: 2 } }, { $rename: { a: 'x', 'b.c': 'y.z' } }, { b: {}, x: 1, y: { z: 2 } }],
    [{ a: 1 }, { $rename: { missing: 'x' } }, { a: 1 }],
    [{ a: 1 }, { $setOnInsert: { b: 1 } }, { a: 1 }],
    [{}, { $currentDate: { a: true, b: { $type: 'date' } } }, { a: NOW, b: NOW }],
    [{ a: 5 }, { $bit: { a: { and: new Int32(6) } } }, { a: 4 }],
    [{ a: 5 }, { $bit: { a: { or: new Int32(2), xor: new Int32(1) } } }, { a: 6 }],
    // arrays
    [{}, { $push: { a: 1 } }, { a: [1] }],
    [{ a: [1] }, { $push: { a: [2] } }, { a: [1, [2]] }],
    [{ a: [1] }, { $push: { a: { $each: [2, 3] } } }, { a: [1, 2, 3] }],
    [{ a: [3, 1] }, { $push: { a: { $each: [2], $sort: 1 } } }, { a: [1, 2, 3] }],
    [
      { a: [{ n: 3 }, { n: 1 }] },
      { $push: { a: { $each: [{ n: 2 }], $sort: { n: -1 }, $slice: 2 } } },
      { a: [{ n: 3 }, { n: 2 }] },
    ],
    [{ a: [1, 2] }, { $push: { a: { $each: [9], $position: 0 } } }, { a: [9, 1, 2] }],
    [{ a: [1, 2] }, { $push: { a: { $each: [9], $position: -1 } } }, { a: [1, 9, 2] }],
    [{ a: [1, 2] }, { $push: { a: { $each: [3], $slice: -2 } } }, { a: [2, 3] }],
    [{ a: [1, 2] }, { $push: { a: { $each: [], $slice: 0 } } }, { a: [] }],
    [{ a: [1] }, { $addToSet: { a: 1, b: 2 } }, { a: [1], b: [2] }],
    [
      { a: [{ x: 1, y: 2 }] },
      { $addToSet: { a: { $each: [{ x: 1, y: 2 }, { y: 2, x: 1 }, 5, 5] } } },
      { a: [{ x: 1, y: 2 }, { y: 2, x: 1 }, 5] },
    ],
    [{ a: [1, 2, 3] }, { $pop: { a: 1 } }, { a: [1, 2] }],
    [{ a: [1, 2, 3] }, { $pop: { a: -1, b: 1 } }, { a: [2, 3] }],
    [{ a: [1, 2, 3, 2] }, { $pull: { a: 2 } }, { a: [1, 3] }],
    [{ a: [1, 5, 9] }, { $pull: { a: { $gt: 4, $lt: 8 } } }, { a: [1, 9] }],
    [{ a: [{ b: 1, c: 1 }, { b: 2 }] }, { $pull: { a: { b: 1 } } }, { a: [{ b: 2 }] }],
    [{ a: [{ b: [1, 2] }, { b: [3] }] }, { $pull: { a: { b: { $in: [2] } } } }, { a: [{ b: [3] }] }],
    [{ a: ['ab', 'cd'] }, { $pull: { a: /^a/ } }, { a: ['cd'] }],
    [{ a: [[1], 1] }, { $pull: { a: [1] } }, { a: [1] }],
    [{ a: [1, 2, 3, 1] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
    [{ b: 1 }, { $pull: { a: 1 } }, { b: 1 }],
    // replacement
    [{ _id: 1, a: 1 }, { b: 2 }, { _id: 1, b: 2 }],
    [
      { _id: 1, a: 1 },
      { b: 2, _id: 1 },
      { _id: 1, b: 2 },
    ],
    // pipelines
    [
      { _id: 1, a: 1, b: 2 },
      [{ $set: { c: { $add: ['$a', '$b'] } } }, { $unset: 'a' }],
      { _id: 1, b: 2, c: 3 },
    ],
    [{ _id: 1, a: { x: 1 } }, [{ $set: { 'a.y': 2 } }], { _id: 1, a: { x: 1, y: 2 } }],
    [{ _id: 1, a: { x: 1 } }, [{ $replaceWith: '$a' }], { _id: 1, x: 1 }],
    [
      { _id: 1, a: 1 },
      [{ $project: { a: { $cond: [{ $eq: ['$a', 1] }, 'one', 'other'] } } }],
      { _id: 1, a: 'one' },
    ],
  ];
  test.each(cases)('%j by %j', (doc, update, expected) => {
    const result = received(updated(doc, update));
    expect(result).toEqual(expected);
    expect(Object.keys(result)).toEqual(Object.keys(expected));
  });
});

describe('positional operators', () => {
  const cases: [
    doc: object,
    update: object,
    options: { filter?: object; arrayFilters?: object[] },
    expected: object,
  ][] = [
    [{ a: [1, 2] }, { $set: { 'a.$': 9 } }, { filter: { a: 2 } }, { a: [1, 9] }],
    [
      { a: [{ b: 1 }, { b: 2 }] },
      { $inc: { 'a.$.b': 5 } },
      { filter: { 'a.b': 2 } },
      { a: [{ b: 1 }, { b: 7 }] },
    ],
    [
      {
        a: [
          { b: 1, c: 1 },
          { b: 1, c: 2 },
        ],
      },
      { $set: { 'a.$.d': 1 } },
      { filter: { a: { $elemMatch: { b: 1, c: 2 } } } },
      {
        a: [
          { b: 1, c: 1 },
          { b: 1, c: 2, d: 1 },
        ],
      },
    ],
    [{ a: [1, 2] }, { $inc: { 'a.$[]': 1 } }, {}, { a: [2, 3] }],
    [
      { a: [{ b: [1, 2] }, { b: [3] }] },
      { $mul: { 'a.$[].b.$[]': 10 } },
      {},
      { a: [{ b: [10, 20] }, { b: [30] }] },
    ],
    [{ a: [1, 5, 9] }, { $set: { 'a.$[x]': 0 } }, { arrayFilters: [{ x: { $gte: 5 } }] }, { a: [1, 0, 0] }],
    [
      {
        a: [
          { k: 1, v: 1 },
          { k: 2, v: 1 },
        ],
      },
      { $inc: { 'a.$[x].v': 1 } },
      { arrayFilters: [{ 'x.k': 2 }] },
      {
        a: [
          { k: 1, v: 1 },
          { k: 2, v: 2 },
        ],
      },
    ],
    [
      { a: [{ b: [{ c: 1 }, { c: 2 }] }] },
      { $unset: { 'a.$[].b.$[y].c': '' } },
      { arrayFilters: [{ 'y.c': 1 }] },
      { a: [{ b: [{}, { c: 2 }] }] },
    ],
    [
      { a: [{ k: 1, v: [1] }] },
      { $push: { 'a.$[x].v': 2 } },
      { arrayFilters: [{ $or: [{ 'x.k': 1 }, { 'x.k': 7 }] }] },
      { a: [{ k: 1, v: [1, 2] }] },
    ],
  ];
  test.each(cases)('%j by %j with %j', (doc, update, options, expected) => {
    expect(received(updated(doc, update, options))).toEqual(expected);
  });
});

describe('numbers keep or get MongoDB’s types', () => {
  const int = (n: number): object => ({ $numberInt: String(n) });
  const long = (n: string): object => ({ $numberLong: n });
  const double = (n: string): object => ({ $numberDouble: n });
  const decimal = (n: string): object => ({ $numberDecimal: n });
  const cases: [value: unknown, operator: string, amount: unknown, expected: object][] = [
    [new Int32(1), '$inc', new Int32(1), int(2)],
    [new Int32(2147483647), '$inc', new Int32(1), long('2147483648')],
    [Long.fromString('9007199254740993'), '$inc', new Int32(1), long('9007199254740994')],
    [new Int32(1), '$inc', new Double(0.5), double('1.5')],
    [new Double(1), '$inc', new Int32(1), double('2.0')],
    [Decimal128.fromString('0.1'), '$inc', Decimal128.fromString('0.2'), decimal('0.3')],
    [new Int32(1), '$inc', Decimal128.fromString('0.25'), decimal('1.25')],
    [Decimal128.fromString('1'), '$inc', new Double(0.1), decimal('1.100000000000000')],
    [new Int32(3), '$mul', Long.fromNumber(2), long('6')],
    [Decimal128.fromString('1.10'), '$mul', new Int32(3), decimal('3.30')],
    [new Int32(7), '$max', new Double(7), int(7)],
  ];
  test.each(cases)('%s %s %s', (value, operator, amount, expected) => {
    expect(typed(updated({ a: value }, { [operator]: { a: amount } }))).toEqual({ a: expected });
  });
  test('$mul of a missing field is a zero of the factor’s type', () => {
    expect(typed(updated({}, { $mul: { a: Decimal128.fromString('5') } }))).toEqual({ a: decimal('0') });
  });
  test('what an update does not touch stays as it was', () => {
    const doc = {
      a: new Double(1),
      b: Long.fromNumber(1),
      c: Decimal128.fromString('1.00'),
      d: new Binary(Buffer.from('x'), 5),
      e: new Timestamp({ t: 1, i: 2 }),
      f: new ObjectId(),
    };
    const { x: _x, ...rest } = updated(doc, { $set: { x: 1 } });
    expect(typed(rest)).toEqual(typed(stored(doc)));
    const { y: _y, ...computed } = updated(doc, [{ $set: { y: { $add: ['$a', 1] } } }]);
    expect(typed(computed)).toEqual(typed(stored(doc)));
  });
});

describe('an update is refused with its code', () => {
  const cases: [doc: object, update: object, options: { arrayFilters?: object[] }, code: number][] = [
    [{}, { $foo: { a: 1 } }, {}, 9],
    [{}, { $set: 5 }, {}, 9],
    [{}, { $set: { a: 1 }, b: 1 }, {}, 9],
    [{}, { a: 1, $set: { b: 1 } }, {}, 52],
    [{}, { $set: { 'a..b': 1 } }, {}, 56],
    [{}, { $set: { '': 1 } }, {}, 56],
    [{}, { $set: { 'a.$b': 1 } }, {}, 52],
    [{}, { $set: { a: 1 }, $inc: { a: 1 } }, {}, 40],
    [{}, { $set: { a: 1, 'a.b': 1 } }, {}, 40],
    [{}, { $set: { 'a.b': 1, 'a-b': 1 }, $unset: { a: 1 } }, {}, 40],
    [{}, { $set: { a: 1 }, $rename: { b: 'a' } }, {}, 40],
    [{ a: [1, 2] }, { $set: { 'a.0': 1, 'a.$[]': 2 } }, {}, 40],
    [{ a: 5 }, { $set: { 'a.b': 1 } }, {}, 28],
    [{ a: [1] }, { $set: { 'a.b': 1 } }, {}, 28],
    [{ a: null }, { $set: { 'a.b': 1 } }, {}, 28],
    [{ _id: 1 }, { $set: { _id: 2 } }, {}, 66],
    [{ _id: 1 }, { $unset: { _id: '' } }, {}, 66],
    [{ _id: 1 }, { _id: 2, a: 1 }, {}, 66],
    [{ _id: 1 }, [{ $set: { _id: 2 } }], {}, 66],
    [{ a: 'x' }, { $inc: { a: 1 } }, {}, 14],
    [{}, { $inc: { a: 'x' } }, {}, 14],
    [{ a: null }, { $inc: { a: 1 } }, {}, 14],
    [{ a: Long.MAX_VALUE }, { $inc: { a: 1 } }, {}, 2],
    [{ a: 'x' }, { $mul: { a: 1 } }, {}, 14],
    [{ a: 1 }, { $push: { a: 1 } }, {}, 2],
    [{ a: [] }, { $push: { a: { $each: 5 } } }, {}, 2],
    [{ a: [] }, { $push: { a: { $each: [], $foo: 1 } } }, {}, 2],
    [{ a: [] }, { $push: { a: { $each: [], $slice: 1.5 } } }, {}, 2],
    [{ a: [] }, { $push: { a: { $each: [], $sort: 2 } } }, {}, 2],
    [{ a: 1 }, { $addToSet: { a: 1 } }, {}, 2],
    [{ a: 1 }, { $pop: { a: 1 } }, {}, 14],
    [{ a: [] }, { $pop: { a: 2 } }, {}, 9],
    [{ a: 1 }, { $pull: { a: 1 } }, {}, 2],
    [{ a: [] }, { $pullAll: { a: 1 } }, {}, 2],
    [{ a: 1.5 }, { $bit: { a: { and: new Int32(1) } } }, {}, 2],
    [{}, { $bit: { a: { nand: new Int32(1) } } }, {}, 2],
    [{}, { $currentDate: { a: 'date' } }, {}, 2],
    [{}, { $rename: { a: 'a' } }, {}, 2],
    [{}, { $rename: { a: 5 } }, {}, 2],
    [{ a: [{ b: 1 }] }, { $rename: { 'a.b': 'c' } }, {}, 2],
    [{ a: [1] }, { $set: { 'a.$': 1 } }, {}, 2],
    [{}, { $set: { 'a.$[]': 1 } }, {}, 2],
    [{ a: 5 }, { $set: { 'a.$[]': 1 } }, {}, 2],
    [{ a: [1] }, { $set: { 'a.$[x]': 1 } }, {}, 2],
    [{}, { $set: { a: 1 } }, { arrayFilters: [{ x: 1 }] }, 9],
    [{}, { $set: { 'a.$[x]': 1 } }, { arrayFilters: [{ x: 1 }, { x: 2 }] }, 9],
    [{}, { $set: { 'a.$[x]': 1 } }, { arrayFilters: [{ x: 1, y: 2 }] }, 9],
    [{}, { $set: { 'a.$[X]': 1 } }, { arrayFilters: [{ X: 1 }] }, 2],
    [{}, { $set: { 'a.$[x]': 1 } }, { arrayFilters: [{ x: 1, $or: [null] }] }, 2],
    [{}, { a: 1 }, { arrayFilters: [{ x: 1 }] }, 9],
    [{}, [{ $match: {} }], {}, 72],
    [{}, [{ $set: { a: { $nothing: 1 } } }], {}, 168],
    [{}, { $set: { 'a.2000000': 1 } }, {}, 0],
    [{ a: [] }, { $set: { 'a.2000000': 1 } }, {}, 2],
  ];
  test.each(cases)('%j by %j with %j: %i', (doc, update, options, code) => {
    expect(codeOf(() => updated(doc, update, options)) ?? 0).toBe(code);
  });
});

describe('an upsert starts from', () => {
  const cases: [filter: object, seed: object][] = [
    [
      { a: 1, 'b.c': 2 },
      { a: 1, b: { c: 2 } },
    ],
    [{ a: { $eq: 1 }, b: { $gt: 5 }, c: /x/ }, { a: 1 }],
    [
      { $and: [{ a: 1 }, { b: { $in: [2] } }], $or: [{ c: 3 }] },
      { a: 1, b: 2, c: 3 },
    ],
    [{ $or: [{ a: 1 }, { a: 2 }] }, {}],
    [{ a: { $all: [7] }, b: { $in: [1, 2] } }, { a: 7 }],
  ];
  test.each(cases)('%j: %j', (filter, seed) => expect(received(seedOf(stored(filter), false))).toEqual(seed));

  test('only the _id for a replacement', () => {
    expect(received(seedOf(stored({ _id: 1, a: 2 }), true))).toEqual({ _id: 1 });
  });
  test('nothing that is said twice, and no part of an _id', () => {
    expect(codeOf(() => seedOf(stored({ $and: [{ a: 1 }, { a: 2 }] }), false))).toBe(54);
    expect(codeOf(() => seedOf(stored({ '_id.a': 1 }), false))).toBe(111);
  });
  test('what $setOnInsert adds', () => {
    expect(
      received(updated({ a: 1 }, { $setOnInsert: { b: 2 }, $inc: { n: 1 } }, { isInsert: true })),
    ).toEqual({ a: 1, b: 2, n: 1 });
  });
});
