/** An update made of operators, such as `{$set: {a: 1}, $inc: {'b.$[item].c': 2}}`. */
import { show } from '../bson/show.ts';
import { type Doc, isDoc, typeOf, type Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import type { FilterContext } from '../filter/filter.ts';
import { type ArrayFilters, checkFiltersUsed, compileArrayFilters } from './array-filters.ts';
import { ARRAY_MODIFIERS } from './array-modifiers.ts';
import { FIELD_MODIFIERS } from './field-modifiers.ts';
import type { Change, Modifier, Target } from './modifier.ts';
import { findPlace, makePlace, type Place, read, remove, write } from './place.ts';
import type { Update, UpdateRun } from './update.ts';
import {
  comparePaths,
  expandPath,
  filterIdOf,
  PathSet,
  parseUpdatePath,
  type UpdatePath,
} from './update-path.ts';

const MODIFIERS: Readonly<Record<string, Modifier>> = { ...FIELD_MODIFIERS, ...ARRAY_MODIFIERS };

interface Step {
  path: UpdatePath;
  modifier: Omit<Modifier, 'compile'>;
  change: Change;
  /** Looks at the document first, also where the place is missing. */
  check?: (doc: Doc) => void;
}

export function compileOperators(update: Doc, arrayFilters: readonly Doc[], context: FilterContext): Update {
  const steps: Step[] = [];
  const paths = new PathSet();
  for (const operator of Object.keys(update)) {
    for (const step of compileOperator(operator, update[operator], paths, context)) steps.push(step);
  }
  steps.sort((left, right) => comparePaths(left.path, right.path));
  const filters = compileArrayFilters(arrayFilters, context);
  const usedIds = steps.flatMap(({ path }) => path.parts.map(filterIdOf).filter((id) => id !== undefined));
  checkFiltersUsed(filters, new Set(usedIds), update);
  const fields = new Set(steps.map(({ path }) => path.parts[0] ?? ''));
  for (const target of renameTargets(update)) fields.add(target.split('.')[0] ?? '');
  return {
    kind: 'operators',
    fields,
    usesPosition: steps.some(({ path }) => path.parts.includes('$')),
    apply: (doc, run) => applySteps(doc, steps, filters, run),
  };
}

function compileOperator(operator: string, fields: Value, paths: PathSet, context: FilterContext): Step[] {
  const modifier = Object.hasOwn(MODIFIERS, operator) ? MODIFIERS[operator] : undefined;
  if (!modifier && operator !== '$rename') {
    fail(
      'FailedToParse',
      `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  }
  if (!isDoc(fields)) {
    fail(
      'FailedToParse',
      `Modifiers operate on fields but we found type ${typeOf(fields)} instead. For example: {$mod: {<field>: ...}} not {${operator}: ${show(fields)}}`,
    );
  }
  return Object.keys(fields).map((text) => {
    const path = parseUpdatePath(text);
    paths.add(path.parts);
    if (!modifier) return renameStep(path, fields[text], paths);
    return { path, modifier, change: modifier.compile(fields[text], text, context) };
  });
}

/** Each step by itself on the places that it means in this document. */
function applySteps(doc: Doc, steps: readonly Step[], filters: ArrayFilters, run: UpdateRun): Doc {
  const touched = steps.length > 1 && steps.some(({ path }) => path.isDynamic) ? new PathSet() : undefined;
  for (const { path, modifier, change, check } of steps) {
    if (modifier.onInsertOnly && !run.isInsert) continue;
    check?.(doc);
    for (const parts of expandPath(doc, path, run.position, filters)) {
      touched?.add(parts);
      const place: Place | undefined = modifier.makesPlace ? makePlace(doc, parts) : findPlace(doc, parts);
      if (place) change(place, { doc, path: parts.join('.'), now: run.now });
    }
  }
  return doc;
}

function renameTargets(update: Doc): string[] {
  const renames = update.$rename;
  return isDoc(renames) ? Object.values(renames).filter((target) => typeof target === 'string') : [];
}

function renameStep(from: UpdatePath, argument: Value, paths: PathSet): Step {
  if (typeof argument !== 'string') {
    fail('BadValue', `The 'to' field for $rename must be a string: ${from.text}: ${show(argument)}`);
  }
  if (argument === from.text) {
    fail('BadValue', `The source and target field for $rename must differ: ${from.text}: ${show(argument)}`);
  }
  const to = parseUpdatePath(argument);
  if (from.isDynamic) fail('BadValue', `The source field for $rename may not be dynamic: ${from.text}`);
  if (to.isDynamic) fail('BadValue', `The destination field for $rename may not be dynamic: ${to.text}`);
  paths.add(to.parts);
  const check = (doc: Doc): void => {
    refuseArrays(doc, from, 'source');
    refuseArrays(doc, to, 'destination');
  };
  return {
    path: from,
    modifier: { makesPlace: false },
    change: (place, target) => rename(place, to, target),
    check,
  };
}

function rename(source: Place, to: UpdatePath, { doc }: Target): void {
  const value = read(source);
  if (value === undefined) return;
  remove(source);
  const place = makePlace(doc, to.parts);
  remove(place);
  write(place, value);
}

function refuseArrays(doc: Doc, path: UpdatePath, role: string): void {
  for (let length = 1; length < path.parts.length; length += 1) {
    const place = findPlace(doc, path.parts.slice(0, length));
    if (place && Array.isArray(read(place))) {
      fail(
        'BadValue',
        `The ${role} field cannot be an array element, '${path.text}' in doc with _id: ${show(doc._id)} has an array field called '${path.parts[length - 1]}'`,
      );
    }
  }
}
