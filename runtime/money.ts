/** Money as whole minor units (cents, pence, yen) with its currency: no fractions, no floating point. */
import { z } from 'zod';

export const Money = z.object({
  /** Minor units: 1234 with USD is $12.34, with JPY ¥1234. Negative for what is paid back. */
  amount: z.int(),
  /** ISO 4217 code, upper case. */
  currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 currency code has three capital letters'),
});
export type Money = z.infer<typeof Money>;

/** Asking Intl takes some 20 µs, and an order can have a thousand prices. */
const digitsByCurrency = new Map<string, number>();

/** How many digits the minor unit of a currency has: 2 for USD, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  const known = digitsByCurrency.get(currency);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  digitsByCurrency.set(currency, digits);
  return digits;
}

/**
 * Reads a decimal as channels write it (`"43.80"`, `"-9.9"`, `"12"`), rounding half away from zero to
 * the currency's minor unit, by digits and not by floating point.
 * @throws {RangeError} when the text is not a plain decimal or is beyond safe integers.
 */
export function moneyFromDecimal(decimal: string, currency: string): Money {
  const match = /^(-?)(\d{1,15})(?:\.(\d+))?$/.exec(decimal.trim());
  if (!match) throw new RangeError(`"${decimal.slice(0, 40)}" is not a decimal amount of money`);
  const [, sign, whole = '0', fraction = ''] = match;
  const digits = minorDigits(currency);
  const kept = fraction.slice(0, digits).padEnd(digits, '0');
  const roundUp = (fraction[digits] ?? '0') >= '5' ? 1 : 0;
  const amount = Number(`${whole}${kept}`) + roundUp;
  if (!Number.isSafeInteger(amount))
    throw new RangeError(`"${decimal}" is beyond what can be counted exactly`);
  return { amount: sign === '-' && amount !== 0 ? -amount : amount, currency };
}
