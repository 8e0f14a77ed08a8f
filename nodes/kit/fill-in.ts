import { Money, minorDigits } from '#runtime/money.ts';

/** Longer values are cut: they stand in titles, notes and numbers, not in documents. */
const VALUE_CHARACTERS_MAX = 500;

/** Puts fields of the item in place of `{field}`. Money is written with its currency. A field that is missing or no plain value stays as it stands. */
export function fillIn(text: string, item: Readonly<Record<string, unknown>>): string {
  return text.replace(/\{(\w{1,40})\}/g, (placeholder, field: string) => {
    const value = Object.hasOwn(item, field) ? item[field] : undefined;
    const money = Money.safeParse(value);
    if (money.success) return moneyText(money.data);
    return typeof value === 'string' || typeof value === 'number'
      ? String(value).slice(0, VALUE_CHARACTERS_MAX)
      : placeholder;
  });
}

function moneyText({ amount, currency }: Money): string {
  const digits = minorDigits(currency);
  return `${(amount / 10 ** digits).toFixed(digits)} ${currency}`;
}
