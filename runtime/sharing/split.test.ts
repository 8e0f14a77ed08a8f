import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConnectionId } from '../ids.ts';
import { sumOf } from '../stock/quotas.ts';
import { movesOf, type Part, splitUnits } from './split.ts';

const part = (name: string, perSecond = 0, cap = 1_000_000): Part => ({
  connectionId: ConnectionId.parse(name),
  perSecond,
  cap,
});
const five = ['a', 'b', 'c', 'd', 'e'].map((name) => part(name));

describe('a split', () => {
  test('is even where nothing was measured, and whole', () => {
    expect(splitUnits(100, five)).toEqual({ a: 20, b: 20, c: 20, d: 20, e: 20 });
    expect(splitUnits(3, five)).toEqual({ a: 1, b: 1, c: 1, d: 0, e: 0 });
    expect(splitUnits(0, five)).toEqual({ a: 0, b: 0, c: 0, d: 0, e: 0 });
  });

  test('follows the measured sales, and leaves the quiet ones something', () => {
    expect(splitUnits(100, [part('a', 3), part('b', 1)])).toEqual({ a: 75, b: 25 });
    expect(splitUnits(100, [part('a', 3), part('b', 0)]).b).toBeGreaterThanOrEqual(10);
  });

  test('gives what a cap refuses to the others, and what nobody may take to nobody', () => {
    expect(splitUnits(30, [part('a', 0, 5), part('b'), part('c')])).toEqual({ a: 5, b: 13, c: 12 });
    expect(splitUnits(30, [part('a', 0, 5), part('b', 0, 0)])).toEqual({ a: 5, b: 0 });
  });

  const parts = fc.uniqueArray(
    fc.record({
      connectionId: fc.constantFrom(...'abcdefgh').map((name) => ConnectionId.parse(name)),
      perSecond: fc.double({ min: 0, max: 50, noNaN: true }),
      cap: fc.oneof(fc.constant(1_000_000), fc.nat(30)),
    }),
    { minLength: 1, selector: ({ connectionId }) => connectionId },
  );

  test('never gives more than there is, nor more than a cap, and all of it where the caps allow', () => {
    fc.assert(
      fc.property(fc.nat(500), parts, (units, all) => {
        const split = splitUnits(units, all);
        const caps = all.reduce((sum, { cap }) => sum + cap, 0);
        expect(sumOf(split)).toBe(Math.min(units, caps));
        for (const { connectionId, cap } of all) {
          expect(split[connectionId]).toBeGreaterThanOrEqual(0);
          expect(split[connectionId]).toBeLessThanOrEqual(cap);
        }
      }),
    );
  });

  test('moved as planned never exceeds what there is, and comes to rest', () => {
    fc.assert(
      fc.property(fc.nat(200), parts, fc.array(fc.nat(60), { maxLength: 8 }), (units, all, have) => {
        let now: Record<string, number> = {};
        let left = units;
        for (const [index, { connectionId }] of all.entries()) {
          const has = Math.min(left, have[index] ?? 0);
          now[connectionId] = has;
          left -= has;
        }
        for (let turn = 0; turn < 4; turn += 1) {
          const { give, takeBack } = movesOf(units, now, all);
          for (const [connection, down] of Object.entries(takeBack)) {
            expect(down).toBeLessThan(now[connection] ?? 0);
          }
          now = { ...now, ...give, ...takeBack };
          expect(sumOf(now)).toBeLessThanOrEqual(units);
        }
        expect(movesOf(units, now, all)).toEqual({ give: {}, takeBack: {} });
      }),
    );
  });
});

describe('moves', () => {
  test('give what is in no part to who has least of it', () => {
    expect(movesOf(10, { a: 4, b: 1 }, [part('a'), part('b')])).toEqual({
      give: { a: 5, b: 5 },
      takeBack: {},
    });
  });

  test('take nothing back while every part has enough', () => {
    expect(movesOf(9, { a: 5, b: 4 }, [part('a', 1), part('b', 1)])).toEqual({ give: {}, takeBack: {} });
  });

  test('take back from who has more than its share when another has run out', () => {
    expect(movesOf(10, { a: 10, b: 0 }, [part('a'), part('b')])).toEqual({ give: {}, takeBack: { a: 5 } });
  });

  test('take back what a larger buffer wants, and what a channel without a listing has', () => {
    expect(movesOf(6, { a: 5, b: 5 }, [part('a'), part('b')]).takeBack).toEqual({ a: 3, b: 3 });
    expect(movesOf(10, { a: 5, gone: 5 }, [part('a')]).takeBack).toEqual({ gone: 0 });
  });
});
