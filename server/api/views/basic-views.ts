/** Shapes that others are made of; part of views.ts. */
import { z } from 'zod';
import { list, part, view } from '../view.ts';

export const Tone = z.enum(['ok', 'warn', 'bad']);
export type Tone = z.infer<typeof Tone>;

export const MoneyView = view('Money', {
  amount: z.int().describe('In minor units: cents'),
  currency: z.string(),
});
export type MoneyView = z.infer<typeof MoneyView>;

/** A page of a list. */
export function pageOfRows<Row extends z.ZodType>(row: Row) {
  return part({
    items: list(row),
    next: z.string().nullable().describe('The cursor of the next page; null on the last one'),
  });
}
export interface PageView<Row> {
  readonly items: readonly Row[];
  readonly next: string | null;
}

/** Errors are problem+json (RFC 9457). */
export const ProblemView = view('Problem', {
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('A sentence for people: what happened, what was kept, what to do'),
});
export type ProblemView = z.infer<typeof ProblemView>;

/** The answer of what only does something. */
export const Nothing = part({});

export const LagView = view('Lag', {
  p50: z
    .number()
    .describe('Milliseconds from the moment a sale reached us until the other channel confirmed'),
  p95: z.number(),
  p99: z.number(),
  samples: z.int(),
});
export type LagView = z.infer<typeof LagView>;

/** A connection as lists name it. */
export const ConnectionNameView = part({ id: z.string(), name: z.string(), channel: z.string() });
