import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bitsOf, mayBeDrained, storedBits, withMarks } from './key-filter.ts';

test('a key that was marked is found, whatever was marked after it, and through the database', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.string(), { maxLength: 40 }), { maxLength: 10 }), (drains) => {
      let bits: Uint8Array | null = null;
      for (const [epoch, keys] of drains.entries()) bits = bitsOf(storedBits(withMarks(bits, epoch, keys)));
      for (const key of drains.flat()) expect(mayBeDrained(bits, drains.length, key)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('a key that was not marked looks unused as often as is said, until the filter gives up', () => {
  let bits: Uint8Array | null = null;
  const drain = (from: number, to: number) => {
    const keys = Array.from(
      { length: to - from },
      (_, index) => `con_1:order:${from + index}:line:1:1:commit`,
    );
    bits = withMarks(bits, from === 0 ? 0 : 1, keys);
  };
  const wrong = () => {
    const others = Array.from({ length: 2_000 }, (_, index) => `con_2:order:${index}:line:1:1:commit`);
    return others.filter((key) => mayBeDrained(bits, 1, key)).length / others.length;
  };
  expect(mayBeDrained(null, 0, 'any')).toBe(false);
  drain(0, 1_000);
  expect(wrong()).toBeLessThan(0.04);
  drain(1_000, 2_000);
  expect(wrong()).toBeLessThan(0.22);
  drain(2_000, 4_000);
  expect(bits).toBeNull();
  expect(wrong()).toBe(1);
  expect(withMarks(bits, 2, ['more'])).toBeNull();
});
