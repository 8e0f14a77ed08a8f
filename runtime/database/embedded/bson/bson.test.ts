import { describe, expect, test } from '@jest/globals';
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  deserialize,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
} from 'bson';
import fc from 'fast-check';
import { codeOf } from '../test-values.ts';
import { compare } from './compare.ts';
import { decode, decodeKeeping } from './decode.ts';
import { encode } from './encode.ts';
import { keyAfter, keyOf } from './keys.ts';
import { add, compareNumbers, multiply, toInteger } from './numbers.ts';
import { EMPTY_ARRAY, spread } from './paths.ts';
import { RawDocument } from './raw.ts';
import { compileSort, parseSort, sortBy } from './sort.ts';
import { validate } from './validate.ts';
import type { Doc, NumberValue, Value } from './values.ts';

const long = (text: string): Long => Long.fromString(text);
const decimal = (text: string): Decimal128 => Decimal128.fromString(text);

/** One of each kind, in MongoDB's order; values in one row are equal. */
const IN_ORDER: Value[][] = [
  [new MinKey()],
  [null, undefined],
  [new Double(Number.NaN), decimal('NaN')],
  [new Double(-Infinity), decimal('-Infinity')],
  [decimal('-1E6000')],
  [long('-9223372036854775808')],
  [long('-9007199254740993')],
  [new Double(-9007199254740992)],
  [new Int32(-5), new Double(-5), long('-5'), decimal('-5.0')],
  [decimal('-0.1')],
  [decimal('-1E-6000')],
  [new Int32(0), new Double(-0), long('0'), decimal('0E+3')],
  [decimal('1E-6000')],
  [decimal('0.1')],
  [new Double(0.1)],
  [decimal('0.1000000000000000055511151231257828')],
  [new Int32(1), decimal('1.000')],
  [new Double(1.5), decimal('1.5')],
  [new Double(9007199254740992), long('9007199254740992')],
  [long('9007199254740993'), decimal('9007199254740993')],
  [decimal('9007199254740993.5')],
  [long('9007199254740994')],
  [long('9223372036854775807')],
  [decimal('1E6000')],
  [new Double(Infinity), decimal('Infinity')],
  [''],
  ['A'],
  ['a'],
  ['a\0'],
  ['a\0b'],
  ['a\u0001'],
  ['ab', new BSONSymbol('ab')],
  ['ä'],
  ['\uffff'],
  ['😀'],
  [{}],
  [{ a: new Int32(1) }],
  [{ a: new Int32(1), b: new Int32(1) }],
  [{ a: new Int32(2) }],
  [{ b: new Int32(0) }],
  [{ a: 'x' }],
  [[]],
  [[new Int32(1)]],
  [[new Int32(1), new Int32(1)]],
  [[new Int32(2)]],
  [[['x']]],
  [new Binary(Buffer.from([]))],
  [new Binary(Buffer.from([9]))],
  [new Binary(Buffer.from([1]), 5)],
  [new Binary(Buffer.from([0, 0]))],
  [new ObjectId('000000000000000000000001')],
  [new ObjectId('65f000000000000000000001')],
  [false],
  [true],
  [new Date(-1)],
  [new Date(0)],
  [new Date(8.64e15)],
  [new Timestamp({ t: 1, i: 2 })],
  [new Timestamp({ t: 4_000_000_000, i: 1 })],
  [new BSONRegExp('a')],
  [new BSONRegExp('a', 'i')],
  [new Code('x')],
  [new Code('x', { a: new Int32(1) })],
  [new MaxKey()],
];

