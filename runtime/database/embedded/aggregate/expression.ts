/**
 * Aggregation expressions. Fields, variables, constants, documents and our own operators are evaluated here
 * on exact values; an expression with any other operator goes to mingo as a whole.
 */
import type { Collator } from '../bson/compare.ts';
import { type Doc, fieldOf, firstFieldOf, isDoc, isTruthy, setField, type Value } from '../bson/values.ts';
import { fail, unsupported } from '../errors.ts';
import type { FilterContext } from '../filter/filter.ts';
import type { ExpressionFunction } from './functions/function.ts';
import { FUNCTIONS } from './functions/index.ts';
import { isExpressionOperator, isRefusedOperator, Mingo } from './mingo.ts';
import { toPlain } from './plain-values.ts';

export type Evaluate = (root: Doc) => Value;

/** The operators that evaluate only what they need. */
const BRANCHING = new Set(['$cond', '$ifNull', '$and', '$or']);

/** What expressions of one command share: its variables, its instant, its collation. */
export class Environment {
  /** The values of `let`; a `$lookup` with a pipeline sets them anew for each document. */
  variables: Doc = {};
  readonly now = new Date();
  readonly collator: Collator;
  readonly mingo = new Mingo(this.now);
  /** For filters that are a part of this command. */
  readonly filterContext: FilterContext;

  constructor(letVariables: Doc = {}, collator?: Collator) {
    this.collator = collator;
    this.filterContext = {
      collator,
      expression: (expression) => {
        const evaluate = this.compile(expression);
        return (doc) => isTruthy(evaluate(doc));
      },
    };
    for (const name of Object.keys(letVariables)) {
      setField(this.variables, name, this.compile(letVariables[name])({}) ?? null);
    }
  }

  /** Refuses unknown operators (168) and contradictions now, not when the first document comes. */
  readonly compile = (expression: Value): Evaluate => {
    checkOperators(expression);
    return compileChecked(expression, this);
  };
}

function compileChecked(expression: Value, environment: Environment): Evaluate {
  if (typeof expression === 'string' && expression.startsWith('$'))
    return compilePath(expression, environment);
  if (Array.isArray(expression)) {
    const elements = expression.map((element) => compileChecked(element, environment));
    return (root) => elements.map((evaluate) => evaluate(root) ?? null);
  }
  if (!isDoc(expression)) return () => expression;
  const operator = firstFieldOf(expression);
  if (operator.startsWith('$')) return compileOperator(operator, expression, environment);
  const fields = Object.keys(expression).map((name) => ({
    name,
    evaluate: compileChecked(expression[name], environment),
  }));
  return (root) => {
    const result: Doc = {};
    for (const { name, evaluate } of fields) {
      const value = evaluate(root);
      if (value !== undefined) setField(result, name, value);
    }
    return result;
  };
}

function compileOperator(operator: string, expression: Doc, environment: Environment): Evaluate {
  const argument = expression[operator];
  if (operator === '$literal') return () => argument;
  if (BRANCHING.has(operator)) return compileBranching(operator, argument, environment);
  const fn = Object.hasOwn(FUNCTIONS, operator) ? FUNCTIONS[operator] : undefined;
  if (fn) return compileFunction(fn, argument, environment);
  const plain = toPlain(expression);
  return (root) => environment.mingo.evaluate(plain, root, environment.variables);
}

function compileFunction(fn: ExpressionFunction, argument: Value, environment: Environment): Evaluate {
  if (fn.arguments === 'list') {
    const list = (Array.isArray(argument) ? argument : [argument]).map((one) =>
      compileChecked(one, environment),
    );
    return (root) => fn.call(list.map((evaluate) => evaluate(root)));
  }
  if (!isDoc(argument)) fail('FailedToParse', 'the operator takes an object with named arguments');
  const named = Object.keys(argument).map((name) => ({
    name,
    evaluate: compileChecked(argument[name], environment),
  }));
  return (root) => fn.call(Object.fromEntries(named.map(({ name, evaluate }) => [name, evaluate(root)])));
}

function compileBranching(operator: string, argument: Value, environment: Environment): Evaluate {
  const isNamed = operator === '$cond' && isDoc(argument);
  const parts = isNamed
    ? [argument.if, argument.then, argument.else]
    : Array.isArray(argument)
      ? argument
      : [argument];
  if (operator === '$cond' && parts.length !== 3) fail(16020, 'Expression $cond takes exactly 3 arguments');
  if (operator === '$ifNull' && parts.length < 2) fail(1257300, '$ifNull needs at least two arguments');
  const compiled = parts.map((part) => compileChecked(part, environment));
  switch (operator) {
    case '$cond':
      return (root) => compiled[isTruthy(compiled[0]?.(root)) ? 1 : 2]?.(root);
    case '$ifNull':
      return (root) => firstValue(compiled, root);
    case '$and':
      return (root) => compiled.every((evaluate) => isTruthy(evaluate(root)));
    default:
      return (root) => compiled.some((evaluate) => isTruthy(evaluate(root)));
  }
}

function firstValue(compiled: readonly Evaluate[], root: Doc): Value {
  let value: Value;
  for (const evaluate of compiled) {
    value = evaluate(root);
    if (value !== null && value !== undefined) return value;
  }
  return value;
}

/** `$a.b`, `$$ROOT.a`, `$$name.a`. */
function compilePath(path: string, environment: Environment): Evaluate {
  const isVariable = path.startsWith('$$');
  const [first = '', ...rest] = path.slice(isVariable ? 2 : 1).split('.');
  const parts = isVariable ? rest : [first, ...rest];
  if (parts.includes('') || parts.some((part) => part.startsWith('$'))) {
    fail(16872, `'${path}' by itself is not a valid FieldPath`);
  }
  if (!isVariable || first === 'ROOT' || first === 'CURRENT') return (root) => valueAt(root, parts, 0);
  if (first === 'REMOVE') return () => undefined;
  if (first === 'NOW') return () => environment.now;
  if (!Object.hasOwn(environment.variables, first)) fail(17276, `Use of undefined variable: ${first}`);
  return () => valueAt(environment.variables[first], parts, 0);
}

/** Through an array, the values of all its documents; numbers in a path are field names here, not positions. */
function valueAt(value: Value, parts: readonly string[], next: number): Value {
  const part = parts[next];
  if (part === undefined) return value;
  if (isDoc(value)) return valueAt(fieldOf(value, part), parts, next + 1);
  if (!Array.isArray(value)) return undefined;
  return value
    .filter(isDoc)
    .map((element) => valueAt(element, parts, next))
    .filter((found) => found !== undefined);
}

function checkOperators(expression: Value): void {
  if (Array.isArray(expression)) {
    for (const element of expression) checkOperators(element);
    return;
  }
  if (!isDoc(expression)) return;
  const names = Object.keys(expression);
  const operator = names.find((name) => name.startsWith('$'));
  if (operator !== undefined) {
    if (names.length > 1) {
      fail(15983, `an object representing an expression must have exactly one field: ${names.join(', ')}`);
    }
    if (operator === '$literal') return;
    if (isRefusedOperator(operator)) unsupported(`the expression ${operator}`);
    if (!BRANCHING.has(operator) && !isExpressionOperator(operator))
      fail('InvalidPipelineOperator', `Unrecognized expression '${operator}'`);
  }
  for (const name of names) checkOperators(expression[name]);
}
