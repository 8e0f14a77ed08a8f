import { describe, expect, test } from '@jest/globals';
import { Double, Int32 } from 'bson';
import { Environment } from '../aggregate/expression.ts';
import { decode } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import { compileFilter } from '../filter/filter.ts';
import { codeOf, received, stored, typed } from '../test-values.ts';
import { compileFindProjection } from './find-projection.ts';

function projected(doc: object, spec: object, filter: object = {}): object {
  const environment = new Environment();
  const projection = compileFindProjection(stored(spec), environment.compile, environment.filterContext);
  const note: { position?: number | undefined } = {};
  compileFilter(stored(filter))(stored(doc), note);
  const result = received(projection.apply(stored(doc), note));
  // What only keeps or drops whole fields is done without decoding: the same in another way.
  if (projection.ofBytes) expect(shown(decode(projection.ofBytes(encode(stored(doc)))))).toBe(shown(result));
  return result;
}

/** With the order of the fields. */
function shown(doc: object): string {
  return JSON.stringify(received(stored(doc)));
}

test('a projection of whole fields leaves the bytes of the others where they are', () => {
  const environment = new Environment();
  const of = (spec: object) =>
    compileFindProjection(stored(spec), environment.compile, environment.filterContext).ofBytes;
  const bytes = encode(stored({ a: [1, 'é'], é: { b: 1 }, _id: 'last', c: new Date(0), d: null, e: '' }));
  const through = (spec: object) => received(decode(of(spec)?.(bytes) ?? Buffer.alloc(0)));
  expect(through({ d: 1, a: 1, none: 1 })).toEqual({ _id: 'last', a: [1, 'é'], d: null });
  expect(Object.keys(through({ d: 1, a: 1 }))).toEqual(['_id', 'a', 'd']);
  expect(through({ _id: 0, e: 1, é: 1 })).toEqual({ é: { b: 1 }, e: '' });
  expect(through({ a: 0, c: 0 })).toEqual({ _id: 'last', é: { b: 1 }, d: null, e: '' });
  expect(through({ _id: 0, none: 1 })).toEqual({});
  for (const spec of [{ 'a.b': 1 }, { a: { $slice: 1 } }, { a: '$c' }, { 'a.b': 0 }])
    expect(of(spec)).toBeUndefined();
});

describe('a projection makes of a document', () => {
  const doc = { _id: 1, a: 1, b: { c: 2, d: 3 }, e: [{ f: 1, g: 2 }, 5, { f: 3 }], h: [1, 2, 3, 4] };
  const cases: [spec: object, expected: object][] = [
    [{}, doc],
    [{ a: 1 }, { _id: 1, a: 1 }],
    [{ a: true, _id: 0 }, { a: 1 }],
    [{ _id: 1 }, { _id: 1 }],
    [
      { _id: 0, a: 0, h: 0 },
      { b: doc.b, e: doc.e },
    ],
    [
      { h: 0, e: 0, b: 0 },
      { _id: 1, a: 1 },
    ],
    [{ _id: 0 }, { a: 1, b: doc.b, e: doc.e, h: doc.h }],
    [
      { h: 1, a: 1 },
      { _id: 1, a: 1, h: doc.h },
    ],
    [{ 'b.c': 1 }, { _id: 1, b: { c: 2 } }],
    [{ b: { c: 1 } }, { _id: 1, b: { c: 2 } }],
    [
      { 'b.c': 0, h: 0, e: 0 },
      { _id: 1, a: 1, b: { d: 3 } },
    ],
    [{ 'e.f': 1 }, { _id: 1, e: [{ f: 1 }, { f: 3 }] }],
    [
      { 'e.f': 0, b: 0, h: 0 },
      { _id: 1, a: 1, e: [{ g: 2 }, 5, {}] },
    ],
    [{ 'a.x': 1 }, { _id: 1 }],
    [{ missing: 1 }, { _id: 1 }],
    [
      { h: { $slice: 2 }, b: 0, e: 0 },
      { _id: 1, a: 1, h: [1, 2] },
    ],
    [
      { h: { $slice: -1 }, _id: 1, a: 1 },
      { _id: 1, a: 1, h: [4] },
    ],
    [
      { h: { $slice: [1, 2] }, a: 1 },
      { _id: 1, a: 1, h: [2, 3] },
    ],
    [
      { h: { $slice: [-3, 2] }, a: 1 },
      { _id: 1, a: 1, h: [2, 3] },
    ],
    [{ e: { $elemMatch: { f: 3 } } }, { _id: 1, e: [{ f: 3 }] }],
    [{ h: { $elemMatch: { $gt: 2 } } }, { _id: 1, h: [3] }],
    [{ h: { $elemMatch: { $gt: 9 } } }, { _id: 1 }],
    [{ sum: { $add: ['$a', '$b.c'] } }, { _id: 1, sum: 3 }],
    [
      { a: 1, copy: '$b.c', text: 'plain' },
      { _id: 1, a: 1, copy: 2, text: 'plain' },
    ],
    [
      { 'b.sum': { $add: ['$b.c', '$b.d'] }, 'b.c': 1 },
      { _id: 1, b: { c: 2, sum: 5 } },
    ],
    [
      { _id: '$a', b: '$b.c' },
      { _id: 1, b: 2 },
    ],
  ];
  test.each(cases)('%j: %j', (spec, expected) => {
    const result = projected(doc, spec);
    expect(result).toEqual(expected);
    expect(Object.keys(result)).toEqual(Object.keys(expected));
  });
  test('the element that the filter found', () => {
    expect(projected(doc, { 'h.$': 1 }, { h: { $gte: 3 } })).toEqual({ _id: 1, h: [3] });
    expect(projected(doc, { 'e.$': 1, a: 1 }, { 'e.f': 3 })).toEqual({ _id: 1, a: 1, e: [{ f: 3 }] });
  });
  test('with the types of what it keeps', () => {
    const environment = new Environment();
    const projection = compileFindProjection(
      stored({ a: 1, b: '$a' }),
      environment.compile,
      environment.filterContext,
    );
    expect(typed(projection.apply(stored({ a: new Double(2), c: new Int32(1) })))).toEqual({
      a: { $numberDouble: '2.0' },
      b: { $numberDouble: '2.0' },
    });
  });
});

describe('a projection is refused with its code', () => {
  const cases: [spec: object, code: number][] = [
    [{ a: 1, b: 0 }, 31254],
    [{ a: 0, b: 1 }, 31253],
    [{ a: 0, b: '$a' }, 31253],
    [{ a: 1, 'a.b': 1 }, 31249],
    [{ 'a.b': 1, a: 1 }, 31250],
    [{ a: {} }, 51270],
    [{ a: { $nothing: 1 } }, 168],
    [{ a: { $meta: 'textScore' } }, 115],
    [{ a: { $elemMatch: 5 } }, 31274],
    [{ 'a.b': { $elemMatch: { c: 1 } } }, 31275],
    [{ 'h.$': 1 }, 51246],
    [{ h: { $slice: [1, 0] } }, 28724],
    [{ 'a..b': 1 }, 16410],
  ];
  test.each(cases)('%j: %i', (spec, code) =>
    expect(codeOf(() => projected({ a: 1, h: [1] }, spec))).toBe(code),
  );
});
