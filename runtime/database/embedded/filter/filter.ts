/**
 * MongoDB's query language, compiled to a test of one document. The operators and their errors follow
 * https://www.mongodb.com/docs/manual/reference/operator/query/
 */

import { BSONRegExp } from 'bson';
import type { Collator } from '../bson/compare.ts';
import { toDouble } from '../bson/numbers.ts';
import { type Doc, firstFieldOf, isDoc, isNumber, type Value } from '../bson/values.ts';
import { fail, unsupported } from '../errors.ts';
import { allOf, type Condition, type DocumentTest, onPath } from './condition.ts';
import { equals, operatorConditions } from './operators.ts';
import { matchesExpression } from './regex.ts';

export interface FilterContext {
  collator?: Collator;
  /** Compiles the argument of `$expr`; without it `$expr` is refused. */
  expression?: (expression: Value) => (doc: Doc) => boolean;
}

/** The test for a filter. Throws BadValue for what is no filter and CommandNotSupported for `$where`, `$text`, …. */
export function compileFilter(filter: Doc, context: FilterContext = {}): DocumentTest {
  return allOf(Object.keys(filter).flatMap((name) => compileField(name, filter[name], context)));
}

/** Is this `{$gt: 5}` and not a document to compare with? `{$ref, $id}` is a reference: a document. */
export function isOperatorDoc(value: Value): value is Doc {
  if (!isDoc(value)) return false;
  const first = firstFieldOf(value);
  return first.startsWith('$') && first !== '$ref' && first !== '$id' && first !== '$db';
}

/** What a field's part of a filter demands: `{$gt: 5}`, a regular expression, or a value to equal. */
export function conditionOf(value: Value, context: FilterContext): Condition {
  if (isOperatorDoc(value)) {
    const conditions = operatorConditions(value, context);
    const [first] = conditions;
    return first && conditions.length === 1 ? first : { kind: 'all', of: conditions };
  }
  if (value instanceof BSONRegExp) return { kind: 'leaf', test: matchesExpression(value) };
  return { kind: 'leaf', test: equals(value, context.collator) };
}

function compileField(name: string, value: Value, context: FilterContext): DocumentTest[] {
  if (!name.startsWith('$')) return [onPath(conditionOf(value, context), name)];
  switch (name) {
    case '$and':
      return [allOf(compileBranches(name, value, context))];
    case '$or': {
      const tests = compileBranches(name, value, context);
      return [(doc, note) => tests.some((test) => test(doc, note))];
    }
    case '$nor': {
      const tests = compileBranches(name, value, context);
      return [(doc) => !tests.some((test) => test(doc))];
    }
    case '$expr':
      if (!context.expression) fail('BadValue', '$expr is not allowed in this context');
      return [context.expression(value)];
    case '$comment':
      return [];
    case '$alwaysTrue':
    case '$alwaysFalse':
      return [() => name === '$alwaysTrue'];
    case '$sampleRate': {
      const rate = isNumber(value)
        ? toDouble(value)
        : fail('BadValue', 'argument to $sampleRate must be a numeric type');
      return [() => Math.random() < rate];
    }
    case '$where':
    case '$text':
    case '$jsonSchema':
      return unsupported(name);
    default:
      return fail(
        'BadValue',
        `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

function compileBranches(name: string, value: Value, context: FilterContext): DocumentTest[] {
  if (!Array.isArray(value) || value.length === 0)
    fail('BadValue', `${name} argument must be a non-empty array`);
  return value.map((branch) =>
    isDoc(branch)
      ? compileFilter(branch, context)
      : fail('BadValue', `${name} argument's entries must be objects`),
  );
}
