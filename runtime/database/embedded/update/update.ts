/** Updates of one document: by operators, by a whole replacement, or by an aggregation pipeline. */
import { compare } from '../bson/compare.ts';
import { show } from '../bson/show.ts';
import { type Doc, firstFieldOf, isDoc, type Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import type { FilterContext } from '../filter/filter.ts';
import { compileOperators } from './operators.ts';

export interface UpdateRun {
  /** The array element that the filter found, for `$`. */
  position?: number | undefined;
  isInsert: boolean;
  now: Date;
}
export interface Update {
  kind: 'operators' | 'replacement' | 'pipeline';
  /** The top-level fields that it may change; undefined when that can be any. */
  fields: ReadonlySet<string> | undefined;
  /** Has a positional `$` in a path. */
  usesPosition: boolean;
  /** The changed document; the one that is handed in may be changed or be used in the result. */
  apply(doc: Doc, run: UpdateRun): Doc;
}
export interface UpdateContext extends FilterContext {
  arrayFilters: readonly Doc[];
  /** Compiles a pipeline to a function of one document. */
  pipeline(stages: readonly Value[]): (doc: Doc) => Doc;
}

/** Checks an update as far as that is possible without a document. */
export function compileUpdate(update: Value, context: UpdateContext): Update {
  const compiled = compileKind(update, context);
  return { ...compiled, apply: (doc, run) => keepingId(doc, run, compiled) };
}

function compileKind(update: Value, context: UpdateContext): Update {
  if (Array.isArray(update)) {
    if (context.arrayFilters.length > 0) {
      fail('FailedToParse', 'arrayFilters may not be specified for pipeline-style updates');
    }
    const apply = context.pipeline(update);
    return {
      kind: 'pipeline',
      fields: undefined,
      usesPosition: false,
      apply: (doc) => withId(apply(doc), doc._id),
    };
  }
  if (!isDoc(update)) fail('FailedToParse', 'Update argument must be either an object or an array');
  if (firstFieldOf(update).startsWith('$')) return compileOperators(update, context.arrayFilters, context);
  return compileReplacement(update, context.arrayFilters);
}

function compileReplacement(replacement: Doc, arrayFilters: readonly Doc[]): Update {
  const dollar = Object.keys(replacement).find((name) => name.startsWith('$'));
  if (dollar !== undefined) {
    fail(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${dollar}' in '${dollar}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
  }
  if (arrayFilters.length > 0)
    fail('FailedToParse', 'arrayFilters may not be specified for replacement-style updates');
  return {
    kind: 'replacement',
    fields: undefined,
    usesPosition: false,
    apply: (doc) => withId(replacement, doc._id),
  };
}

/** The document with this `_id`, as its first field, unless it has one of its own. */
export function withId(doc: Doc, id: Value): Doc {
  const { _id = id, ...rest } = doc;
  return _id === undefined ? rest : { _id, ...rest };
}

/** No update changes an `_id`. */
function keepingId(doc: Doc, run: UpdateRun, update: Update): Doc {
  const id = doc._id;
  const result = update.apply(doc, run);
  if (id !== undefined && !(Object.hasOwn(result, '_id') && compare(result._id, id) === 0)) {
    const message =
      update.kind === 'operators'
        ? "Performing an update on the path '_id' would modify the immutable field '_id'"
        : `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${show(result._id)}`;
    fail('ImmutableField', message);
  }
  return result;
}
