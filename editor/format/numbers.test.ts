import { describe, expect, test } from '@jest/globals';
import { pickLocale } from './locale.ts';
import { formatMoney } from './money.ts';
import {
  formatBadge,
  formatChange,
  formatCount,
  formatDuration,
  formatPercent,
  formatShort,
} from './numbers.ts';

/** Spaces between figure and unit do not break; here they are written as plain ones. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('counts', () => {
  test('are grouped, and shortened only where they would be long', () => {
    expect(formatCount(12408)).toBe('12,408');
    expect(formatShort(9999)).toBe('9,999');
    expect(formatShort(18422).toLowerCase()).toBe('18.4k');
    expect(formatBadge(99)).toBe('99');
    expect(formatBadge(100)).toBe('99+');
  });
});

describe('durations', () => {
  test.each([
    [0, '0 ms'],
    [640, '640 ms'],
    [999, '999 ms'],
    [1000, '1.0 s'],
    [1820, '1.8 s'],
    [9949, '9.9 s'],
    // Rounding must not lead to a unit of its own: neither 10.0 s, nor 60 s, nor 60 min.
    [9960, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [3_599_000, '1 h'],
    [7_500_000, '2 h 5 min'],
    [7_200_000, '2 h'],
  ])('%d ms reads %s', (ms, words) => {
    expect(plain(formatDuration(ms))).toBe(words);
  });
});

describe('money', () => {
  test('has the digits of its currency', () => {
    expect(formatMoney({ amount: 123456, currency: 'GBP' })).toBe('£1,234.56');
    expect(formatMoney({ amount: 1234, currency: 'JPY' })).toMatch(/1,234$/);
    expect(formatMoney({ amount: 1234, currency: 'KWD' })).toMatch(/1\.234$/);
    expect(formatMoney({ amount: -5, currency: 'EUR' })).toMatch(/-€0\.05/);
  });
});

describe('the locale', () => {
  test('is the first English one that Intl can use', () => {
    expect(pickLocale(['de-DE', 'en-AU', 'en'])).toBe('en-AU');
    expect(pickLocale(['de-DE'])).toBe('en-GB');
    expect(pickLocale([])).toBe('en-GB');
    expect(pickLocale(['enm', 'en-001'])).toBe('en-001');
  });

  test('is never a tag that Intl throws at (seen in headless Chromium)', () => {
    expect(pickLocale(['en-US@posix', 'en-US'])).toBe('en-US');
    expect(pickLocale(['en-US@posix'])).toBe('en-GB');
  });
});

test('shares: what is there at all is never shown as nothing', () => {
  expect([0, 0.00001, 0.0042, 0.4, 1].map(formatPercent)).toEqual(['0%', '0.1%', '0.4%', '40%', '100%']);
});

test('changes have a sign, and are left out where they would say nothing', () => {
  expect(formatChange(112, 100)).toBe('+12%');
  expect(formatChange(97, 100)).toMatch(/^[-−]3%$/);
  expect(formatChange(100, 100)).toBe('0%');
  expect(formatChange(5, 0)).toBe('');
});