describe('the order of values', () => {
  const ranked = IN_ORDER.flatMap((row, rank) => row.map((value) => ({ value, rank })));
  const pairs = ranked.flatMap((left) => ranked.map((right) => ({ left, right })));

  test('compare() follows MongoDB over all types', () => {
    const wrong = pairs.filter(
      ({ left, right }) => compare(left.value, right.value) !== Math.sign(left.rank - right.rank),
    );
    expect(wrong).toEqual([]);
  });
  test.each([1, -1])('index keys have the same order (direction %i) and none begins another', (direction) => {
    const keys = new Map(ranked.map(({ value }) => [value, keyOf([value], [direction])]));
    const keyFor = (value: Value): Buffer => keys.get(value) ?? Buffer.alloc(0);
    const wrong = pairs.filter(({ left, right }) => {
      const [a, b] = [keyFor(left.value), keyFor(right.value)];
      const order = Math.sign(left.rank - right.rank) * direction || 0;
      if (a.compare(b) !== order) return true;
      if (order === 0) return false;
      return b.subarray(0, a.length).equals(a) || order < 0 !== keyAfter(a).compare(b) <= 0;
    });
    expect(wrong).toEqual([]);
  });
  test('an empty array stands below null in an index', () => {
    expect(keyOf([EMPTY_ARRAY]).compare(keyOf([null]))).toBe(-1);
  });
});

