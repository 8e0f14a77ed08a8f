import { describe, expect, test } from '@jest/globals';
import { Decimal128, Double, Int32, Long, ObjectId } from 'bson';
import type { Doc } from '../bson/values.ts';
import { compileFilter } from '../filter/filter.ts';
import { codeOf, received, stored, typed } from '../test-values.ts';
import { Environment } from './expression.ts';
import { compilePipeline, type ForeignCollections } from './pipeline.ts';
import { withoutPauses } from './stream.ts';

/** Spelled out it would look like a promise to the linter. */
const THEN = 'then';
const FOREIGN: Record<string, Doc[]> = {
  products: [
    { _id: 'A', name: 'Apple', tags: ['red', 'round'] },
    { _id: 'B', name: 'Bread', tags: [] },
    { _id: 'N', name: 'None', code: null },
  ],
};
const foreign: ForeignCollections = {
  find: (name, filter) => (FOREIGN[name] ?? []).filter((doc) => compileFilter(filter)(doc)),
  hasIndexOn: (_name, path) => path === '_id',
};

function aggregated(docs: object[], stages: object[], variables: object = {}): Doc[] {
  const environment = new Environment(stored(variables));
  const run = compilePipeline(stages.map(stored), environment, foreign);
  return [...withoutPauses(run(docs.map(stored)))];
}
const plain = (docs: object[], stages: object[], variables: object = {}): object[] =>
  aggregated(docs, stages, variables).map(received);
/** The value of one expression on one document, with its type. */
const evaluated = (expression: unknown, doc: object = {}): unknown =>
  (typed(aggregated([doc], [{ $project: { _id: 0, value: expression } }])[0] ?? {}) as { value: unknown })
    .value;

const LINES = [
  { _id: 1, sku: 'A', qty: 2, price: 1.5, tags: ['x', 'y'] },
  { _id: 2, sku: 'B', qty: 1, price: 4, tags: [] },
  { _id: 3, sku: 'A', qty: 5, price: 1.5 },
  { _id: 4, qty: 7, price: null, tags: 'z' },
];

