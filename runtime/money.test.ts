import { expect, test } from '@jest/globals';
import { minorDigits, moneyFromDecimal } from './money.ts';

test.each([
  ['43.80', 'GBP', 4380],
  ['-9.9', 'USD', -990],
  ['12', 'EUR', 1200],
  ['0.1', 'EUR', 10],
  [' 1.005 ', 'EUR', 101],
  ['-1.005', 'EUR', -101],
  ['1.0049', 'EUR', 100],
  ['-0.001', 'EUR', 0],
  ['150', 'JPY', 150],
  ['150.5', 'JPY', 151],
  ['1.2345', 'KWD', 1235],
  ['90071992547409.91', 'USD', Number.MAX_SAFE_INTEGER],
])('%s %s is %d minor units', (decimal, currency, amount) => {
  expect(moneyFromDecimal(decimal, currency)).toEqual({ amount, currency });
});

test.each(['', '.5', '1,5', '1e3', 'NaN', '0x10', '１２', '90071992547409.92', '9'.repeat(400)])(
  '"%s" is refused, not guessed',
  (text) => {
    expect(() => moneyFromDecimal(text, 'USD')).toThrow(RangeError);
  },
);

test('a currency has as many digits as it has', () => {
  expect(['USD', 'JPY', 'KWD', 'USD'].map(minorDigits)).toEqual([2, 0, 3, 2]);
});
