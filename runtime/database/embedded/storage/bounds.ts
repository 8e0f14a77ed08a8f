/** The parts of an index that the predicates on one of its fields can be answered from. */
import { BSONRegExp } from 'bson';
import { keyAfter, keyOf, stringPrefixKey, typeRange } from '../bson/keys.ts';
import { BRACKET, bracketOf, isDoc, isNumber, type Value } from '../bson/values.ts';
import type { IndexField } from './collection-index.ts';
import type { Predicate } from './conjuncts.ts';

/** All keys with `from <= key < to`. */
export interface KeyRange {
  from: Buffer;
  to: Buffer;
}
export interface FieldBounds {
  ranges: KeyRange[];
  /** Every range holds one value only. */
  isPoints: boolean;
  /** Nothing in the ranges fails the predicates that they were made of. */
  isExact: boolean;
  /** How many predicates they were made of. */
  used: number;
  /** Documents without the field may be among them. */
  includesNull: boolean;
}

const POINTS_MAX = 10_000;
const RANGE_OPERATORS = new Set(['$gt', '$gte', '$lt', '$lte']);

/** Undefined when the predicates are none that keys can answer. `isMultikey`: documents have arrays there. */
export function boundsOf(
  predicates: readonly Predicate[],
  field: IndexField,
  isMultikey: boolean,
  hasCollation: boolean,
): FieldBounds | undefined {
  const usable = predicates.filter(({ argument }) => !hasCollation || !isCollated(argument));
  return pointBounds(usable, field) ?? rangeBounds(usable, field, isMultikey) ?? prefixBounds(usable, field);
}

/** A collation may take other strings for equal than the keys do. */
function isCollated(argument: Value): boolean {
  if (Array.isArray(argument)) return argument.some(isCollated);
  return bracketOf(argument) === BRACKET.string || isDoc(argument) || argument instanceof BSONRegExp;
}

/** `$eq` and `$in`. An array as a value means more than one key, so it is left to the filter. */
function pointBounds(predicates: readonly Predicate[], field: IndexField): FieldBounds | undefined {
  const predicate =
    predicates.find(({ operator, argument }) => operator === '$eq' && isPoint(argument)) ??
    predicates.find(
      ({ operator, argument }) => operator === '$in' && Array.isArray(argument) && argument.every(isPoint),
    );
  if (!predicate) return undefined;
  const values = Array.isArray(predicate.argument) ? predicate.argument : [predicate.argument];
  if (values.length > POINTS_MAX) return undefined;
  const keys = new Map<string, Buffer>();
  for (const value of values) {
    const key = keyOf([value], [field.direction]);
    keys.set(key.toString('latin1'), key);
  }
  const includesNull = values.includes(null);
  return {
    ranges: [...keys.values()].map((from) => ({ from, to: keyAfter(from) })),
    isPoints: true,
    isExact: !includesNull,
    used: 1,
    includesNull,
  };
}

function isPoint(value: Value): boolean {
  return !Array.isArray(value) && !(value instanceof BSONRegExp);
}

/** `$gt`, `$gte`, `$lt` and `$lte` inside one type. Of an array, one element may be above and another below. */
function rangeBounds(
  predicates: readonly Predicate[],
  field: IndexField,
  isMultikey: boolean,
): FieldBounds | undefined {
  const inRange = predicates.filter(
    ({ operator, argument }) => RANGE_OPERATORS.has(operator) && isOrdered(argument),
  );
  const [first] = isMultikey ? inRange.slice(0, 1) : inRange;
  if (!first) return undefined;
  const bracket = bracketOf(first.argument);
  const used = (isMultikey ? [first] : inRange).filter(({ argument }) => bracketOf(argument) === bracket);
  let [from, to] = typeRange(bracket, field.direction);
  let hasLower = false;
  for (const { operator, argument } of used) {
    const key = keyOf([argument], [field.direction]);
    const isLower = operator.startsWith('$gt');
    hasLower ||= isLower;
    // In a descending field, greater values have lesser keys.
    const isFrom = isLower === field.direction > 0;
    const bound = isFrom === operator.endsWith('e') ? key : keyAfter(key);
    if (isFrom) from = from.compare(bound) < 0 ? bound : from;
    else to = to.compare(bound) > 0 ? bound : to;
  }
  // Without a lower bound, NaN is in the range of numbers but below no number for the filter.
  const isExact = hasLower || bracket !== BRACKET.number;
  return { ranges: [{ from, to }], isPoints: false, isExact, used: used.length, includesNull: false };
}

function isOrdered(value: Value): boolean {
  const bracket = bracketOf(value);
  if (isNumber(value) && Number.isNaN(Number(value.toString()))) return false;
  return (
    bracket !== BRACKET.minKey &&
    bracket !== BRACKET.maxKey &&
    bracket !== BRACKET.null &&
    bracket !== BRACKET.array
  );
}

/** An expression such as `/^abc/` looks only at strings that begin with `abc`. */
function prefixBounds(predicates: readonly Predicate[], field: IndexField): FieldBounds | undefined {
  if (field.direction < 0) return undefined;
  const hasOptions = predicates.some(({ operator }) => operator === '$options');
  for (const { operator, argument } of predicates) {
    const prefix = operator === '$regex' && !hasOptions ? prefixOf(argument) : '';
    if (prefix === '') continue;
    const from = stringPrefixKey(prefix);
    return {
      ranges: [{ from, to: keyAfter(from) }],
      isPoints: false,
      isExact: false,
      used: 1,
      includesNull: false,
    };
  }
  return undefined;
}

function prefixOf(expression: Value): string {
  const source =
    expression instanceof BSONRegExp ? (expression.options === '' ? expression.pattern : '') : expression;
  if (typeof source !== 'string' || source.includes('|')) return '';
  const [, literal = '', next = ''] = /^\^([A-Za-z0-9 _\-:@/#,;=\u00a1-\ud7ff]+)(.?)/s.exec(source) ?? [];
  // A quantifier after the last character makes that one optional.
  return ['?', '*', '{'].includes(next) ? literal.slice(0, -1) : literal;
}
