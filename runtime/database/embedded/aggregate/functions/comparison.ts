/** Comparisons in MongoDB's order of all values; here a missing value is less than null. */
import { Int32 } from 'bson';
import { compare } from '../../bson/compare.ts';
import { isTruthy, typeOf, type Value } from '../../bson/values.ts';
import { fail } from '../../errors.ts';
import { type ExpressionFunction, type FunctionTable, ofList } from './function.ts';

export const COMPARISON: FunctionTable = {
  $eq: test((order) => order === 0),
  $ne: test((order) => order !== 0),
  $gt: test((order) => order > 0),
  $gte: test((order) => order >= 0),
  $lt: test((order) => order < 0),
  $lte: test((order) => order <= 0),
  $cmp: ofList((values) => new Int32(orderOf(values))),
  $not: ofList(([value]) => !isTruthy(value)),
  $in: ofList(([value, list]) => {
    if (!Array.isArray(list))
      fail(40081, `$in requires an array as a second argument, found: ${typeOf(list)}`);
    return list.some((element) => order(value, element) === 0);
  }),
  $type: ofList(([value]) => typeOf(value)),
};

function test(accepts: (order: number) => boolean): ExpressionFunction {
  return ofList((values) => accepts(orderOf(values)));
}

function orderOf(values: readonly Value[]): number {
  if (values.length !== 2)
    fail(16020, `Expression takes exactly 2 arguments. ${values.length} were passed in.`);
  return order(values[0], values[1]);
}

function order(left: Value, right: Value): number {
  if (left === undefined || right === undefined)
    return Number(right === undefined) - Number(left === undefined);
  return compare(left, right);
}
