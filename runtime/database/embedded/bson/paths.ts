/** Dotted paths into documents, and how arrays on the way spread them out. */
import { fail } from '../errors.ts';
import { type Doc, fieldOf, isDoc, type Value } from './values.ts';

/** What an index and a sort see of an array without elements: a value below null. */
export const EMPTY_ARRAY: unique symbol = Symbol('empty array');
export type KeyValue = Value | typeof EMPTY_ARRAY;

const INDEX = /^(?:0|[1-9]\d{0,9})$/;

/** The array position that a path part names, or -1. */
export function arrayIndexOf(part: string): number {
  return INDEX.test(part) ? Number(part) : -1;
}

/** One combination of the fields' values, and which of the fields came out of an array. */
export interface Spread {
  rows: KeyValue[][];
  /** For each field: did its path meet an array? */
  multikey: boolean[];
}

/**
 * All combinations of the values that the paths reach, as a multikey index stores them: an array stands for
 * each of its elements, and fields inside the same array are taken from the same element. Two different
 * arrays can't be spread together: CannotIndexParallelArrays.
 */
export function spread(doc: Doc, paths: readonly (readonly string[])[]): Spread {
  const result: Spread = { rows: [], multikey: paths.map(() => false) };
  spreadFrom(
    paths.map((parts) => ({ value: doc, parts, next: 0, isElement: false })),
    result,
  );
  return result;
}

/** Where the walk along one path has come to. */
interface Step {
  value: KeyValue;
  parts: readonly string[];
  next: number;
  /** An element of a spread array: if it is an array itself, it stays whole. */
  isElement: boolean;
}

function spreadFrom(steps: readonly Step[], result: Spread): void {
  const walked = steps.map(walk);
  let array: readonly Value[] | undefined;
  for (const [index, step] of walked.entries()) {
    if (!Array.isArray(step.value) || step.isElement) continue;
    if (array !== undefined && array !== step.value)
      fail('CannotIndexParallelArrays', 'cannot index parallel arrays');
    array = step.value;
    result.multikey[index] = true;
  }
  if (array === undefined) {
    result.rows.push(walked.map((step) => step.value));
    return;
  }
  const elements: readonly KeyValue[] = array.length > 0 ? array : [EMPTY_ARRAY];
  for (const element of elements) {
    spreadFrom(
      walked.map((step) => (step.value === array && !step.isElement ? stepInto(step, element) : step)),
      result,
    );
  }
}

function stepInto(step: Step, element: KeyValue): Step {
  const isLeaf = step.next === step.parts.length;
  if (isLeaf) return { ...step, value: element, isElement: true };
  // A path goes on through documents in an array, not through arrays in an array.
  const isPassable = element !== EMPTY_ARRAY && isDoc(element);
  return {
    ...step,
    value: isPassable ? element : undefined,
    next: isPassable ? step.next : step.parts.length,
  };
}

/** Goes on until the path ends or an array has to be spread. */
function walk(step: Step): Step {
  let { value, next, isElement } = step;
  while (next < step.parts.length) {
    const part = step.parts[next] ?? '';
    if (Array.isArray(value)) {
      const element: Value = value[arrayIndexOf(part)];
      if (element === undefined) break;
      value = element;
    } else {
      value = value !== EMPTY_ARRAY && isDoc(value) ? fieldOf(value, part) : undefined;
    }
    isElement = false;
    next += 1;
  }
  return { value, parts: step.parts, next, isElement };
}
