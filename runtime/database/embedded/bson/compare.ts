/** MongoDB's order of all values, over types and inside each of them. */
import { Binary, BSONRegExp, Code, ObjectId, Timestamp } from 'bson';
import { compareNumbers } from './numbers.ts';
import { BRACKET, bracketOf, type Doc, type NumberValue, type Value } from './values.ts';

/** How strings compare where a collation is asked for; without one they go by their UTF-8 bytes. */
export type Collator = Intl.Collator | undefined;

/** -1, 0 or 1. A missing value counts as null. */
export function compare(left: Value, right: Value, collator?: Collator): number {
  if (left === right) return 0;
  const bracket = bracketOf(left);
  const difference = bracket - bracketOf(right);
  if (difference !== 0) return Math.sign(difference);
  switch (bracket) {
    case BRACKET.number:
      return compareNumbers(left as NumberValue, right as NumberValue);
    case BRACKET.string:
      return compareText(String(left), String(right), collator);
    case BRACKET.object:
      return compareDocuments(left as Doc, right as Doc, collator);
    case BRACKET.array:
      return compareArrays(left as Value[], right as Value[], collator);
    default:
      return compareOther(left, right);
  }
}

export function isEqual(left: Value, right: Value, collator?: Collator): boolean {
  return compare(left, right, collator) === 0;
}

function compareText(left: string, right: string, collator: Collator): number {
  return collator ? Math.sign(collator.compare(left, right)) : compareCodePoints(left, right);
}

/** The order of the UTF-8 bytes. UTF-16 units give the same order, but for surrogates: these stand above all. */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return Math.sign(liftSurrogate(a) - liftSurrogate(b));
  }
  return Math.sign(left.length - right.length);
}

function liftSurrogate(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Field by field: first the types, then the names, then the values. So `{a: 1, b: 1}` is not `{b: 1, a: 1}`. */
function compareDocuments(left: Doc, right: Doc, collator: Collator): number {
  const leftNames = Object.keys(left);
  const rightNames = Object.keys(right);
  for (let index = 0; index < leftNames.length && index < rightNames.length; index += 1) {
    const leftName = leftNames[index] ?? '';
    const rightName = rightNames[index] ?? '';
    const a = left[leftName];
    const b = right[rightName];
    const order =
      Math.sign(bracketOf(a) - bracketOf(b)) ||
      compareCodePoints(leftName, rightName) ||
      compare(a, b, collator);
    if (order !== 0) return order;
  }
  return Math.sign(leftNames.length - rightNames.length);
}

function compareArrays(left: readonly Value[], right: readonly Value[], collator: Collator): number {
  for (let index = 0; index < left.length && index < right.length; index += 1) {
    const order = compare(left[index], right[index], collator);
    if (order !== 0) return order;
  }
  return Math.sign(left.length - right.length);
}

function compareOther(left: Value, right: Value): number {
  if (typeof left === 'boolean') return Number(left) - Number(right);
  if (left instanceof Date && right instanceof Date) return Math.sign(left.getTime() - right.getTime());
  if (left instanceof Binary && right instanceof Binary) return compareBinary(left, right);
  if (left instanceof Timestamp && right instanceof Timestamp) return left.compare(right);
  if (left instanceof BSONRegExp && right instanceof BSONRegExp) {
    return compareCodePoints(left.pattern, right.pattern) || compareCodePoints(left.options, right.options);
  }
  if (left instanceof Code && right instanceof Code) {
    return (
      compareCodePoints(left.code, right.code) || compare(left.scope as Doc | null, right.scope as Doc | null)
    );
  }
  if (left instanceof ObjectId && right instanceof ObjectId) return Buffer.compare(left.id, right.id);
  return 0;
}

/** By length, then subtype, then bytes. */
function compareBinary(left: Binary, right: Binary): number {
  return (
    Math.sign(left.position - right.position) ||
    Math.sign(left.sub_type - right.sub_type) ||
    Buffer.compare(left.value(), right.value())
  );
}
