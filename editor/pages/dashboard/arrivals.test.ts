import { describe, expect, test } from '@jest/globals';
import { noArrivals, seeArrivals } from './arrivals.ts';

describe('arrivals', () => {
  test('are what came in after the first sight', () => {
    const first = seeArrivals(noArrivals, ['b', 'a']);
    expect([...first.fresh]).toEqual([]);
    const second = seeArrivals(first, ['c', 'b']);
    expect([...second.fresh]).toEqual(['c']);
    const third = seeArrivals(second, ['d', 'c']);
    expect([...third.fresh]).toEqual(['d', 'c']);
  });

  test('an unchanged list gives the same answer, so that nothing is drawn anew', () => {
    const first = seeArrivals(noArrivals, ['b', 'a']);
    expect(seeArrivals(first, ['b', 'a'])).toBe(first);
    expect(seeArrivals(first, ['a', 'b'])).toBe(first);
  });

  test('the first order of an empty shop is an arrival', () => {
    const empty = seeArrivals(noArrivals, []);
    expect([...seeArrivals(empty, ['a']).fresh]).toEqual(['a']);
  });

  test('what left the list is forgotten', () => {
    let seen = seeArrivals(noArrivals, ['0']);
    for (let order = 1; order <= 100; order += 1) seen = seeArrivals(seen, [`${order}`, `${order - 1}`]);
    expect(seen.known?.size).toBe(2);
    expect(seen.fresh.size).toBe(2);
  });
});
