/**
 * Regular expressions. MongoDB uses PCRE; here they run as JavaScript expressions, so PCRE-only syntax
 * (possessive quantifiers, recursion, \A, \z, …) is refused or means what JavaScript makes of it.
 */
import { BSONRegExp, BSONSymbol } from 'bson';
import type { Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import type { ValueTest } from './condition.ts';

const SOURCE_LENGTH_MAX = 32_764;

/** `$regex` with its `$options`. */
export function expressionWithOptions(argument: Value, options: Value): BSONRegExp {
  if (options !== undefined && typeof options !== 'string') fail('BadValue', '$options has to be a string');
  if (argument instanceof BSONRegExp) {
    if (options !== undefined && argument.options !== '')
      fail(51075, 'options set in both $regex and $options');
    return options === undefined ? argument : expressionOf(argument.pattern, options);
  }
  if (typeof argument !== 'string') fail('BadValue', '$regex has to be a string');
  return expressionOf(argument, options ?? '');
}

function expressionOf(pattern: string, options: string): BSONRegExp {
  if (/[^imsxu]/.test(options)) fail(51108, `invalid flag in regex options: ${options}`);
  return new BSONRegExp(pattern, options);
}

/** Strings that match it, and the very same expression stored as a value. */
export function matchesExpression(expression: BSONRegExp): ValueTest {
  const compiled = compileExpression(expression);
  return (value) => {
    if (typeof value === 'string') return compiled.test(value);
    if (value instanceof BSONSymbol) return compiled.test(value.value);
    return (
      value instanceof BSONRegExp &&
      value.pattern === expression.pattern &&
      value.options === expression.options
    );
  };
}

/** The JavaScript expression. Leading inline flags such as `(?i)` are understood. */
export function compileExpression({ pattern, options }: BSONRegExp): RegExp {
  if (pattern.length > SOURCE_LENGTH_MAX)
    fail(51091, 'Regular expression is invalid: pattern string is longer than the limit');
  const inline = /^\(\?([imsx]+)\)/.exec(pattern);
  const flags = new Set(options + (inline?.[1] ?? ''));
  const source = inline ? pattern.slice(inline[0].length) : pattern;
  try {
    return new RegExp(
      flags.has('x') ? withoutComments(source) : source,
      ['i', 'm', 's'].filter((flag) => flags.has(flag)).join(''),
    );
  } catch (error) {
    return fail(51091, `Regular expression is invalid: ${error instanceof Error ? error.message : ''}`);
  }
}

/** The `x` flag: white space and `# comments` outside of classes mean nothing. */
function withoutComments(source: string): string {
  return source.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\s+|#.*$/gm, (token) =>
    token.startsWith('\\') || token.startsWith('[') ? token : '',
  );
}
