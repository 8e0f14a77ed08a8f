/** A place in a document that an update reads and writes: a field of a document or an element of an array. */
import { arrayIndexOf } from '../bson/paths.ts';
import { show } from '../bson/show.ts';
import { type Doc, fieldOf, isDoc, setField, type Value } from '../bson/values.ts';
import { fail } from '../errors.ts';

const ARRAY_PADDING_MAX = 1_500_000;

export type Place =
  | { parent: Doc; name: string; index?: undefined }
  | { parent: Value[]; index: number; name?: undefined };

/** The place at a concrete path, or undefined when the way to it is not there. */
export function findPlace(doc: Doc, path: readonly string[]): Place | undefined {
  let parent: Value = doc;
  for (const part of path.slice(0, -1)) {
    const place = placeIn(parent, part);
    parent = place && read(place);
  }
  return placeIn(parent, path.at(-1) ?? '');
}

/** The place at a concrete path; documents that are missing on the way are made. PathNotViable through a scalar. */
export function makePlace(doc: Doc, path: readonly string[]): Place {
  let parent: Value = doc;
  for (const [depth, part] of path.entries()) {
    const place = placeIn(parent, part);
    if (!place) return notViable(path, depth, parent);
    if (depth === path.length - 1) return place;
    if (read(place) === undefined) write(place, {});
    parent = read(place);
  }
  return fail('InternalError', 'an update path is empty');
}

function placeIn(parent: Value, part: string): Place | undefined {
  if (isDoc(parent)) return { parent, name: part };
  const index = arrayIndexOf(part);
  return Array.isArray(parent) && index >= 0 ? { parent, index } : undefined;
}

function notViable(path: readonly string[], depth: number, parent: Value): never {
  return fail(
    'PathNotViable',
    `Cannot create field '${path[depth]}' in element {${path[depth - 1]}: ${show(parent)}}`,
  );
}

/** The value there, or undefined. */
export function read(place: Place): Value {
  return place.index === undefined ? fieldOf(place.parent, place.name) : place.parent[place.index];
}

/** Puts a value there. An array is filled up with nulls to the element's place. */
export function write(place: Place, value: Value): void {
  if (place.index === undefined) {
    setField(place.parent, place.name, value);
    return;
  }
  const { parent, index } = place;
  if (index - parent.length > ARRAY_PADDING_MAX)
    fail('BadValue', "can't backfill more than 1500000 elements");
  while (parent.length < index) parent.push(null);
  parent[index] = value;
}

/** Takes the value away; an array element becomes null, so that its neighbours keep their places. */
export function remove(place: Place): void {
  if (place.index === undefined) delete place.parent[place.name];
  else if (place.index < place.parent.length) place.parent[place.index] = null;
}
