/**
 * The one language for conditions and values in settings: CEL, which always ends and reaches nothing but the message.
 * Whole numbers of a message are CEL's integers, all others doubles; results come back as plain JSON. The page works
 * expressions out too, for its preview.
 */
import { type ASTNode, Environment } from '@marcbachmann/cel-js';

export const EXPRESSION_CHARACTERS_MAX = 1_000;
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

/** Why a text is no expression, in a few words; null when it is one. */
export function expressionProblem(text: string): string | null {
  try {
    compile(text);
    return null;
  } catch (error) {
    return firstLine(error);
  }
}

export type Worked =
  | { readonly ok: true; readonly value: unknown }
  /** `reason`: what is missing in this message, in a few words. */
  | { readonly ok: false; readonly reason: string; readonly cause: unknown };

/** Works an expression out for a message: its fields stand by their names, all of it as `item`. */
export function workOut(text: string, item: Readonly<Record<string, unknown>>): Worked {
  try {
    const context: Record<string, unknown> = Object.assign(Object.create(null), toCel(item));
    context.item = toCel(item);
    return { ok: true, value: fromCel(compile(text)(context)) };
  } catch (error) {
    return { ok: false, reason: firstLine(error), cause: error };
  }
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
