/** Thresholds of single SKUs, as a person types them: a line for each, `MUG-1: 3`. */
import { z } from 'zod';

const LINES_MAX = 1_000;
const LINE = /^(.+?)\s*[:=;,\t]\s*(\d{1,7})$/;

/** A setting of nodes and templates. */
export const OwnThresholds = z
  .string()
  .max(20_000)
  .refine((text) => wrongLineOf(text) === null, {
    error: ({ input }) =>
      `needs a SKU and its number in each line, as in "MUG-1: 3"; not so "${wrongLineOf(String(input))}"`,
  })
  .default('')
  .meta({
    title: 'Other numbers for single products',
    format: 'text',
    help: 'A line for each: the SKU, a colon, and its number, like "MUG-1: 3". All others have the number above.',
  });

/** The threshold of each SKU that has one of its own; the last one counts. Lines that are not right are left out. */
export function thresholdsOf(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of linesOf(text)) {
    const [, sku, units] = LINE.exec(line) ?? [];
    if (sku !== undefined) found.set(sku, Number(units));
  }
  return found;
}

/** The first line that is not right; null: all are. */
function wrongLineOf(text: string): string | null {
  const lines = linesOf(text);
  if (lines.length > LINES_MAX) return `line ${LINES_MAX + 1}`;
  return lines.find((line) => !LINE.test(line)) ?? null;
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
