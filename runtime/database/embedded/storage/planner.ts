/**
 * Chooses how to find documents: by the index whose leading fields answer most of the filter, in the order of
 * the sort where that comes free. The choice looks at the filter and the indexes only, not at the data.
 */

import { isEqual } from '../bson/compare.ts';
import { keyAfter, keyOf } from '../bson/keys.ts';
import { arrayIndexOf } from '../bson/paths.ts';
import type { SortField } from '../bson/sort.ts';
import { type Doc, isDoc, typeOf, type Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import { boundsOf, type FieldBounds, type KeyRange } from './bounds.ts';
import type { CollectionIndex, IndexField } from './collection-index.ts';
import { type Conjuncts, conjunctsOf, demandedToo, implies, type Predicate } from './conjuncts.ts';

export interface Plan {
  /** Undefined: all documents in the order of their insertion. */
  index: CollectionIndex | undefined;
  /** In ascending order of keys; of no use without an index. */
  ranges: readonly KeyRange[];
  /** Walk the index, or the documents, backwards. */
  descending: boolean;
  /** The rows come in the order of the sort. */
  isSorted: boolean;
  /** Every row fits the filter, so it need not be looked at. */
  isExact: boolean;
  /** Each range is one key of a unique index: at most one document. */
  isPoints: boolean;
  /** At most one document in all: the entry with this key of a unique index. */
  point: Buffer | undefined;
}
export interface PlanRequest {
  filter: Doc;
  sort?: readonly SortField[];
  /** An index name, a key pattern, or `{$natural: 1}`. */
  hint?: Value;
  hasCollation?: boolean;
}
interface Candidate extends Plan {
  score: number;
}

const RANGES_MAX = 10_000;
const WHOLE_INDEX: KeyRange = { from: Buffer.from([0]), to: Buffer.from([0xff]) };

export function choosePlan(indexes: readonly CollectionIndex[], request: PlanRequest): Plan {
  const conjuncts = conjunctsOf(request.filter);
  const natural = naturalDirection(request);
  if (natural !== undefined) return wholeCollection(request, conjuncts, natural);
  const hinted = hintedIndex(indexes, request.hint);
  const byId = hinted ? undefined : pointById(indexes, request, conjuncts);
  if (byId) return byId;
  const candidates = (hinted ? [hinted] : indexes.filter((index) => !index.isHidden))
    .map((index) => candidateOf(index, request, conjuncts))
    .filter((candidate) => candidate !== undefined)
    .sort((left, right) => right.score - left.score);
  const [best] = candidates;
  if (best) return best;
  if (!hinted) return wholeCollection(request, conjuncts, 1);
  return planOf(hinted, [WHOLE_INDEX], { isSorted: false, descending: false, isExact: false });
}

/** Nothing beats one key of the `_id` index: the other indexes need not be looked at. */
function pointById(
  indexes: readonly CollectionIndex[],
  request: PlanRequest,
  conjuncts: Conjuncts,
): Plan | undefined {
  const predicates = conjuncts.fields.get('_id');
  if (!predicates) return undefined;
  const index = indexes.find(({ name }) => name === '_id_');
  const isUnsorted = (request.sort?.length ?? 0) === 0;
  if (index && isUnsorted && !request.hasCollation && predicates.length === 1 && isId(predicates[0])) {
    // Most requests: the same plan, without looking for what may be cleverer.
    const point = keyOf([predicates[0].argument], [1]);
    const isExact = conjuncts.count === 1 && !conjuncts.hasOther;
    const ranges = [{ from: point, to: keyAfter(point) }];
    return { index, ranges, descending: false, isSorted: true, isExact, isPoints: true, point };
  }
  const plan = index && candidateOf(index, request, conjuncts);
  return plan?.point ? plan : undefined;
}

/** One id: whatever null and arrays mean in a filter, and expressions, is left to the general case. */
function isId(predicate: Predicate | undefined): predicate is Predicate {
  if (predicate?.operator !== '$eq') return false;
  const type = typeOf(predicate.argument);
  return type === 'string' || type === 'objectId';
}

function wholeCollection({ sort = [] }: PlanRequest, conjuncts: Conjuncts, direction: number): Plan {
  return {
    index: undefined,
    ranges: [],
    descending: direction < 0,
    isSorted: sort.length === 0 || sort[0]?.path === '$natural',
    isExact: conjuncts.count === 0 && !conjuncts.hasOther,
    isPoints: false,
    point: undefined,
  };
}

function naturalDirection({ hint }: PlanRequest): number | undefined {
  if (!isDoc(hint) || hint.$natural === undefined) return undefined;
  return Number(String(hint.$natural)) < 0 ? -1 : 1;
}

function hintedIndex(indexes: readonly CollectionIndex[], hint: Value): CollectionIndex | undefined {
  if (hint === undefined || (isDoc(hint) && Object.keys(hint).length === 0)) return undefined;
  const found = indexes.find(
    (index) =>
      !index.isHidden &&
      (typeof hint === 'string' ? index.name === hint : isEqual(index.stored.spec.key, hint)),
  );
  return (
    found ??
    fail(
      'BadValue',
      'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
    )
  );
}

/** How this index would be used, or undefined when it would not help. */
function candidateOf(
  index: CollectionIndex,
  request: PlanRequest,
  conjuncts: Conjuncts,
): Candidate | undefined {
  if (index.partialFilter && !implies(conjuncts, index.partialFilter)) return undefined;
  const bounds = leadingBounds(index, conjuncts, request.hasCollation ?? false);
  if (index.isSparse && !bounds.some((one) => !one.includesNull)) return undefined;
  const ranges = combine(bounds);
  if (!ranges) return undefined;
  const equalities = bounds.filter((one) => one.isPoints).length;
  const order = orderOf(index, request, equalities, ranges.length <= 1);
  const sortHelps = order.isSorted && (request.sort?.length ?? 0) > 0;
  if (bounds.length === 0 && !sortHelps) return undefined;
  const demandedByIndex = demanded(index, conjuncts, bounds.length);
  const isExact =
    !conjuncts.hasOther &&
    bounds.every((one, at) => one.isExact && !index.stored.multikey[at] && isPlainPath(index.fields[at])) &&
    bounds.reduce((sum, one) => sum + one.used, 0) + demandedByIndex === conjuncts.count;
  const plan = planOf(index, ranges, { ...order, isExact }, equalities);
  const score =
    (plan.point ? 1000 : 0) +
    equalities * 20 +
    (bounds.length - equalities + demandedByIndex) * 10 +
    (sortHelps ? 5 : 0) -
    index.fields.length / 100;
  return { ...plan, score };
}

/** The demands that every document in a partial index meets, beside those on the fields with bounds. */
function demanded({ partialFilter, fields }: CollectionIndex, conjuncts: Conjuncts, bounds: number): number {
  if (!partialFilter) return 0;
  return demandedToo(conjuncts, partialFilter, new Set(fields.slice(0, bounds).map(({ path }) => path)));
}

function planOf(
  index: CollectionIndex,
  ranges: readonly KeyRange[],
  use: { isSorted: boolean; descending: boolean; isExact: boolean },
  equalities = 0,
): Plan {
  const [only] = ranges;
  const isPoints =
    index.isUnique && equalities === index.fields.length && !index.stored.multikey.includes(true);
  const point = isPoints && ranges.length === 1 ? only?.from : undefined;
  return { index, ranges, ...use, isPoints, point };
}

/** Part of a path that is a number may mean an array element or a field of that name; only the filter knows. */
function isPlainPath(field: IndexField | undefined): boolean {
  return field?.parts.every((part) => arrayIndexOf(part) < 0) ?? false;
}

/**
 * The bounds of the index's first fields, up to the first range or field without a predicate. Two fields
 * that hold arrays are not combined: the filter may be met by different elements, which no single key shows.
 */
function leadingBounds(index: CollectionIndex, conjuncts: Conjuncts, hasCollation: boolean): FieldBounds[] {
  const found: FieldBounds[] = [];
  let arraysUsed = 0;
  for (const [at, field] of index.fields.entries()) {
    const predicates = conjuncts.fields.get(field.path);
    const isMultikey = index.stored.multikey[at] ?? false;
    if (isMultikey) arraysUsed += 1;
    if (!predicates || arraysUsed > 1) break;
    const bounds = boundsOf(predicates, field, isMultikey, hasCollation);
    if (!bounds) break;
    found.push(bounds);
    if (!bounds.isPoints) break;
  }
  return found;
}

/** The ranges of the whole key: every combination of the fields' points, with the last field's range. */
function combine(bounds: readonly FieldBounds[]): KeyRange[] | undefined {
  let ranges: KeyRange[] = [];
  for (const [at, { ranges: own }] of bounds.entries()) {
    if (at > 0 && ranges.length * own.length > RANGES_MAX) return undefined;
    ranges =
      at === 0 ? own : ranges.flatMap(({ from: prefix }) => own.map((range) => prefixed(prefix, range)));
  }
  if (bounds.length === 0) return [WHOLE_INDEX];
  return ranges
    .filter(({ from, to }) => from.compare(to) < 0)
    .sort((left, right) => left.from.compare(right.from));
}

function prefixed(prefix: Buffer, { from, to }: KeyRange): KeyRange {
  return { from: Buffer.concat([prefix, from]), to: Buffer.concat([prefix, to]) };
}

/** Behind fields with one value each, the entries stand in the order of the remaining fields. */
function orderOf(
  index: CollectionIndex,
  { sort = [], hasCollation }: PlanRequest,
  equalities: number,
  isOneRun: boolean,
): { isSorted: boolean; descending: boolean } {
  if (sort.length === 0) return { isSorted: true, descending: false };
  const unsorted = { isSorted: false, descending: false };
  if (!isOneRun || hasCollation || index.stored.multikey.includes(true)) return unsorted;
  const fixed = new Set(index.fields.slice(0, equalities).map((field) => field.path));
  const rest = sort.filter(({ path }) => !fixed.has(path));
  const directions = rest.map(({ path, direction }, at) => {
    const field = index.fields[equalities + at];
    return field?.path === path ? field.direction * direction : 0;
  });
  if (directions.every((direction) => direction === 1)) return { isSorted: true, descending: false };
  return directions.every((direction) => direction === -1) ? { isSorted: true, descending: true } : unsorted;
}
