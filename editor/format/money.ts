import type { MoneyView } from '#server/api/views.ts';
import { locale } from './locale.ts';

const formats = new Map<string, Intl.NumberFormat>();

/** Money in the reader's notation. The currency itself says how many minor digits it has (GBP 2, JPY 0). */
export function formatMoney({ amount, currency }: MoneyView): string {
  let format = formats.get(currency);
  if (!format) {
    format = new Intl.NumberFormat(locale, { style: 'currency', currency });
    formats.set(currency, format);
  }
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}
