/** What one operator demands of one field, before it is known whether it looks at a document or a bare value. */
import type { Doc, Value } from '../bson/values.ts';
import { anyAt } from './walk.ts';

/** Tells an update which array element its positional `$` means. */
export interface MatchNote {
  position?: number | undefined;
}
export type DocumentTest = (doc: Doc, note?: MatchNote) => boolean;
/** A missing value is undefined. The note gets the index of the element that made an array fit. */
export type ValueTest = (value: Value, note?: MatchNote) => boolean;

export type Condition =
  /** Looks at the value; where that is an array, at its elements as well. */
  | { kind: 'leaf'; test: ValueTest }
  /** Looks at the value only, array or not. */
  | { kind: 'whole'; test: ValueTest }
  | { kind: 'not'; of: Condition }
  | { kind: 'all'; of: readonly Condition[] };

/** The condition on the field at this path. */
export function onPath(condition: Condition, path: string): DocumentTest {
  const parts = path.split('.');
  switch (condition.kind) {
    case 'not': {
      const test = onPath(condition.of, path);
      return (doc) => !test(doc);
    }
    case 'all':
      return allOf(condition.of.map((one) => onPath(one, path)));
    case 'leaf':
      return (doc, note) =>
        anyAt(doc, parts, (value, position, isIndexed) =>
          testLeaf(condition.test, value, position, isIndexed, note),
        );
    case 'whole':
      return (doc, note) =>
        anyAt(doc, parts, (value, position) => testWhole(condition.test, value, position, note));
  }
}

/** The condition on a value as it is: an array is not searched. This is how `$elemMatch` looks at elements. */
export function onValue(condition: Condition): ValueTest {
  switch (condition.kind) {
    case 'not': {
      const test = onValue(condition.of);
      return (value) => !test(value);
    }
    case 'all': {
      const tests = condition.of.map(onValue);
      return (value) => tests.every((test) => test(value));
    }
    default:
      return condition.test;
  }
}

/** True when every test is; the usual case of one test costs nothing. */
export function allOf(tests: readonly DocumentTest[]): DocumentTest {
  const [first] = tests;
  if (!first) return () => true;
  if (tests.length === 1) return first;
  return (doc, note) => tests.every((test) => test(doc, note));
}

function testLeaf(
  test: ValueTest,
  value: Value,
  position: number | undefined,
  isIndexed: boolean,
  note: MatchNote | undefined,
): boolean {
  if (Array.isArray(value) && !isIndexed) {
    const index = value.findIndex((element) => test(element));
    if (index >= 0) {
      if (note) note.position = position ?? index;
      return true;
    }
  }
  if (!test(value)) return false;
  if (note && position !== undefined) note.position = position;
  return true;
}

function testWhole(
  test: ValueTest,
  value: Value,
  position: number | undefined,
  note: MatchNote | undefined,
): boolean {
  if (!test(value, note)) return false;
  if (note && position !== undefined) note.position = position;
  return true;
}
