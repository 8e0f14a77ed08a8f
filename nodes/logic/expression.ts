/** Settings that are expressions: see `runtime/flow/expression.ts`. */
import { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';
import { EXPRESSION_CHARACTERS_MAX, expressionProblem, workOut } from '#runtime/flow/expression.ts';
import type { FieldSchema } from '#runtime/flow/node-description.ts';

/** A setting that is an expression; "" where `empty` says what that means. */
export function expression(
  meta: Pick<FieldSchema, 'help' | 'empty' | 'needed' | 'when'> & { readonly title: string },
  fallback = '',
) {
  return z
    .string()
    .max(EXPRESSION_CHARACTERS_MAX)
    .default(fallback)
    .superRefine((text, context) => {
      const problem = text.trim() === '' ? null : expressionProblem(text);
      if (problem) context.addIssue({ code: 'custom', message: `is no expression: ${problem}` });
    })
    .meta({ ...meta, format: 'expression' });
}

/**
 * What an expression says of a message.
 * @throws {Rejected} when it can't be worked out: a field that is not there, text where a number is needed.
 */
export function evaluate(text: string, item: Readonly<Record<string, unknown>>): unknown {
  const worked = workOut(text, item);
  if (worked.ok) return worked.value;
  throw new Rejected(`The expression "${text}" can't be worked out for this message: ${worked.reason}`, {
    code: 'item.shape',
    fix: 'Look at the message, and mend the expression. has(item.field) tells whether a field is there.',
    cause: worked.cause,
  });
}

/** As {@link evaluate}, for a condition. @throws {Rejected} also when it is neither true nor false. */
export function holds(text: string, item: Readonly<Record<string, unknown>>): boolean {
  const said = evaluate(text, item);
  if (typeof said === 'boolean') return said;
  throw new Rejected(`The condition "${text}" says neither true nor false for this message.`, {
    code: 'item.shape',
    fix: 'Make it a comparison, such as available < 5.',
  });
}