describe('stages', () => {
  const cases: [stages: object[], expected: object[]][] = [
    [
      [{ $match: { qty: { $gt: 2 } } }, { $project: { qty: 1 } }],
      [
        { _id: 3, qty: 5 },
        { _id: 4, qty: 7 },
      ],
    ],
    [
      [{ $sort: { sku: 1, qty: -1 } }, { $project: { _id: 1 } }],
      [{ _id: 4 }, { _id: 3 }, { _id: 1 }, { _id: 2 }],
    ],
    [
      [{ $sort: { _id: -1 } }, { $skip: 1 }, { $limit: 2 }, { $project: { _id: 1 } }],
      [{ _id: 3 }, { _id: 2 }],
    ],
    [
      [{ $group: { _id: '$sku', n: { $sum: 1 }, qty: { $sum: '$qty' }, avg: { $avg: '$qty' } } }],
      [
        { _id: 'A', n: 2, qty: 7, avg: 3.5 },
        { _id: 'B', n: 1, qty: 1, avg: 1 },
        { _id: null, n: 1, qty: 7, avg: 7 },
      ],
    ],
    [
      [
        {
          $group: {
            _id: null,
            min: { $min: '$price' },
            max: { $max: '$qty' },
            first: { $first: '$sku' },
            last: { $last: '$sku' },
          },
        },
      ],
      [{ _id: null, min: 1.5, max: 7, first: 'A', last: null }],
    ],
    [
      [
        {
          $group: {
            _id: { s: '$sku' },
            all: { $push: '$qty' },
            set: { $addToSet: '$price' },
            n: { $count: {} },
          },
        },
        { $limit: 1 },
      ],
      [{ _id: { s: 'A' }, all: [2, 5], set: [1.5], n: 2 }],
    ],
    [
      [{ $group: { _id: null, top: { $topN: { n: 2, sortBy: { qty: -1 }, output: '$_id' } } } }],
      [{ _id: null, top: [4, 3] }],
    ],
    [
      [{ $unwind: '$tags' }, { $project: { tags: 1 } }],
      [
        { _id: 1, tags: 'x' },
        { _id: 1, tags: 'y' },
        { _id: 4, tags: 'z' },
      ],
    ],
    [
      [
        { $unwind: { path: '$tags', preserveNullAndEmptyArrays: true, includeArrayIndex: 'at' } },
        { $project: { tags: 1, at: 1 } },
      ],
      [
        { _id: 1, tags: 'x', at: 0 },
        { _id: 1, tags: 'y', at: 1 },
        { _id: 2, at: null },
        { _id: 3, at: null },
        { _id: 4, tags: 'z', at: null },
      ],
    ],
    [[{ $match: { qty: 99 } }, { $count: 'n' }], []],
    [[{ $count: 'n' }], [{ n: 4 }]],
    [[{ $sortByCount: '$sku' }, { $limit: 1 }], [{ _id: 'A', count: 2 }]],
    [
      [{ $limit: 1 }, { $addFields: { 'deep.total': { $multiply: ['$qty', '$price'] }, sku: '$$REMOVE' } }],
      [{ _id: 1, qty: 2, price: 1.5, tags: ['x', 'y'], deep: { total: 3 } }],
    ],
    [
      [
        { $limit: 1 },
        { $set: { a: { b: 1 } } },
        { $set: { a: { c: 2 } } },
        { $unset: ['qty', 'price', 'tags'] },
      ],
      [{ _id: 1, sku: 'A', a: { b: 1, c: 2 } }],
    ],
    [[{ $limit: 1 }, { $replaceRoot: { newRoot: { s: '$sku' } } }], [{ s: 'A' }]],
    [[{ $limit: 1 }, { $replaceWith: { $mergeObjects: [{ x: 1 }, { y: '$qty' }] } }], [{ x: 1, y: 2 }]],
    [
      [
        {
          $facet: {
            count: [{ $count: 'n' }],
            big: [{ $match: { qty: { $gt: 4 } } }, { $project: { _id: 1 } }],
          },
        },
      ],
      [{ count: [{ n: 4 }], big: [{ _id: 3 }, { _id: 4 }] }],
    ],
    [
      [
        { $match: { _id: { $lte: 2 } } },
        { $lookup: { from: 'products', localField: 'sku', foreignField: '_id', as: 'product' } },
        { $project: { 'product.name': 1 } },
      ],
      [
        { _id: 1, product: [{ name: 'Apple' }] },
        { _id: 2, product: [{ name: 'Bread' }] },
      ],
    ],
    [
      [
        { $match: { _id: 4 } },
        { $lookup: { from: 'products', localField: 'sku', foreignField: 'code', as: 'p' } },
        { $project: { names: '$p.name' } },
      ],
      [{ _id: 4, names: ['Apple', 'Bread', 'None'] }],
    ],
    [
      [
        { $match: { _id: 1 } },
        { $lookup: { from: 'products', localField: 'tags', foreignField: 'tags', as: 'p' } },
        { $project: { n: { $size: '$p' } } },
      ],
      [{ _id: 1, n: 0 }],
    ],
    [
      [
        { $match: { _id: 1 } },
        {
          $lookup: {
            from: 'products',
            let: { s: '$sku' },
            pipeline: [{ $match: { $expr: { $eq: ['$_id', '$$s'] } } }, { $project: { name: 1, _id: 0 } }],
            as: 'p',
          },
        },
        { $project: { p: 1 } },
      ],
      [{ _id: 1, p: [{ name: 'Apple' }] }],
    ],
    [
      [
        { $match: { _id: 1 } },
        {
          $lookup: {
            from: 'products',
            localField: 'sku',
            foreignField: '_id',
            pipeline: [{ $project: { _id: 1 } }],
            as: 'p',
          },
        },
        { $project: { p: 1 } },
      ],
      [{ _id: 1, p: [{ _id: 'A' }] }],
    ],
    [
      [
        { $limit: 1 },
        { $project: { _id: 1 } },
        { $unionWith: { coll: 'products', pipeline: [{ $match: { name: /^B/ } }] } },
      ],
      [{ _id: 1 }, { _id: 'B', name: 'Bread', tags: [] }],
    ],
  ];
  test.each(cases)('%j', (stages, expected) => expect(plain(LINES, stages)).toEqual(expected));

  test('$sample takes no document twice', () => {
    const ids = plain(LINES, [{ $sample: { size: 3 } }]).map((doc) => (doc as { _id: number })._id);
    expect(new Set(ids).size).toBe(3);
  });
  test('variables of the command', () => {
    expect(
      plain(LINES, [{ $match: { $expr: { $eq: ['$sku', '$$wanted'] } } }, { $project: { w: '$$wanted' } }], {
        wanted: 'B',
      }),
    ).toEqual([{ _id: 2, w: 'B' }]);
  });
});

