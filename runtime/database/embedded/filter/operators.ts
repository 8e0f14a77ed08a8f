/** The operators that stand under a field: `{field: {$gt: 5, $lt: 9}}`. */
import { BSONRegExp } from 'bson';
import { type Collator, compare, isEqual } from '../bson/compare.ts';
import { identityOf } from '../bson/keys.ts';
import { toDouble } from '../bson/numbers.ts';
import {
  BRACKET,
  bracketOf,
  type Doc,
  isNumber,
  isTruthy,
  type NumberValue,
  type Value,
} from '../bson/values.ts';
import { fail, unsupported } from '../errors.ts';
import { all, elemMatch, hasSize } from './array-operators.ts';
import { hasBits, isBitsOperator } from './bits.ts';
import type { Condition, ValueTest } from './condition.ts';
import { conditionOf, type FilterContext, isOperatorDoc } from './filter.ts';
import { expressionWithOptions, matchesExpression } from './regex.ts';
import { hasType } from './type-operator.ts';

type Operator = (argument: Value, context: FilterContext, siblings: Doc) => Condition;

const leaf = (test: ValueTest): Condition => ({ kind: 'leaf', test });
const not = (of: Condition): Condition => ({ kind: 'not', of });

const OPERATORS: Readonly<Record<string, Operator>> = {
  $eq: (argument, { collator }) => leaf(equals(argument, collator)),
  $ne: (argument, { collator }) => not(leaf(equals(refuseExpression('$ne', argument), collator))),
  $gt: (argument, { collator }) => leaf(inOrder('$gt', argument, (order) => order > 0, collator)),
  $gte: (argument, { collator }) => leaf(inOrder('$gte', argument, (order) => order >= 0, collator)),
  $lt: (argument, { collator }) => leaf(inOrder('$lt', argument, (order) => order < 0, collator)),
  $lte: (argument, { collator }) => leaf(inOrder('$lte', argument, (order) => order <= 0, collator)),
  $in: (argument, { collator }) => leaf(isOneOf('$in', argument, collator)),
  $nin: (argument, { collator }) => not(leaf(isOneOf('$nin', argument, collator))),
  $exists: (argument) => {
    const exists: Condition = { kind: 'whole', test: (value) => value !== undefined };
    return isTruthy(argument) ? exists : not(exists);
  },
  $type: (argument) => leaf(hasType(argument)),
  $mod: (argument) => leaf(hasRemainder(argument)),
  $regex: (argument, _context, siblings) =>
    leaf(matchesExpression(expressionWithOptions(argument, siblings.$options))),
  $not: negation,
  $size: hasSize,
  $all: all,
  $elemMatch: elemMatch,
};
const REFUSED = new Set([
  '$geoWithin',
  '$geoIntersects',
  '$near',
  '$nearSphere',
  '$within',
  '$geoNear',
  '$text',
  '$where',
]);

/** One condition for each operator; `$options` belongs to its `$regex`, a `$comment` demands nothing. */
export function operatorConditions(operators: Doc, context: FilterContext): Condition[] {
  return Object.keys(operators).flatMap((name) => {
    const argument = operators[name];
    const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
    if (operator) return [operator(argument, context, operators)];
    if (isBitsOperator(name)) return [leaf(hasBits(name, argument))];
    if (name === '$comment') return [];
    if (name === '$options' && operators.$regex !== undefined) return [];
    if (name === '$options') fail('BadValue', '$options needs a $regex');
    if (REFUSED.has(name)) unsupported(name);
    return fail('BadValue', `unknown operator: ${name}`);
  });
}

/** Equal by value; null equals a missing field too. */
export function equals(argument: Value, collator: Collator): ValueTest {
  return (value) => isEqual(value, argument, collator);
}

/** Only values of the argument's own bracket are in any order with it, but all are with MinKey and MaxKey. */
function inOrder(
  name: string,
  argument: Value,
  accepts: (order: number) => boolean,
  collator: Collator,
): ValueTest {
  refuseExpression(name, argument);
  const bracket = bracketOf(argument);
  const isBound = bracket === BRACKET.minKey || bracket === BRACKET.maxKey;
  return (value) => {
    if (!isBound && bracketOf(value) !== bracket) return false;
    if (isNaNValue(value) !== isNaNValue(argument)) return false;
    return accepts(compare(value, argument, collator));
  };
}

function isNaNValue(value: Value): boolean {
  return isNumber(value) && Number.isNaN(toDouble(value));
}

function refuseExpression(name: string, argument: Value): Value {
  if (argument instanceof BSONRegExp) fail('BadValue', `Can't have RegEx as arg to ${name}.`);
  return argument;
}

function isOneOf(name: string, argument: Value, collator: Collator): ValueTest {
  if (!Array.isArray(argument)) fail('BadValue', `${name} needs an array`);
  if (argument.some(isOperatorDoc)) fail('BadValue', `cannot nest $ under ${name}`);
  const expressions = argument.filter((one) => one instanceof BSONRegExp).map(matchesExpression);
  const values = argument.filter((one) => !(one instanceof BSONRegExp));
  const equalsOne = collator ? equalsOneOf(values, collator) : isMemberOf(values);
  return (value) => equalsOne(value) || expressions.some((matches) => matches(value));
}

function equalsOneOf(values: readonly Value[], collator: Collator): ValueTest {
  return (value) => values.some((one) => isEqual(value, one, collator));
}

/** A long list is looked up by key instead of being compared one by one. */
function isMemberOf(values: readonly Value[]): ValueTest {
  if (values.length <= 4) return equalsOneOf(values, undefined);
  const identities = new Set(values.map(identityOf));
  return (value) => identities.has(identityOf(value));
}

function hasRemainder(argument: Value): ValueTest {
  if (!Array.isArray(argument)) fail('BadValue', 'malformed mod, needs to be an array');
  if (argument.length < 2) fail('BadValue', 'malformed mod, not enough elements');
  if (argument.length > 2) fail('BadValue', 'malformed mod, too many elements');
  const [divisor, remainder] = argument.map((part, index) =>
    truncated(part, index === 0 ? 'divisor' : 'remainder'),
  );
  if (divisor === undefined || divisor === 0n) fail('BadValue', 'divisor cannot be 0');
  return (value) => {
    if (!isNumber(value) || !Number.isFinite(toDouble(value))) return false;
    return bigIntOf(value) % divisor === remainder;
  };
}

function truncated(value: Value, role: string): bigint {
  if (!isNumber(value)) fail('BadValue', `malformed mod, ${role} not a number`);
  if (!Number.isFinite(toDouble(value))) fail('BadValue', `malformed mod, ${role} value is invalid`);
  return bigIntOf(value);
}

function bigIntOf(value: NumberValue): bigint {
  return typeof value === 'object' && 'toBigInt' in value
    ? value.toBigInt()
    : BigInt(Math.trunc(toDouble(value)));
}

function negation(argument: Value, context: FilterContext): Condition {
  if (!(argument instanceof BSONRegExp) && !isOperatorDoc(argument)) {
    fail('BadValue', '$not needs a regex or a document with operators');
  }
  return not(conditionOf(argument, context));
}