describe('any two values', () => {
  const number: fc.Arbitrary<Value> = fc.oneof(
    fc.integer().map((n) => new Int32(n)),
    fc.double().map((n) => new Double(n)),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => Long.fromBigInt(n)),
    fc
      .tuple(fc.bigInt({ min: -(10n ** 33n), max: 10n ** 33n }), fc.integer({ min: -50, max: 50 }))
      .map(([n, e]) => decimal(`${n}E${e}`)),
  );
  const { value } = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      number,
      fc.string({ unit: 'binary' }),
      fc.boolean(),
      fc.constant(null),
      fc.date({ noInvalidDate: true }),
      fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
      fc.uint8Array().map((bytes) => new Binary(bytes)),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(
        fc.string({ unit: 'grapheme', maxLength: 5 }).filter((name) => !name.includes('\0')),
        tie('value'),
        { maxKeys: 4 },
      ),
    ),
  }));

  test('compare as their index keys do', () => {
    fc.assert(
      fc.property(value, value, (a, b) => compare(a, b) === keyOf([a]).compare(keyOf([b]))),
      { numRuns: 2000 },
    );
  });
  test('and compound keys as their parts, in either direction', () => {
    fc.assert(
      fc.property(value, value, value, value, (a, b, c, d) => {
        const order = compare(a, c) || -compare(b, d) || 0;
        return keyOf([a, b], [1, -1]).compare(keyOf([c, d], [1, -1])) === order;
      }),
      { numRuns: 1000 },
    );
  });
  test('survive encoding and decoding', () => {
    fc.assert(
      fc.property(value, (a) => {
        const bytes = encode({ a });
        expect(validate(bytes, 0, bytes.length)).toBe(bytes.length);
        expect(encode(decode(bytes)).equals(bytes)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
  test('numbers add up like exact numbers', () => {
    const exact = fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n });
    fc.assert(
      fc.property(exact, exact, (a, b) => {
        const sum = add(Long.fromBigInt(a), Long.fromBigInt(b));
        expect(toInteger(sum)).toBe(a + b);
        expect(compareNumbers(Long.fromBigInt(a), decimal(String(b)))).toBe(Math.sign(Number(a - b)));
      }),
    );
  });
});

describe('the codec', () => {
  const doc = {
    double: new Double(1),
    text: 'ä\0ö',
    long_text: 'x'.repeat(500),
    doc: { a: { b: new Int32(1) } },
    list: [new Int32(1), [null]],
    bytes: new Binary(Buffer.from('abc'), 5),
    id: new ObjectId(),
    yes: true,
    at: new Date(-12345),
    no: null,
    regex: new BSONRegExp('a', 'im'),
    code: new Code('x'),
    scoped: new Code('x', { y: new Int32(1) }),
    symbol: new BSONSymbol('s'),
    int: new Int32(-1),
    stamp: new Timestamp({ t: 5, i: 7 }),
    long: long('-5'),
    decimal: decimal('1.50'),
    min: new MinKey(),
    max: new MaxKey(),
    'ünicode name': new Int32(1),
  } satisfies Doc;

  test('writes what the driver’s serializer writes, and reads it back', () => {
    const bytes = Buffer.from(serialize(doc));
    expect(encode(doc).equals(bytes)).toBe(true);
    expect(encode(decode(bytes)).equals(bytes)).toBe(true);
  });
  test('gives no field name a meaning of its own', () => {
    const odd = { $ref: 'a', $id: new Int32(1), _bsontype: 'Long', constructor: 'c', toString: 'x' };
    expect(decode(encode(odd))).toEqual(odd);
    const parsed = decode(encode(JSON.parse('{"__proto__": {"x": "y"}, "a": "b"}') as Doc));
    expect(Object.keys(parsed)).toEqual(['__proto__', 'a']);
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  });
  test('grows with what it has to write', () => {
    const large = {
      list: Array.from({ length: 3000 }, (_, at) => ({ at: new Int32(at), text: 'y'.repeat(100) })),
    };
    expect(deserialize(encode(large), { promoteValues: false })).toEqual(
      deserialize(serialize(large), { promoteValues: false }),
    );
  });
  test('leaves documents in bytes where it is told to', () => {
    const documents = [{ a: new Int32(1) }, {}];
    const { doc: rest, raw } = decodeKeeping(
      encode({ insert: 'x', documents, ordered: true }),
      0,
      'documents',
    );
    expect(rest).toEqual({ insert: 'x', ordered: true });
    expect(raw?.map((bytes) => decode(bytes))).toEqual(documents);
    expect(decode(encode({ batch: [new RawDocument(encode({ a: new Int32(1) }))] }))).toEqual({
      batch: [{ a: new Int32(1) }],
    });
  });
  test('refuses a NUL in a field name', () => {
    expect(codeOf(() => encode({ 'a\0b': 1 }))).toBe(2);
  });
});

describe('bytes from outside', () => {
  const good = encode({
    a: 'text',
    b: { c: [new Int32(1)] },
    d: new Binary(Buffer.from('x')),
    e: new BSONRegExp('a', 'i'),
    f: new Code('x', {}),
  });

  test('are refused wherever one byte is cut off or a length is wrong', () => {
    for (let length = 0; length < good.length; length += 1) {
      expect(codeOf(() => validate(good, 0, length))).toBe(22);
    }
    for (const wrong of [0, -1, 4, 0x7fffffff, -0x80000000, good.length + 1, good.length - 1]) {
      const bytes = Buffer.from(good);
      bytes.writeInt32LE(wrong, 0);
      expect(codeOf(() => validate(bytes, 0, bytes.length))).toBe(22);
    }
  });
  test('never make the decoder fail once they passed', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const bytes = Buffer.from(good);
        bytes[at] = byte;
        if (codeOf(() => validate(bytes, 0, bytes.length)) === undefined) encode(decode(bytes));
      }),
      { numRuns: 3000 },
    );
  });
  test('may not nest too deep', () => {
    const nested = (depth: number): Buffer => {
      let bytes = encode({});
      for (let at = 1; at < depth; at += 1) bytes = encode({ a: new RawDocument(bytes) });
      return bytes;
    };
    expect(codeOf(() => validate(nested(200), 0, nested(200).length))).toBeUndefined();
    expect(codeOf(() => validate(nested(201), 0, nested(201).length))).toBe(15);
  });
  test('may not hold a date that no Date can', () => {
    const bytes = encode({ a: long('9223372036854775807') });
    bytes[4] = 0x09;
    expect(codeOf(() => validate(bytes, 0, bytes.length))).toBe(22);
  });
});

