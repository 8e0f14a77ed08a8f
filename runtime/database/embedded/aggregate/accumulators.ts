/** The accumulators of `$group`. The common ones take one document at a time; mingo has the rarer ones. */
import { Double, Int32 } from 'bson';
import { compare } from '../bson/compare.ts';
import { toDouble } from '../bson/numbers.ts';
import {
  type Doc,
  firstFieldOf,
  isDoc,
  isNumber,
  type NumberValue,
  typeOf,
  type Value,
} from '../bson/values.ts';
import { fail } from '../errors.ts';
import type { Environment, Evaluate } from './expression.ts';
import { addOrDouble, divide } from './functions/arithmetic.ts';
import { distinct } from './functions/sets.ts';
import { isMingoAccumulator } from './mingo.ts';
import { toPlain } from './plain-values.ts';

/** The state of one field of one group. */
export interface Accumulator {
  take(doc: Doc): void;
  result(): Value;
}
type Fold<State> = { start: State; take(state: State, value: Value): State; result(state: State): Value };

/** Compiles `{$sum: '$qty'}` to a maker of fresh states. */
export function compileAccumulator(field: string, spec: Value, environment: Environment): () => Accumulator {
  if (!isDoc(spec)) return fail(40234, `The field '${field}' must be an accumulator object`);
  const name = firstFieldOf(spec);
  if (Object.keys(spec).length !== 1) fail(40238, `The field '${field}' must specify one accumulator`);
  if (name === '$count') return counting(spec.$count);
  const fold = Object.hasOwn(FOLDS, name) ? FOLDS[name] : undefined;
  if (fold) return fold(environment.compile(spec[name]));
  if (!isMingoAccumulator(name)) fail(15952, `unknown group operator '${name}'`);
  environment.compile(spec[name]);
  const plain = toPlain(spec);
  return () => {
    const docs: Doc[] = [];
    return {
      take: (doc) => docs.push(doc),
      result: () => environment.mingo.accumulate(plain, docs, environment.variables),
    };
  };
}

function folding<State>(fold: Fold<State>): (evaluate: Evaluate) => () => Accumulator {
  return (evaluate) => () => {
    let state = fold.start;
    return {
      take: (doc) => {
        state = fold.take(state, evaluate(doc));
      },
      result: () => fold.result(state),
    };
  };
}

const ZERO: NumberValue = new Int32(0);
const unchanged = (value: Value): Value => value ?? null;

const FOLDS: Readonly<Record<string, (evaluate: Evaluate) => () => Accumulator>> = {
  $sum: folding<NumberValue>({
    start: ZERO,
    take: (sum, value) => (isNumber(value) ? addOrDouble(sum, value) : sum),
    result: (sum) => sum,
  }),
  $avg: folding<{ sum: NumberValue; count: number }>({
    start: { sum: ZERO, count: 0 },
    take: (state, value) =>
      isNumber(value) ? { sum: addOrDouble(state.sum, value), count: state.count + 1 } : state,
    result: ({ sum, count }) => (count === 0 ? null : divide(sum, new Int32(count))),
  }),
  $min: folding<Value>({ start: undefined, take: keep((order) => order < 0), result: unchanged }),
  $max: folding<Value>({ start: undefined, take: keep((order) => order > 0), result: unchanged }),
  $first: folding<{ value: Value } | undefined>({
    start: undefined,
    take: (first, value) => first ?? { value },
    result: (first) => first?.value ?? null,
  }),
  $last: folding<Value>({ start: undefined, take: (_last, value) => value, result: unchanged }),
  $push: collecting((list) => list),
  $addToSet: collecting(distinct),
  $mergeObjects: folding<Doc>({
    start: {},
    take: (merged, value) => {
      if (value === null || value === undefined) return merged;
      if (!isDoc(value))
        fail(40400, `$mergeObjects requires object inputs, but input is of type ${typeOf(value)}`);
      return { ...merged, ...value };
    },
    result: (merged) => merged,
  }),
};

function keep(isBetter: (order: number) => boolean): (best: Value, value: Value) => Value {
  return (best, value) => {
    if (value === undefined || value === null) return best;
    return best === undefined || isBetter(compare(value, best)) ? value : best;
  };
}

function collecting(finish: (list: Value[]) => Value[]): (evaluate: Evaluate) => () => Accumulator {
  return (evaluate) => () => {
    const list: Value[] = [];
    return {
      take: (doc) => {
        const value = evaluate(doc);
        if (value !== undefined) list.push(value);
      },
      result: () => finish(list),
    };
  };
}

function counting(argument: Value): () => Accumulator {
  if (!isDoc(argument) || Object.keys(argument).length > 0)
    fail(40234, '$count takes no arguments, i.e. $count: {}');
  return () => {
    let count = 0;
    return {
      take: () => {
        count += 1;
      },
      result: () => (count > 0x7fffffff ? new Double(count) : new Int32(count)),
    };
  };
}

/** A number that a stage takes, such as the one of `$limit`. */
export function stageCount(stage: string, value: Value, min: number): number {
  const count = isNumber(value) ? toDouble(value) : Number.NaN;
  if (!Number.isInteger(count))
    fail(5107201, `invalid argument to ${stage} stage: Expected a number, not ${typeOf(value)}`);
  if (count < min)
    fail(min > 0 ? 15958 : 15956, `invalid argument to ${stage} stage: the number must be at least ${min}`);
  return count;
}