describe('expressions', () => {
  const int = (n: number): object => ({ $numberInt: String(n) });
  const double = (n: string): object => ({ $numberDouble: n });
  const long = (n: string): object => ({ $numberLong: n });
  const decimal = (n: string): object => ({ $numberDecimal: n });
  const date = (text: string): object => ({ $date: { $numberLong: String(Date.parse(text)) } });
  const id = new ObjectId('65f000000000000000000001');
  const doc = {
    i: new Int32(7),
    d: new Double(2),
    l: Long.fromString('9007199254740993'),
    m: Decimal128.fromString('0.1'),
    s: 'text',
    id,
    n: null,
    list: [3, 1, 2],
    rows: [{ k: 1 }, { k: 2 }, {}],
    at: new Date('2026-01-31T22:30:00Z'),
  };
  const cases: [expression: unknown, expected: unknown][] = [
    ['$i', int(7)],
    ['$rows.k', [int(1), int(2)]],
    [{ $literal: '$i' }, '$i'],
    [{ $add: ['$i', 1] }, int(8)],
    [{ $add: ['$l', 1] }, long('9007199254740994')],
    [{ $add: ['$m', Decimal128.fromString('0.2')] }, decimal('0.3')],
    [{ $add: ['$d', 1] }, double('3.0')],
    [{ $add: ['$i', '$n'] }, null],
    [{ $add: ['$at', 1000] }, date('2026-01-31T22:30:01Z')],
    [{ $add: [{ $abs: -5 }, { $strLenCP: '$s' }] }, int(9)],
    [{ $subtract: ['$i', 9] }, int(-2)],
    [{ $subtract: ['$at', new Date('2026-01-31T22:00:00Z')] }, long('1800000')],
    [{ $multiply: ['$i', 0.5] }, double('3.5')],
    [{ $divide: ['$i', 2] }, double('3.5')],
    [{ $divide: [Decimal128.fromString('1'), 3] }, decimal('0.3333333333333333333333333333333333')],
    [{ $mod: ['$i', 4] }, int(3)],
    [{ $toString: '$id' }, id.toHexString()],
    [{ $toString: '$l' }, '9007199254740993'],
    [{ $toObjectId: id.toHexString() }, { $oid: id.toHexString() }],
    [{ $toInt: '12' }, int(12)],
    [{ $toInt: 3.9 }, int(3)],
    [{ $toLong: '9007199254740993' }, long('9007199254740993')],
    [{ $toDecimal: '1.10' }, decimal('1.10')],
    [{ $toDecimal: '-.5e2' }, decimal('-5E+1')],
    [
      { $toDecimal: '12345678901234567890123456789012345.5' },
      decimal('1.234567890123456789012345678901235E+34'),
    ],
    [{ $convert: { input: '1e9999', to: 'decimal', onError: 'too large' } }, 'too large'],
    [{ $toDouble: '$i' }, double('7.0')],
    [{ $toBool: '$s' }, true],
    [{ $toDate: '$id' }, { $date: { $numberLong: String(id.getTimestamp().getTime()) } }],
    [{ $convert: { input: 'x', to: 'int', onError: 'bad' } }, 'bad'],
    [{ $convert: { input: '$missing', to: 'int', onNull: 0 } }, int(0)],
    [{ $type: '$l' }, 'long'],
    [{ $type: '$missing' }, 'missing'],
    [{ $cmp: ['$missing', null] }, int(-1)],
    [{ $eq: ['$i', new Double(7)] }, true],
    [{ $lt: ['$i', 'x'] }, true],
    [{ $in: [2, '$list'] }, true],
    [{ $cond: { if: { $gt: ['$i', 5] }, [THEN]: 'big', else: 'small' } }, 'big'],
    [{ $ifNull: ['$n', '$missing', 'default'] }, 'default'],
    [{ $switch: { branches: [{ case: { $eq: ['$i', 1] }, [THEN]: 'a' }], default: 'z' } }, 'z'],
    [{ $and: [true, '$i', { $not: ['$n'] }] }, true],
    [{ $or: [0, '$n'] }, false],
    [{ $let: { vars: { x: '$i' }, in: { $multiply: ['$$x', 2] } } }, int(14)],
    [{ $map: { input: '$list', as: 'x', in: { $add: ['$$x', '$i'] } } }, [int(10), int(8), int(9)]],
    [{ $filter: { input: '$list', as: 'x', cond: { $gte: ['$$x', 2] } } }, [int(3), int(2)]],
    [{ $reduce: { input: '$list', initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, int(6)],
    [{ $sum: '$list' }, int(6)],
    [{ $max: ['$i', 9] }, int(9)],
    [{ $size: '$list' }, int(3)],
    [{ $arrayElemAt: ['$list', -1] }, int(2)],
    [{ $slice: ['$list', 2] }, [int(3), int(1)]],
    [{ $concatArrays: ['$list', [9]] }, [int(3), int(1), int(2), int(9)]],
    [{ $sortArray: { input: '$list', sortBy: -1 } }, [int(3), int(2), int(1)]],
    [
      {
        $setUnion: [
          [1, 2],
          [2, new Double(1)],
        ],
      },
      [int(1), int(2)],
    ],
    [{ $setIsSubset: [[1], '$list'] }, true],
    [{ $setDifference: ['$list', [1]] }, [int(3), int(2)]],
    [{ $concat: ['a', '$s'] }, 'atext'],
    [{ $toUpper: '$s' }, 'TEXT'],
    [{ $split: ['a-b', '-'] }, ['a', 'b']],
    [{ $substrCP: ['$s', 1, 2] }, 'ex'],
    [{ $regexMatch: { input: '$s', regex: /^TE/i } }, true],
    [{ $trim: { input: ' x ' } }, 'x'],
    [{ $objectToArray: { a: 1 } }, [{ k: 'a', v: int(1) }]],
    [{ $year: '$at' }, int(2026)],
    [{ $dateToString: { date: '$at', format: '%Y-%m-%d', timezone: 'Europe/Berlin' } }, '2026-01-31'],
    [{ $dateAdd: { startDate: '$at', unit: 'month', amount: 1 } }, date('2026-02-28T22:30:00Z')],
    [
      {
        $dateAdd: {
          startDate: new Date('2026-03-28T12:00:00Z'),
          unit: 'day',
          amount: 1,
          timezone: 'Europe/Berlin',
        },
      },
      date('2026-03-29T11:00:00Z'),
    ],
    [{ $dateSubtract: { startDate: '$at', unit: 'hour', amount: 23 } }, date('2026-01-30T23:30:00Z')],
    [{ $dateTrunc: { date: '$at', unit: 'month', timezone: '+02:00' } }, date('2026-01-31T22:00:00Z')],
    [{ $dateTrunc: { date: '$at', unit: 'week', startOfWeek: 'monday' } }, date('2026-01-26T00:00:00Z')],
    [{ $dateTrunc: { date: '$at', unit: 'minute', binSize: 20 } }, date('2026-01-31T22:20:00Z')],
    [{ $dateDiff: { startDate: '$at', endDate: new Date('2026-02-01T00:10:00Z'), unit: 'day' } }, long('1')],
    [
      {
        $dateDiff: {
          startDate: '$at',
          endDate: new Date('2026-02-01T00:10:00Z'),
          unit: 'day',
          timezone: 'America/New_York',
        },
      },
      long('0'),
    ],
  ];
  test.each(cases)('%j', (expression, expected) => expect(evaluated(expression, doc)).toEqual(expected));

  test('$$NOW is one instant for all documents', () => {
    const times = plain(
      [{ a: 1 }, { a: 2 }],
      [{ $project: { _id: 0, t: '$$NOW', u: { $dateToString: { date: '$$NOW' } } } }],
    );
    expect(times[0]).toEqual(times[1]);
  });
  test('sums of all kinds of numbers are exact', () => {
    const sum = (values: unknown[]): unknown =>
      typed(
        aggregated(
          values.map((v) => ({ v })),
          [{ $group: { _id: 0, v: { $sum: '$v' } } }],
        )[0] ?? {},
      );
    expect(sum([Decimal128.fromString('0.1'), Decimal128.fromString('0.2')])).toMatchObject({
      v: decimal('0.3'),
    });
    expect(sum([Long.fromString('9007199254740993'), new Int32(1)])).toMatchObject({
      v: long('9007199254740994'),
    });
    expect(sum([new Int32(2147483647), new Int32(1), 'text', null])).toMatchObject({ v: long('2147483648') });
    expect(sum([new Double(1), new Int32(1)])).toMatchObject({ v: double('2.0') });
  });
});

describe('a pipeline is refused with its code', () => {
  const cases: [stages: object[], code: number][] = [
    [[{ $nothing: 1 }], 40324],
    [[{ $match: {}, $sort: {} }], 40323],
    [[{}], 40323],
    [[{ $out: 'x' }], 40601],
    [[{ $graphLookup: {} }], 115],
    [[{ $changeStream: {} }], 40602],
    [[{ $match: 5 }], 15959],
    [[{ $sort: {} }], 15976],
    [[{ $sort: { a: 2 } }], 15975],
    [[{ $sort: { a: 'x' } }], 15974],
    [[{ $limit: 0 }], 15958],
    [[{ $skip: -1 }], 15956],
    [[{ $limit: 'x' }], 5107201],
    [[{ $project: {} }], 51272],
    [[{ $group: { a: 1 } }], 15955],
    [[{ $group: { _id: 1, a: { $nothing: 1 } } }], 15952],
    [[{ $group: { _id: 1, a: 5 } }], 40234],
    [[{ $group: { _id: 1, 'a.b': { $sum: 1 } } }], 40235],
    [[{ $unwind: 'a' }], 28818],
    [[{ $count: '' }], 40156],
    [[{ $replaceRoot: { newRoot: 5 } }], 40228],
    [[{ $lookup: { from: 'x', as: 'y' } }], 9],
    [[{ $facet: {} }], 40169],
    [[{ $project: { a: { $foo: 1 } } }], 168],
    [[{ $project: { a: { $add: [1], $subtract: [1] } } }], 15983],
    [[{ $project: { a: { $function: {} } } }], 115],
    [[{ $project: { a: '$$nothing' } }], 17276],
    [[{ $project: { a: { $map: { input: '$list', in: '$$nothing' } } } }], 17276],
    [[{ $project: { a: { $toInt: 'x' } } }], 241],
    [[{ $project: { a: { $add: ['$s', 1] } } }], 14],
    [[{ $project: { a: { $divide: [1, 0] } } }], 2],
    [[{ $project: { a: { $in: [1, 5] } } }], 40081],
    [[{ $project: { a: { $dateTrunc: { date: '$at', unit: 'moon' } } } }], 9],
    [
      [{ $project: { a: { $dateAdd: { startDate: '$at', unit: 'day', amount: 1, timezone: 'Moon' } } } }],
      40485,
    ],
  ];
  test.each(cases)('%j: %i', (stages, code) => {
    expect(codeOf(() => aggregated([{ s: 'x', list: [1], at: new Date() }], stages))).toBe(code);
  });
});