describe('numbers', () => {
  const cases: [left: NumberValue, right: NumberValue, sum: string, product: string][] = [
    [new Int32(2147483647), new Int32(2), '2147483649', '4294967294'],
    [decimal('0.1'), decimal('0.2'), '0.3', '0.02'],
    [decimal('Infinity'), new Int32(1), 'Infinity', 'Infinity'],
    [new Double(0.1), new Double(0.2), '0.30000000000000004', '0.020000000000000004'],
  ];
  test.each(cases)('%s and %s: %s, %s', (left, right, sum, product) => {
    expect(String(add(left, right))).toBe(sum);
    expect(String(multiply(left, right))).toBe(product);
  });
  test.each([
    ['9.999999999999999999999999999999999E6144', '1E6144', 'Infinity'],
    ['-9.999999999999999999999999999999999E6144', '-1E6144', '-Infinity'],
    ['9.999999999999999999999999999999999E6144', '1E6100', '9.999999999999999999999999999999999E+6144'],
    ['9999999999999999999999999999999999', '0.5', '1.000000000000000000000000000000000E+34'],
    ['9999999999999999999999999999999998', '0.5', '9999999999999999999999999999999998'],
    ['1E-6176', '-1E-6176', '0E-6176'],
    ['1E6144', '1E-6176', '1.000000000000000000000000000000000E+6144'],
  ])('the decimals %s and %s make %s', (left, right, sum) => {
    expect(String(add(decimal(left), decimal(right)))).toBe(sum);
  });
  test.each([
    ['1E-6176', '0.5', '0E-6176'],
    ['3E-6176', '0.5', '2E-6176'],
    ['1E-6000', '1E-6000', '0E-6176'],
    ['1E6000', '-1E6000', '-Infinity'],
  ])('the decimals %s times %s make %s', (left, right, product) => {
    expect(String(multiply(decimal(left), decimal(right)))).toBe(product);
  });
  test('a long does not overflow silently', () => {
    expect(codeOf(() => add(Long.MAX_VALUE, new Int32(1)))).toBe(2);
    expect(codeOf(() => multiply(Long.MIN_VALUE, new Int32(-1)))).toBe(2);
  });
});

describe('arrays on a path', () => {
  const rowsOf = (doc: Doc, ...paths: string[]): unknown =>
    spread(
      doc,
      paths.map((path) => path.split('.')),
    ).rows;

  test('are spread into their elements, fields of one array together', () => {
    expect(rowsOf({ a: ['x', 'y'] }, 'a')).toEqual([['x'], ['y']]);
    expect(rowsOf({ a: [] }, 'a')).toEqual([[EMPTY_ARRAY]]);
    expect(rowsOf({ a: [] }, 'a.b')).toEqual([[undefined]]);
    expect(rowsOf({ a: [{ b: 'x', c: 'y' }, { b: 'z' }] }, 'a.b', 'a.c')).toEqual([
      ['x', 'y'],
      ['z', undefined],
    ]);
    expect(rowsOf({ a: [{ b: ['x', 'y'] }], d: 'q' }, 'd', 'a.b')).toEqual([
      ['q', 'x'],
      ['q', 'y'],
    ]);
    expect(rowsOf({ a: [['x']] }, 'a')).toEqual([[['x']]]);
    expect(rowsOf({ a: [[{ b: 'x' }], 'y'] }, 'a.b')).toEqual([[undefined], [undefined]]);
    expect(rowsOf({ a: ['x', 'y'] }, 'a.1')).toEqual([['y']]);
    expect(rowsOf({ a: 5 }, 'a.b', 'c')).toEqual([[undefined, undefined]]);
  });
  test('but not two arrays at once', () => {
    expect(codeOf(() => rowsOf({ a: [1], b: [2] }, 'a', 'b'))).toBe(171);
  });
  test('a sort takes the least element, or the greatest downwards', () => {
    const docs: Doc[] = [
      { _id: 1, a: [1, 9] },
      { _id: 2, a: [5] },
      { _id: 3, a: [] },
      { _id: 4 },
      { _id: 5, a: 'x' },
    ];
    const order = (sort: Doc): Value[] =>
      sortBy(docs, compileSort(parseSort(sort)), (doc) => doc).map((doc) => doc._id);
    expect(order({ a: 1 })).toEqual([3, 4, 1, 2, 5]);
    expect(order({ a: -1 })).toEqual([5, 1, 2, 4, 3]);
    expect(order({ missing: 1, _id: -1 })).toEqual([5, 4, 3, 2, 1]);
  });
});
