import { describe, expect, test } from '@jest/globals';
import { dayHeading, exactTime, raceTime, relativeTime } from './times.ts';

/** Noon in the zone of whoever runs the test. */
const now = new Date(2026, 10, 18, 12, 0, 0).getTime();
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('relative times', () => {
  test.each([
    [-5 * second, 'just now'],
    [0, 'just now'],
    [2 * second, '2 s ago'],
    [59.9 * second, '59 s ago'],
    [minute, '1 min ago'],
    [59.9 * minute, '59 min ago'],
    [hour, '1 h ago'],
    [23.9 * hour, '23 h ago'],
    [day, '1 d ago'],
    [6.9 * day, '6 d ago'],
  ])('%d ms ago reads %s', (ago, words) => {
    expect(relativeTime(now - ago, now)).toBe(words);
  });

  // British and American English differ in the order, and the test runs in either.
  test('become dates after a week, with the year when it is another one', () => {
    expect(relativeTime(now - 8 * day, now)).toMatch(/^(10 Nov|Nov 10)$/);
    expect(relativeTime(now - 400 * day, now)).toMatch(/Oct.*2025/);
  });
});

describe('day headings', () => {
  test('name today and yesterday, and never a day of another week', () => {
    expect(dayHeading(now - 11 * hour, now)).toBe('Today');
    expect(dayHeading(now - 13 * hour, now)).toBe('Yesterday');
    expect(dayHeading(now - 35 * hour, now)).toBe('Yesterday');
    expect(dayHeading(now - 37 * hour, now)).toMatch(/16 November|November 16/);
    expect(dayHeading(new Date(2025, 10, 18, 12).getTime(), now)).toMatch(/18 November|November 18/);
  });
});

test('a race shows the milliseconds that decided it', () => {
  const at = new Date(2026, 10, 18, 14, 2, 3, 417).getTime();
  expect(raceTime(at)).toMatch(/02:03\.417/);
  expect(exactTime(at)).toMatch(/02:03\.4(\D|$)/);
});
