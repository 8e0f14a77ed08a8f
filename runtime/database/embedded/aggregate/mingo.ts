/**
 * The expression operators that we take from mingo, with ours in the place of those that are not exact there.
 * Why ours: see README.md.
 */
import { createRequire } from 'node:module';
import type { Doc, Value } from '../bson/values.ts';
import { fail, MongoError } from '../errors.ts';
import type { ExpressionFunction } from './functions/function.ts';
import { FUNCTIONS } from './functions/index.ts';
import { fromPlain, toPlain } from './plain-values.ts';

type Core = typeof import('mingo/core');
type Expressions = typeof import('mingo/operators/expression');
type Accumulators = typeof import('mingo/operators/accumulator');
type Options = Parameters<Core['evalExpr']>[2];
type Operator = (root: unknown, argument: unknown, options: Options) => unknown;

/** Runs code, needs a hash of MongoDB's own, or depends on what this server does not keep. */
const REFUSED = new Set(['$function', '$accumulator', '$toHashedIndexKey', '$meta', '$where']);

interface Loaded {
  core: Core;
  expressions: Expressions;
  accumulators: Accumulators;
  context: ReturnType<Core['Context']['init']>;
}
let loaded: Loaded | undefined;

/** mingo, loaded when the first expression needs it: that takes a third of the server's start. */
function load(): Loaded {
  if (loaded) return loaded;
  const require = createRequire(import.meta.url);
  const core: Core = require('mingo/core');
  const expressions: Expressions = require('mingo/operators/expression');
  const accumulators: Accumulators = require('mingo/operators/accumulator');
  const own: Record<string, Operator> = Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, fn]) => [name, adapt(fn, core)]),
  );
  // Hands out mingo's own options object, which it would else make anew for every evaluation.
  own.$capture = (_root, _argument, options) => options;
  const context = core.Context.from(
    core.Context.init({ expression: own as unknown as Expressions }),
    core.Context.init({ expression: expressions, accumulator: accumulators }),
  );
  loaded = { core, expressions, accumulators, context };
  return loaded;
}

/** Can the operator stand in an expression here? */
export function isExpressionOperator(name: string): boolean {
  if (Object.hasOwn(FUNCTIONS, name)) return true;
  return !REFUSED.has(name) && (Object.hasOwn(load().expressions, name) || isMingoAccumulator(name));
}
export function isMingoAccumulator(name: string): boolean {
  return !REFUSED.has(name) && Object.hasOwn(load().accumulators, name);
}
export function isRefusedOperator(name: string): boolean {
  return REFUSED.has(name);
}

/** Evaluates expressions that mingo has to see as a whole. */
export class Mingo {
  private options: Options | undefined;
  private readonly now: Date;
  private readonly plainRoots = new WeakMap<Doc, unknown>();

  constructor(now: Date) {
    this.now = now;
  }

  /** `expression` is in plain values already; `variables` are those of `let`. */
  evaluate(expression: unknown, root: Doc, variables: Doc): Value {
    const options = this.optionsFor(this.plainRoot(root), variables);
    return guarded(() => fromPlain(load().core.evalExpr(this.plainRoot(root), expression, options)));
  }

  /** An accumulator over all documents of a group. */
  accumulate(expression: unknown, docs: readonly Doc[], variables: Doc): Value {
    const roots = docs.map((doc) => this.plainRoot(doc));
    const options = this.optionsFor(roots, variables);
    return guarded(() => fromPlain(load().core.evalExpr(roots, expression, options)));
  }

  private optionsFor(root: unknown, variables: Doc): Options {
    this.options ??= load().core.evalExpr(
      {},
      { $capture: 1 },
      {
        idKey: '_id',
        processingMode: 0,
        useStrictMode: true,
        scriptEnabled: false,
        failOnError: true,
        context: load().context,
      },
    ) as Options;
    const captured = this.options as Options & { update(locals: object): void };
    captured.update({ root, timestamp: this.now.getTime(), variables: toPlain(variables) as object });
    return captured;
  }

  private plainRoot(root: Doc): unknown {
    const known = this.plainRoots.get(root);
    if (known !== undefined) return known;
    const plain = toPlain(root);
    this.plainRoots.set(root, plain);
    return plain;
  }
}

/** Our function as mingo calls operators: arguments not yet evaluated, values plain. */
function adapt(fn: ExpressionFunction, { evalExpr }: Core): Operator {
  if (fn.arguments === 'named') {
    return (root, argument, options) => {
      const named = Object.entries(evalExpr(root, argument, options) as Record<string, unknown>);
      return toPlain(fn.call(Object.fromEntries(named.map(([name, value]) => [name, fromPlain(value)]))));
    };
  }
  return (root, argument, options) => {
    const list = Array.isArray(argument) ? argument : [argument];
    return toPlain(fn.call(list.map((one) => fromPlain(evalExpr(root, one, options)))));
  };
}

/** mingo throws plain errors, without codes. */
function guarded(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (error instanceof MongoError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const undefinedVariable = /undefined variable: (\w+)/.exec(message);
    if (undefinedVariable) fail(17276, `Use of undefined variable: ${undefinedVariable[1]}`);
    return fail('BadValue', `an expression could not be evaluated: ${message}`);
  }
}
