/** What a filter demands of single fields, all of which must hold: the part of it that an index can help with. */
import { BSONRegExp } from 'bson';
import { isEqual } from '../bson/compare.ts';
import { type Doc, isDoc, isTruthy, type Value } from '../bson/values.ts';
import { compileFilter, isOperatorDoc } from '../filter/filter.ts';

export interface Predicate {
  operator: string;
  argument: Value;
}
export interface Conjuncts {
  fields: ReadonlyMap<string, readonly Predicate[]>;
  /** How many predicates there are over all fields. */
  count: number;
  /** Is there more in the filter than these predicates? */
  hasOther: boolean;
}

export function conjunctsOf(filter: Doc): Conjuncts {
  const fields = new Map<string, Predicate[]>();
  const hasOther = collect(filter, fields);
  return { fields, count: [...fields.values()].reduce((sum, list) => sum + list.length, 0), hasOther };
}

/** All field paths that a filter looks at. */
export function pathsOf(filter: Doc): string[] {
  return Object.keys(filter).flatMap((name) => {
    const value = filter[name];
    if (!name.startsWith('$')) return [name];
    return Array.isArray(value) ? value.filter(isDoc).flatMap(pathsOf) : [];
  });
}

/** The names of all fields that a filter looks at; undefined when it may look at any. */
export function fieldsOf(filter: Doc): ReadonlySet<string> | undefined {
  return namesIn(filter, new Set());
}

function namesIn(filter: Doc, names: Set<string>): Set<string> | undefined {
  for (const name of Object.keys(filter)) {
    const value = filter[name];
    if (!name.startsWith('$')) names.add(name.split('.', 1)[0] ?? name);
    else if (BRANCHING.has(name) && Array.isArray(value)) {
      for (const branch of value) if (!isDoc(branch) || !namesIn(branch, names)) return undefined;
    } else if (name !== '$comment') return undefined;
  }
  return names;
}
const BRANCHING = new Set(['$and', '$or', '$nor']);

function collect(filter: Doc, fields: Map<string, Predicate[]>): boolean {
  let hasOther = false;
  for (const name of Object.keys(filter)) {
    const value = filter[name];
    const branches = Array.isArray(value) ? value.filter(isDoc) : [];
    if (name === '$and' || (name === '$or' && branches.length === 1)) {
      for (const branch of branches) hasOther = collect(branch, fields) || hasOther;
    } else if (name.startsWith('$')) {
      hasOther = hasOther || name !== '$comment';
    } else {
      fields.set(name, [...(fields.get(name) ?? []), ...predicatesOf(value)]);
    }
  }
  return hasOther;
}

function predicatesOf(value: Value): Predicate[] {
  if (value instanceof BSONRegExp) return [{ operator: '$regex', argument: value }];
  if (!isOperatorDoc(value)) return [{ operator: '$eq', argument: value }];
  return Object.keys(value).map((operator) => ({ operator, argument: value[operator] }));
}

/** Do all documents that fit the filter fit the expression of a partial index too? Only clear cases count. */
export function implies(filter: Conjuncts, expression: Doc): boolean {
  const wanted = conjunctsOf(expression);
  if (wanted.hasOther) return false;
  return [...wanted.fields].every(([path, predicates]) => {
    const given = filter.fields.get(path) ?? [];
    return predicates.every((predicate) => given.some((one) => impliesPredicate(one, predicate)));
  });
}

/** How many of the filter's demands a partial index makes by itself, beside those on the `known` paths. */
export function demandedToo(filter: Conjuncts, expression: Doc, known: ReadonlySet<string>): number {
  const others = [...conjunctsOf(expression).fields].filter(([path]) => !known.has(path));
  return others.reduce((sum, [path, predicates]) => {
    const given = filter.fields.get(path) ?? [];
    return sum + given.filter((one) => predicates.some((predicate) => isSame(one, predicate))).length;
  }, 0);
}

function isSame(left: Predicate, right: Predicate): boolean {
  return left.operator === right.operator && isEqual(left.argument, right.argument);
}

function impliesPredicate(given: Predicate, wanted: Predicate): boolean {
  if (isSame(given, wanted)) return true;
  const values = valuesOf(given);
  if (values.length > 0) {
    const test = compileFilter({ value: { [wanted.operator]: wanted.argument } });
    return values.every((value) => test({ value }) && value !== null);
  }
  const demandsValue =
    ['$gt', '$gte', '$lt', '$lte', '$regex', '$type'].includes(given.operator) && given.argument !== null;
  return wanted.operator === '$exists' && isTruthy(wanted.argument) && demandsValue;
}

function valuesOf({ operator, argument }: Predicate): readonly Value[] {
  if (operator === '$eq') return Array.isArray(argument) ? [] : [argument];
  const isList = operator === '$in' && Array.isArray(argument);
  return isList && !argument.some((value) => Array.isArray(value) || value instanceof BSONRegExp)
    ? argument
    : [];
}
