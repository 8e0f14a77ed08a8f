/** `$project`, `$addFields`/`$set`, `$unset`, `$replaceRoot`/`$replaceWith` and `$unwind`. */
import { Long } from 'bson';
import { show } from '../../bson/show.ts';
import { type Doc, fieldOf, isDoc, isTruthy, setField, type Value } from '../../bson/values.ts';
import { fail } from '../../errors.ts';
import { addComputed, project } from '../../projection/apply.ts';
import { parseAdditions, parseProjection } from '../../projection/parse.ts';
import type { Environment } from '../expression.ts';
import { flatMap, map, type Stage } from '../stream.ts';

export function projectStage(argument: Value, environment: Environment): Stage {
  if (!isDoc(argument) || Object.keys(argument).length === 0) {
    return fail(
      51272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    );
  }
  const projection = parseProjection(argument, environment.compile);
  return map((doc) => project(doc, projection));
}

export function addFieldsStage(argument: Value, environment: Environment): Stage {
  if (!isDoc(argument)) return fail(40272, '$addFields specification stage must be an object');
  const additions = parseAdditions(argument, environment.compile);
  return map((doc) => addComputed(doc, additions));
}

export function unsetStage(argument: Value, environment: Environment): Stage {
  const paths = Array.isArray(argument) ? argument : [argument];
  if (paths.length === 0)
    fail(31119, '$unset specification must be a string or an array with at least one field');
  const excluded: Doc = {};
  for (const path of paths) {
    if (typeof path !== 'string')
      return fail(31120, '$unset specification must be a string or an array of strings');
    setField(excluded, path, false);
  }
  return projectStage(excluded, environment);
}

export function replaceRootStage(expression: Value, environment: Environment): Stage {
  if (expression === undefined) return fail(40231, 'no newRoot specified for the $replaceRoot stage');
  const evaluate = environment.compile(expression);
  return map((doc) => {
    const root = evaluate(doc);
    return isDoc(root)
      ? root
      : fail(
          40228,
          `'newRoot' expression must evaluate to an object, but resulting value was: ${show(root)}`,
        );
  });
}

export function unwindStage(argument: Value): Stage {
  const spec: Doc = isDoc(argument) ? argument : { path: argument };
  const { path } = spec;
  if (typeof path !== 'string' || !/^\$[^$]/.test(path)) {
    return fail(28818, `path option to $unwind stage should be prefixed with a '$': ${show(path)}`);
  }
  const unknown = Object.keys(spec).find(
    (name) => !['path', 'includeArrayIndex', 'preserveNullAndEmptyArrays'].includes(name),
  );
  if (unknown !== undefined) fail(28811, `unrecognized option to $unwind stage: ${unknown}`);
  const parts = path.slice(1).split('.');
  const indexField =
    typeof spec.includeArrayIndex === 'string' ? spec.includeArrayIndex.split('.') : undefined;
  const keepsEmpty = isTruthy(spec.preserveNullAndEmptyArrays);
  return flatMap((doc) => unwound(doc, parts, keepsEmpty, indexField));
}

function unwound(
  doc: Doc,
  parts: readonly string[],
  keepsEmpty: boolean,
  indexField: readonly string[] | undefined,
): Doc[] {
  const value = parts.reduce<Value>((at, part) => (isDoc(at) ? fieldOf(at, part) : undefined), doc);
  const numbered = (one: Doc, index: Long | null): Doc =>
    indexField ? withValue(one, indexField, index) : one;
  if (Array.isArray(value) && value.length > 0) {
    return value.map((element, index) => numbered(withValue(doc, parts, element), Long.fromNumber(index)));
  }
  const isEmpty = value === undefined || value === null || Array.isArray(value);
  if (isEmpty && !keepsEmpty) return [];
  return [numbered(Array.isArray(value) ? withValue(doc, parts, undefined) : doc, null)];
}

/** A copy of the document with this value at the path; undefined takes the field away. */
export function withValue(doc: Doc, [part = '', ...rest]: readonly string[], value: Value): Doc {
  const copy = { ...doc };
  const child = fieldOf(doc, part);
  const next = rest.length === 0 ? value : withValue(isDoc(child) ? child : {}, rest, value);
  if (next === undefined) delete copy[part];
  else setField(copy, part, next);
  return copy;
}
