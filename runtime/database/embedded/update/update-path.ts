/** Paths of an update: checked once, then made concrete for each document (`a.$[].b` → `a.0.b`, `a.1.b`). */

import { compareCodePoints } from '../bson/compare.ts';
import { arrayIndexOf } from '../bson/paths.ts';
import { show } from '../bson/show.ts';
import { type Doc, fieldOf, isDoc, type Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import type { ArrayFilters } from './array-filters.ts';

export interface UpdatePath {
  text: string;
  parts: readonly string[];
  /** Has `$`, `$[]` or `$[id]` in it. */
  isDynamic: boolean;
}

// The same fields are updated again and again.
const KNOWN_MAX = 1_000;
const known = new Map<string, UpdatePath>();

/** Refuses empty names and names that begin with `$`. */
export function parseUpdatePath(text: string): UpdatePath {
  const found = known.get(text);
  if (found) return found;
  const path = parsed(text);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(text, path);
  return path;
}

function parsed(text: string): UpdatePath {
  const parts = text.split('.');
  if (parts.includes('')) {
    fail('EmptyFieldName', `The update path '${text}' contains an empty field name, which is not allowed.`);
  }
  const isDynamic = parts.some(isPositional);
  if (isPositional(parts[0] ?? '')) {
    fail('BadValue', `Cannot have positional (i.e. '$') element in the first position in path '${text}'`);
  }
  if (parts.filter((part) => part === '$').length > 1) {
    fail('BadValue', `Too many positional (i.e. '$') elements found in path '${text}'`);
  }
  const dollar = parts.find((part) => part.startsWith('$') && !isPositional(part) && !isReference(part));
  if (dollar !== undefined) {
    fail(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${dollar}' in '${text}' is not valid for storage.`,
    );
  }
  return { text, parts, isDynamic };
}

/** `$[id]` names an array filter: its id; otherwise undefined. */
export function filterIdOf(part: string): string | undefined {
  return part.startsWith('$[') && part.endsWith(']') && part !== '$[]' ? part.slice(2, -1) : undefined;
}

function isPositional(part: string): boolean {
  return part === '$' || part === '$[]' || filterIdOf(part) !== undefined;
}

function isReference(part: string): boolean {
  return part === '$ref' || part === '$id' || part === '$db';
}

/** New fields are appended in this order: names by their bytes, array elements by their number. */
export function comparePaths(left: UpdatePath, right: UpdatePath): number {
  for (let index = 0; index < left.parts.length && index < right.parts.length; index += 1) {
    const a = left.parts[index] ?? '';
    const b = right.parts[index] ?? '';
    if (a === b) continue;
    const bothIndexes = arrayIndexOf(a) >= 0 && arrayIndexOf(b) >= 0;
    return bothIndexes ? arrayIndexOf(a) - arrayIndexOf(b) : compareCodePoints(a, b);
  }
  return left.parts.length - right.parts.length;
}

/** Holds the paths of one update. The same path twice, or one inside another, is a conflict (code 40). */
export class PathSet {
  private readonly root = new PathNode();

  add(parts: readonly string[]): void {
    let node = this.root;
    for (const [index, part] of parts.entries()) {
      if (node.isEnd) conflict(parts, parts.slice(0, index));
      const next = node.children.get(part) ?? new PathNode();
      node.children.set(part, next);
      node = next;
    }
    if (node.isEnd || node.children.size > 0) conflict(parts, parts);
    node.isEnd = true;
  }
}

class PathNode {
  readonly children = new Map<string, PathNode>();
  isEnd = false;
}

function conflict(path: readonly string[], at: readonly string[]): never {
  return fail(
    'ConflictingUpdateOperators',
    `Updating the path '${path.join('.')}' would create a conflict at '${at.join('.')}'`,
  );
}

/** The concrete paths in this document. `position` is the element that the filter found, for `$`. */
export function expandPath(
  doc: Doc,
  path: UpdatePath,
  position: number | undefined,
  filters: ArrayFilters,
): string[][] {
  if (!path.isDynamic) return [[...path.parts]];
  const found: string[][] = [];
  expandFrom(doc, path, 0, [], found, position, filters);
  return found;
}

function expandFrom(
  value: Value,
  path: UpdatePath,
  depth: number,
  before: readonly string[],
  found: string[][],
  position: number | undefined,
  filters: ArrayFilters,
): void {
  const part = path.parts[depth];
  if (part === undefined) {
    found.push([...before]);
    return;
  }
  if (!isPositional(part)) {
    expandFrom(childOf(value, part), path, depth + 1, [...before, part], found, position, filters);
    return;
  }
  const array = arrayFor(value, part, before);
  for (const index of selectedIndexes(array, part, path, position, filters)) {
    expandFrom(array[index], path, depth + 1, [...before, String(index)], found, position, filters);
  }
}

function childOf(value: Value, part: string): Value {
  if (Array.isArray(value)) return value[arrayIndexOf(part)];
  return isDoc(value) ? fieldOf(value, part) : undefined;
}

function arrayFor(value: Value, part: string, before: readonly string[]): Value[] {
  if (Array.isArray(value)) return value;
  if (part === '$') return noMatch();
  if (value === undefined) {
    fail(
      'BadValue',
      `The path '${before.join('.')}' must exist in the document in order to apply array updates.`,
    );
  }
  return fail('BadValue', `Cannot apply array updates to non-array element ${before.at(-1)}: ${show(value)}`);
}

function selectedIndexes(
  array: readonly Value[],
  part: string,
  path: UpdatePath,
  position: number | undefined,
  filters: ArrayFilters,
): number[] {
  if (part === '$') return [position ?? noMatch()];
  const id = filterIdOf(part);
  if (id === undefined) return [...array.keys()];
  const test = filters.get(id);
  if (!test) fail('BadValue', `No array filter found for identifier '${id}' in path '${path.text}'`);
  return [...array.keys()].filter((index) => test(array[index]));
}

function noMatch(): never {
  return fail('BadValue', 'The positional operator did not find the match needed from the query.');
}
