/**
 * Reads the rows of a plan one by one. Rows are fetched in small portions and the scan goes on from the last
 * key, so it can rest between two portions for any time while others write.
 */
import { decode, decodeOnly } from '../bson/decode.ts';
import type { Doc } from '../bson/values.ts';
import { fail } from '../errors.ts';
import type { DocumentTest, MatchNote } from '../filter/condition.ts';
import { PAUSE, slice } from '../pause.ts';
import type { Collection } from './collection.ts';
import type { CollectionIndex } from './collection-index.ts';
import type { Plan } from './planner.ts';
import type { IndexRow, StoredRow } from './tables.ts';

/** A document that fits the filter. It is decoded only where the filter had to look at it. */
export interface Row extends StoredRow {
  doc: Doc | undefined;
}
export type Rows = Generator<Row | typeof PAUSE, void>;

/** What a scan has looked at, for `explain`. */
export interface ScanTally {
  keys: number;
  documents: number;
}

/** A search through so many documents without an index is told of. */
const LONG_SCAN_DOCUMENTS = 10_000;
const PORTION_ROWS_MIN = 8;
const PORTION_ROWS_MAX = 1000;
const PORTION_BYTES = 256 * 1024;

export interface ScanWatch {
  /** Tells of the row that came last. */
  note?: MatchNote | undefined;
  tally?: ScanTally | undefined;
  /** The fields that the test looks at; undefined: any. */
  fields?: ReadonlySet<string> | undefined;
  /** Called when the scan turns out to be one that an index would have spared. */
  onLong?: () => void;
}

/** The rows of `plan` that pass `test`. */
export function* scan(
  collection: Collection,
  plan: Plan,
  test: DocumentTest,
  { note, tally, fields, onLong }: ScanWatch = {},
): Rows {
  const isWhole = !plan.index && !(plan.isExact && plan.isSorted);
  let documents = 0;
  for (const stored of candidates(collection, plan)) {
    documents += 1;
    if (isWhole && documents === LONG_SCAN_DOCUMENTS) onLong?.();
    if (tally) {
      tally.documents += 1;
      if (plan.index) tally.keys += 1;
    }
    if (performance.now() > slice.endsAtMs) yield PAUSE;
    if (plan.isExact && !note) {
      yield { ...stored, doc: undefined };
      continue;
    }
    const doc = fields ? decodeOnly(stored.bytes, fields) : decode(stored.bytes);
    if (note) note.position = undefined;
    if (test(doc, note)) yield { rid: stored.rid, bytes: stored.bytes, doc: fields ? undefined : doc };
  }
}

/** How many documents the plan has, without reading them; undefined when they have to be looked at. */
export function countRows(collection: Collection, plan: Plan): number | undefined {
  if (!plan.isExact) return undefined;
  const { index } = plan;
  if (!index) return collection.count();
  if (index.stored.multikey.includes(true)) return undefined;
  return plan.ranges.reduce((sum, { from, to }) => sum + index.table.count(from, to), 0);
}

/** The document of a row, decoded now if the scan did not need it. */
export function docOf(row: Row): Doc {
  row.doc ??= decode(row.bytes);
  return row.doc;
}

function* candidates(collection: Collection, plan: Plan): Generator<StoredRow> {
  if (!plan.index) {
    yield* allDocuments(collection, plan.descending);
  } else if (plan.point) {
    const row = plan.index.table.find(plan.point);
    if (row) yield row;
  } else if (plan.isPoints) {
    yield* points(collection, plan.index, plan);
  } else {
    yield* indexed(collection, plan.index, plan);
  }
}

function* allDocuments(collection: Collection, descending: boolean): Generator<StoredRow> {
  let last: number | undefined;
  let limit = PORTION_ROWS_MIN;
  for (;;) {
    if (collection.isDropped) gone(collection.namespace);
    const rows = collection.documents.scan(last, limit, descending);
    yield* rows;
    if (rows.length < limit) return;
    last = rows.at(-1)?.rid;
    limit = nextLimit(limit, rows);
  }
}

/** Each key by itself: a third of what it costs as a range. */
function* points(collection: Collection, index: CollectionIndex, plan: Plan): Generator<StoredRow> {
  for (const { from } of plan.descending ? plan.ranges.toReversed() : plan.ranges) {
    if (collection.isDropped || index.isDropped) gone(collection.namespace);
    const row = index.table.find(from);
    if (row) yield row;
  }
}

function* indexed(collection: Collection, index: CollectionIndex, plan: Plan): Generator<StoredRow> {
  const seen = index.stored.multikey.includes(true) ? new Set<number>() : undefined;
  const ranges = plan.descending ? plan.ranges.toReversed() : plan.ranges;
  for (const range of ranges) {
    let after: IndexRow | undefined;
    let limit = PORTION_ROWS_MIN;
    for (;;) {
      if (collection.isDropped || index.isDropped) gone(collection.namespace);
      const portion = { ...range, after, descending: plan.descending };
      const rows = index.table.scan(portion, limit);
      // Now: while the rows are used, others may write.
      after = rows.length < limit ? undefined : index.table.entryAt(portion, rows.length - 1);
      for (const row of rows) {
        if (!seen?.has(row.rid)) yield row;
        seen?.add(row.rid);
      }
      if (!after) break;
      limit = nextLimit(limit, rows);
    }
  }
}

/** More rows at a time as the scan goes on, but no more than fit a portion's bytes. */
function nextLimit(limit: number, rows: readonly StoredRow[]): number {
  const bytes = rows.reduce((sum, row) => sum + row.bytes.length, 1);
  const fitting = Math.floor((PORTION_BYTES * rows.length) / bytes);
  return Math.max(1, Math.min(limit * 4, PORTION_ROWS_MAX, fitting));
}

function gone(namespace: string): never {
  return fail('QueryPlanKilled', `collection or index dropped while it was being read: ${namespace}`);
}
