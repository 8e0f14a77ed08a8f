/** Finds the documents of a filter in the order of a sort: what `find`, updates and deletes have in common. */

import type { Environment } from '../aggregate/expression.ts';
import { decodeOnly } from '../bson/decode.ts';
import type { KeyValue } from '../bson/paths.ts';
import { compileSort, parseSort, type Sorter, type SortField } from '../bson/sort.ts';
import type { Doc, Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import type { MatchNote } from '../filter/condition.ts';
import { compileFilter } from '../filter/filter.ts';
import { PAUSE } from '../pause.ts';
import type { Collection } from '../storage/collection.ts';
import { fieldsOf } from '../storage/conjuncts.ts';
import { choosePlan, type Plan } from '../storage/planner.ts';
import { countRows, type Row, type ScanTally, scan } from '../storage/scan.ts';

export interface Selection {
  filter: Doc;
  sort?: Doc | undefined;
  skip?: number;
  /** 0 for no limit. */
  limit?: number;
  hint?: Value;
  environment: Environment;
  /** Find out which array element the filter means, for `$`. */
  wantsPosition?: boolean;
  /** Counts what is looked at. */
  tally?: ScanTally;
  /** The whole document will be needed where it fits. */
  isForUpdate?: boolean;
}
export interface SelectedRow extends Row {
  position?: number | undefined;
}
export type SelectedRows = Generator<SelectedRow | typeof PAUSE, void>;

const SORTED_BYTES_MAX = 400 * 1024 * 1024;

/** Checks the whole request now; the rows are read as they are asked for. */
export function select(collection: Collection | undefined, selection: Selection): SelectedRows {
  const { filter, environment, wantsPosition, tally, isForUpdate } = selection;
  const test = compileFilter(filter, environment.filterContext);
  const { fields, hint } = orderOf(selection);
  if (!collection) return none();
  const hasCollation = environment.collator !== undefined;
  const plan = choosePlan(collection.indexes, { filter, sort: fields, hint, hasCollation });
  const note: MatchNote | undefined = wantsPosition ? {} : undefined;
  const onLong = (): void => collection.noteLongScan(filter, selection.sort);
  // A single document most likely fits: decoded once and whole. Of many, most may be passed over.
  const looksAt = isForUpdate && plan.point ? undefined : fieldsOf(filter);
  const rows = withPositions(scan(collection, plan, test, { note, tally, onLong, fields: looksAt }), note);
  if (plan.isSorted) return cut(rows, selection);
  const names = new Set(fields.map(({ path }) => path.split('.', 1)[0] ?? path));
  return sorted(rows, names, compileSort(fields, environment.collator), selection);
}

/** How the documents of the selection are found. */
export function planOf(collection: Collection, selection: Selection): Plan {
  const { fields, hint } = orderOf(selection);
  const hasCollation = selection.environment.collator !== undefined;
  return choosePlan(collection.indexes, { filter: selection.filter, sort: fields, hint, hasCollation });
}

/** How many documents the selection has. */
export function* count(
  collection: Collection | undefined,
  selection: Selection,
): Generator<typeof PAUSE, number> {
  const { filter, environment, hint, skip = 0, limit = 0, tally } = selection;
  const test = compileFilter(filter, environment.filterContext);
  if (!collection) return 0;
  const plan = choosePlan(collection.indexes, {
    filter,
    hint,
    hasCollation: environment.collator !== undefined,
  });
  let found = countRows(collection, plan);
  if (found !== undefined && tally && plan.index) tally.keys += found;
  if (found === undefined) {
    found = 0;
    const onLong = (): void => collection.noteLongScan(filter);
    for (const row of scan(collection, plan, test, { tally, onLong, fields: fieldsOf(filter) })) {
      if (row === PAUSE) yield row;
      else found += 1;
    }
  }
  const left = Math.max(0, found - skip);
  return limit > 0 ? Math.min(left, limit) : left;
}

/** Rows for a reader that can't rest. */
export function* withoutRests(rows: SelectedRows): Generator<SelectedRow> {
  for (const row of rows) if (row !== PAUSE) yield row;
}

/** `sort: {$natural: -1}` is a hint in the place of a sort. */
function orderOf({ sort, hint }: Selection): { fields: SortField[]; hint: Value } {
  if (sort?.$natural === undefined) return { fields: sort ? parseSort(sort) : [], hint };
  if (Object.keys(sort).length > 1) fail('BadValue', '$natural sort cannot be combined with other fields');
  return { fields: [], hint: { $natural: sort.$natural } };
}

function* none(): SelectedRows {}

function* withPositions(
  rows: Generator<Row | typeof PAUSE, void>,
  note: MatchNote | undefined,
): SelectedRows {
  if (!note) {
    yield* rows;
    return;
  }
  for (const row of rows) yield row === PAUSE ? row : { ...row, position: note.position };
}

function* cut(rows: SelectedRows, { skip = 0, limit = 0 }: Selection): SelectedRows {
  let seen = 0;
  for (const row of rows) {
    if (row === PAUSE) {
      yield row;
      continue;
    }
    seen += 1;
    if (seen > skip) yield row;
    if (limit > 0 && seen === skip + limit) return;
  }
}

interface Keyed {
  key: KeyValue[];
  row: SelectedRow;
}

/** Reads everything, then sorts. With a limit, only so many of the best are held. */
function* sorted(
  rows: SelectedRows,
  names: ReadonlySet<string>,
  sorter: Sorter,
  { skip = 0, limit = 0 }: Selection,
): SelectedRows {
  const wanted = limit > 0 ? skip + limit : Infinity;
  const byKey = (left: Keyed, right: Keyed): number => sorter.compareKeys(left.key, right.key);
  let held: Keyed[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (row === PAUSE) {
      yield row;
      continue;
    }
    const doc = row.doc ?? decodeOnly(row.bytes, names);
    held.push({ key: sorter.keyOf(doc), row: { ...row, doc: undefined } });
    bytes += row.bytes.length;
    if (held.length > 2 * wanted + 1000) {
      held = held.sort(byKey).slice(0, wanted);
      bytes = held.reduce((sum, one) => sum + one.row.bytes.length, 0);
    }
    if (bytes > SORTED_BYTES_MAX) {
      fail(
        'QueryExceededMemoryLimitNoDiskUseAllowed',
        `Sort exceeded memory limit of ${SORTED_BYTES_MAX} bytes; add an index for this sort, or a limit`,
      );
    }
  }
  held.sort(byKey);
  for (const { row } of held.slice(skip, wanted)) yield row;
}
