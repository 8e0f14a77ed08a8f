/** The projection of `find` and `findAndModify`: on top of `$project`'s language, `$slice`, `$elemMatch` and `array.$`. */
import { copyFields } from '../bson/copy-fields.ts';
import { toInteger } from '../bson/numbers.ts';
import { type Doc, isDoc, isNumber, isTruthy, type Value } from '../bson/values.ts';
import { fail, unsupported } from '../errors.ts';
import { type MatchNote, onValue } from '../filter/condition.ts';
import { compileFilter, conditionOf, type FilterContext } from '../filter/filter.ts';
import { project } from './apply.ts';
import { type Evaluate, type Node, type Projection, parseProjection, type SpecialNode } from './parse.ts';

export interface FindProjection {
  /** Has `array.$`: needs to know which element the filter found. */
  usesPosition: boolean;
  /** It only keeps or drops whole fields: then the bytes need not be decoded. */
  ofBytes: ((bytes: Uint8Array) => Uint8Array) | undefined;
  apply(doc: Doc, note?: MatchNote): Doc;
}

/** Throws MongoDB's codes for contradictions (31253, 31254), colliding paths (31250) and wrong arguments. */
export function compileFindProjection(
  spec: Doc,
  compile: (expression: Value) => Evaluate,
  context: FilterContext,
): FindProjection {
  const current: { note: MatchNote | undefined } = { note: undefined };
  const usesPosition = Object.keys(spec).some((path) => path.endsWith('.$'));
  const special: SpecialNode = (path, value) => {
    if (path.endsWith('.$')) {
      return isTruthy(value) ? { node: positional(current), implies: 'include' } : undefined;
    }
    return isDoc(value) ? operatorNode(path, value, context) : undefined;
  };
  const projection = parseProjection(spec, compile, special);
  return {
    usesPosition,
    ofBytes: wholeFields(projection),
    apply: (doc, note) => {
      current.note = note;
      return project(doc, projection);
    },
  };
}

function wholeFields({ mode, root: { children } }: Projection): FindProjection['ofBytes'] {
  const isDropped = mode === 'exclude';
  const isWhole = ({ kind }: Node) => (isDropped ? kind === 'drop' : kind === 'keep');
  if (![...children.values()].every(isWhole)) return undefined;
  const names = new Set(children.keys());
  return (bytes) => copyFields(bytes, names, isDropped);
}

function operatorNode(path: string, value: Doc, context: FilterContext): ReturnType<SpecialNode> {
  if (value.$meta !== undefined) unsupported('$meta in a projection');
  if (value.$elemMatch !== undefined) {
    if (path.includes('.')) fail(31275, 'Cannot use $elemMatch projection on a nested field');
    return { node: elemMatch(value.$elemMatch, context), implies: 'include' };
  }
  const slice = value.$slice;
  const isFindSlice =
    isNumber(slice) || (Array.isArray(slice) && slice.length === 2 && slice.every(isNumber));
  return isFindSlice ? { node: sliceNode(slice) } : undefined;
}

function positional(current: { note: MatchNote | undefined }): Node {
  return {
    kind: 'change',
    change: (value) => {
      if (!Array.isArray(value)) return value;
      const position = current.note?.position;
      if (position === undefined || position >= value.length) {
        fail(
          51246,
          "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
        );
      }
      return [value[position]];
    },
  };
}

function elemMatch(argument: Value, context: FilterContext): Node {
  if (!isDoc(argument)) fail(31274, 'elemMatch: Invalid argument, object required');
  const [first = ''] = Object.keys(argument);
  const isOfValues = first.startsWith('$') && !['$and', '$or', '$nor', '$expr'].includes(first);
  const ofValues = isOfValues ? onValue(conditionOf(argument, context)) : undefined;
  const ofDocuments = compileFilter(isOfValues ? {} : argument, context);
  return {
    kind: 'change',
    change: (value) => {
      if (!Array.isArray(value)) return undefined;
      const found = value.find((element) =>
        ofValues ? ofValues(element) : isDoc(element) && ofDocuments(element),
      );
      return found === undefined ? undefined : [found];
    },
  };
}

function sliceNode(slice: Value): Node {
  const [first, second] = Array.isArray(slice) ? slice.map(whole) : [whole(slice)];
  if (second !== undefined && second <= 0)
    fail(28724, 'First argument to $slice must be an array, and the limit must be positive');
  return {
    kind: 'change',
    change: (value) => {
      if (!Array.isArray(value) || first === undefined) return value;
      if (second === undefined) return first < 0 ? value.slice(first) : value.slice(0, first);
      const start = first < 0 ? Math.max(0, value.length + first) : first;
      return value.slice(start, start + second);
    },
  };
}

function whole(value: Value): number {
  const number = isNumber(value) ? toInteger(value) : undefined;
  return Number(number ?? fail(28667, '$slice needs whole numbers'));
}
