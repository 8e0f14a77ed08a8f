/** How WordPress writes times, money and addresses of pages. The sandbox's clock stands on UTC. */
import { minorDigits } from '#runtime/money.ts';

/** `2026-11-22T17:17:19`: no zone, whole seconds. */
export function wordpressDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}

export function wordpressDateOrNull(ms: number | null): string | null {
  return ms === null ? null : wordpressDate(ms);
}

const digits = new Map<string, number>();

/** `minorDigits`, asked once for each currency: bodies of orders hold thousands of amounts. */
export function digitsOf(currency: string): number {
  const known = digits.get(currency) ?? minorDigits(currency);
  digits.set(currency, known);
  return known;
}

/** `43.80`, `-9.90`: as many digits as the currency has. */
export function decimalText(minor: number, currency: string): string {
  const places = digitsOf(currency);
  const text = String(Math.abs(minor)).padStart(places + 1, '0');
  const whole = text.slice(0, text.length - places);
  return `${minor < 0 ? '-' : ''}${whole}${places > 0 ? `.${text.slice(-places)}` : ''}`;
}

const symbols = new Map<string, string>();

export function currencySymbol(currency: string): string {
  const known = symbols.get(currency);
  if (known) return known;
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  });
  const symbol = format.formatToParts(0).find((part) => part.type === 'currency')?.value ?? currency;
  symbols.set(currency, symbol);
  return symbol;
}

export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}
