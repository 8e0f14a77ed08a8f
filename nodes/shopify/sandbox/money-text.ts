/** Amounts of money as Shopify writes them. */
import { minorDigits } from '#runtime/money.ts';

/** A function that writes amounts in minor units as decimal text: 1234 in USD is `12.34`, in JPY `1234`. */
export function decimalWriter(currency: string): (amount: number) => string {
  // Asked for once: looking it up costs more than all the rest, and an order has a thousand amounts.
  const digits = minorDigits(currency);
  return (amount) => {
    const text = String(Math.abs(amount)).padStart(digits + 1, '0');
    const whole = text.slice(0, text.length - digits);
    const fraction = text.slice(text.length - digits);
    return `${amount < 0 ? '-' : ''}${whole}${digits > 0 ? `.${fraction}` : ''}`;
  };
}
