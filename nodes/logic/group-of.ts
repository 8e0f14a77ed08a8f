import { evaluate } from './expression.ts';

/** What an expression says of a message, as a text that is the same for equal values; without one all are the same. */
export function groupOf(text: string, item: Readonly<Record<string, unknown>>): string {
  return text.trim() === '' ? '' : (JSON.stringify(evaluate(text, item)) ?? '');
}
