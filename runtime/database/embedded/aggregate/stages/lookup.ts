/** `$lookup` and `$unionWith`: stages that read another collection of the same database. */

import { BSONRegExp } from 'bson';
import { identityOf } from '../../bson/keys.ts';
import { EMPTY_ARRAY, spread } from '../../bson/paths.ts';
import { type Doc, isDoc, type Value } from '../../bson/values.ts';
import { fail } from '../../errors.ts';
import type { Environment } from '../expression.ts';
import type { CompileStages, ForeignCollections } from '../pipeline.ts';
import { map, type Stage, withoutPauses } from '../stream.ts';
import { withValue } from './fields.ts';

const LOOKUP_FIELDS = new Set(['from', 'as', 'localField', 'foreignField', 'let', 'pipeline']);

export function lookupStage(
  argument: Value,
  environment: Environment,
  foreign: ForeignCollections,
  compile: CompileStages,
): Stage {
  if (!isDoc(argument)) return fail('FailedToParse', 'the $lookup stage specification must be an object');
  const unknown = Object.keys(argument).find((name) => !LOOKUP_FIELDS.has(name));
  if (unknown !== undefined) fail('FailedToParse', `unknown argument to $lookup: ${unknown}`);
  const { from, as, localField, foreignField, pipeline } = argument;
  if (typeof from !== 'string') return fail('FailedToParse', "$lookup argument 'from' must be a string");
  if (typeof as !== 'string') return fail('FailedToParse', "must specify 'as' field for a $lookup");
  if (
    (localField === undefined) !== (foreignField === undefined) ||
    (localField === undefined && pipeline === undefined)
  ) {
    return fail(
      'FailedToParse',
      "$lookup requires both or neither of 'localField' and 'foreignField', or a 'pipeline'",
    );
  }
  const joined =
    typeof localField === 'string' && typeof foreignField === 'string'
      ? joinBy(foreign, from, localField.split('.'), foreignField)
      : () => foreign.find(from, {});
  const refine =
    pipeline === undefined ? undefined : compileInner(pipeline, argument.let, environment, compile);
  const path = as.split('.');
  return map((doc) => withValue(doc, path, refine ? refine(doc, joined(doc)) : [...joined(doc)]));
}

/** Documents of the other collection whose field equals the local one; an array on either side means any element. */
function joinBy(
  foreign: ForeignCollections,
  from: string,
  localPath: readonly string[],
  foreignField: string,
): (doc: Doc) => Iterable<Doc> {
  if (foreign.hasIndexOn(from, foreignField)) {
    return (doc) => foreign.find(from, { [foreignField]: { $in: localValues(doc, localPath) } });
  }
  let byValue: Map<string, Doc[]> | undefined;
  return (doc) => {
    byValue ??= indexBy(foreign.find(from, {}), foreignField.split('.'));
    return new Set(localValues(doc, localPath).flatMap((value) => byValue?.get(identityOf(value)) ?? []));
  };
}

/** A missing value joins with null. An expression joins with nothing: as a part of a filter it would mean a pattern. */
function localValues(doc: Doc, path: readonly string[]): Value[] {
  return spread(doc, [path]).rows.flatMap(([value = null]) =>
    value === EMPTY_ARRAY || value instanceof BSONRegExp ? [] : [value],
  );
}

function indexBy(docs: Iterable<Doc>, path: readonly string[]): Map<string, Doc[]> {
  const byValue = new Map<string, Doc[]>();
  for (const doc of docs) {
    for (const [value] of spread(doc, [path]).rows) {
      if (value === EMPTY_ARRAY) continue;
      const identity = identityOf(value ?? null);
      const list = byValue.get(identity);
      if (!list) byValue.set(identity, [doc]);
      else if (list.at(-1) !== doc) list.push(doc);
    }
  }
  return byValue;
}

/** The inner pipeline, with the outer document's values as its variables. */
function compileInner(
  pipeline: Value,
  letSpec: Value,
  environment: Environment,
  compile: CompileStages,
): (outer: Doc, docs: Iterable<Doc>) => Doc[] {
  if (!Array.isArray(pipeline))
    return fail('TypeMismatch', "'pipeline' option must be specified as an array");
  const variables = Object.entries(isDoc(letSpec) ? letSpec : {}).map(([name, value]) => ({
    name,
    evaluate: environment.compile(value),
  }));
  const outside = environment.variables;
  environment.variables = { ...outside, ...Object.fromEntries(variables.map(({ name }) => [name, null])) };
  const stage = compile(pipeline, environment);
  environment.variables = outside;
  return (outer, docs) => {
    const before = environment.variables;
    environment.variables = {
      ...before,
      ...Object.fromEntries(variables.map(({ name, evaluate }) => [name, evaluate(outer) ?? null])),
    };
    try {
      return [...withoutPauses(stage(docs))];
    } finally {
      environment.variables = before;
    }
  };
}

export function unionStage(
  argument: Value,
  environment: Environment,
  foreign: ForeignCollections,
  compile: CompileStages,
): Stage {
  const spec: Doc = isDoc(argument) ? argument : { coll: argument };
  const { coll, pipeline = [] } = spec;
  if (typeof coll !== 'string') return fail('FailedToParse', '$unionWith needs the name of a collection');
  if (!Array.isArray(pipeline))
    return fail('TypeMismatch', "'pipeline' option must be specified as an array");
  const stage = compile(pipeline, environment);
  return function* (input) {
    yield* input;
    yield* stage(foreign.find(coll, {}));
  };
}
