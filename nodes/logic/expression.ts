/**
 * The one language for conditions and values in settings: CEL, which always ends and reaches nothing but the message.
 * Whole numbers of a message are CEL's integers, all others doubles; results come back as plain JSON.
 */
import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';

const CHARACTERS_MAX = 1_000;
const AST_NODES_MAX = 300;
const COMPILED_MAX = 2_000;
/** Regular expressions can take for ever on a text that is made for it. */
const LEFT_OUT = 'matches';

type Compiled = (context: Record<string, unknown>) => unknown;

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  limits: { maxAstNodes: AST_NODES_MAX },
});
const compiled = new Map<string, Compiled>();

function compile(text: string): Compiled {
  const known = compiled.get(text);
  if (known) return known;
  const parsed = environment.parse(text);
  if (calls(parsed.ast, LEFT_OUT)) throw new Error(`"${LEFT_OUT}" can't be used here`);
  const made: Compiled = (context) => parsed(context);
  if (compiled.size >= COMPILED_MAX) compiled.clear();
  compiled.set(text, made);
  return made;
}

function calls(value: unknown, name: string): boolean {
  if (Array.isArray(value)) return value.some((part) => calls(part, name));
  if (typeof value !== 'object' || value === null || !('op' in value)) return false;
  const { op, args } = value as ASTNode;
  const called = (op === 'call' || op === 'rcall') && Array.isArray(args) && args[0] === name;
  return called || calls(args, name);
}

/** A setting that is an expression; "" where `empty` says what that means. */
export function expression(
  meta: {
    readonly title: string;
    readonly help?: string;
    readonly empty?: string;
    readonly needed?: string;
    readonly when?: Readonly<Record<string, readonly string[]>>;
  },
  fallback = '',
) {
  return z
    .string()
    .max(CHARACTERS_MAX)
    .default(fallback)
    .superRefine((text, context) => {
      if (text.trim() === '') return;
      try {
        compile(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: `is no expression: ${firstLine(error)}` });
      }
    })
    .meta({ ...meta, format: 'expression' });
}

/**
 * What an expression says of a message.
 * @throws {Rejected} when it can't be worked out: a field that is not there, text where a number is needed.
 */
export function evaluate(text: string, item: Readonly<Record<string, unknown>>): unknown {
  try {
    const context: Record<string, unknown> = Object.assign(Object.create(null), toCel(item));
    context.item = toCel(item);
    return fromCel(compile(text)(context));
  } catch (error) {
    throw new Rejected(`The expression "${text}" can't be worked out for this message: ${firstLine(error)}`, {
      code: 'item.shape',
      fix: 'Look at the message, and mend the expression. has(field) tells whether a field is there.',
      cause: error,
    });
  }
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

function toCel(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, toCel(part)]));
}

function fromCel(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(fromCel);
  if (value instanceof Map) return fromCel(Object.fromEntries(value));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, fromCel(part)]));
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
