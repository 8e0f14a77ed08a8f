/**
 * Expression operators of our own: plain functions of values, so that they work the same whether the engine
 * evaluates them or mingo does as a part of a larger expression.
 */
import type { Value } from '../../bson/values.ts';

export type ExpressionFunction =
  /** Arguments in a list: `{$add: [1, 2]}`; a single one may stand alone: `{$toInt: '$a'}`. */
  | { arguments: 'list'; call(values: readonly Value[]): Value }
  /** Arguments by name: `{$dateAdd: {startDate, unit, amount}}`. */
  | { arguments: 'named'; call(values: Readonly<Record<string, Value>>): Value };
export type FunctionTable = Readonly<Record<string, ExpressionFunction>>;

/** A function of a list of arguments. */
export function ofList(call: (values: readonly Value[]) => Value): ExpressionFunction {
  return { arguments: 'list', call };
}

/** A function of named arguments. */
export function ofNamed(call: (values: Readonly<Record<string, Value>>) => Value): ExpressionFunction {
  return { arguments: 'named', call };
}

/** Null or missing: most operators answer null to it. */
export function isNullish(value: Value): value is null | undefined {
  return value === null || value === undefined;
}
