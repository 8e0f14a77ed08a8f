/** How a dotted path of a filter finds values, arrays included. */
import { arrayIndexOf } from '../bson/paths.ts';
import { fieldOf, isDoc, type Value } from '../bson/values.ts';

/**
 * `position` is the index in the outermost array on the way, `isIndexed` says that the path named an array
 * element by its number (a value that is an array is then taken whole).
 */
export type Visit = (value: Value, position: number | undefined, isIndexed: boolean) => boolean;

/** Does `visit` accept one of the values that the path reaches from `value`? A missing field is visited as undefined. */
export function anyAt(value: Value, parts: readonly string[], visit: Visit): boolean {
  return from(value, parts, 0, visit, undefined, false);
}

function from(
  value: Value,
  parts: readonly string[],
  next: number,
  visit: Visit,
  position: number | undefined,
  isIndexed: boolean,
): boolean {
  const part = parts[next];
  if (part === undefined) return visit(value, position, isIndexed);
  if (!Array.isArray(value)) {
    return from(isDoc(value) ? fieldOf(value, part) : undefined, parts, next + 1, visit, position, false);
  }
  const index = arrayIndexOf(part);
  if (
    index >= 0 &&
    index < value.length &&
    from(value[index], parts, next + 1, visit, position ?? index, true)
  ) {
    return true;
  }
  return value.some(
    (element, at) => isDoc(element) && from(element, parts, next, visit, position ?? at, false),
  );
}
