/** One update statement: of the first document that fits, or of all. */

import type { Environment } from '../aggregate/expression.ts';
import { compilePipelineUpdate } from '../aggregate/pipeline.ts';
import { encode } from '../bson/encode.ts';
import { checkStorable } from '../bson/validate.ts';
import type { Doc, Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import type { Catalog } from '../storage/catalog.ts';
import type { Collection } from '../storage/collection.ts';
import { docOf } from '../storage/scan.ts';
import { compileUpdate, type Update } from '../update/update.ts';
import { seedOf } from '../update/upsert.ts';
import { insertDocument } from './insert.ts';
import { type SelectedRow, select, withoutRests } from './select.ts';

export interface UpdateStatement {
  filter: Doc;
  update: Value;
  isMulti: boolean;
  isUpsert: boolean;
  arrayFilters: readonly Doc[];
  sort?: Doc | undefined;
  hint?: Value;
}
export interface UpdateResult {
  /** Documents that fitted, or 1 for an inserted one. */
  matched: number;
  modified: number;
  /** Set when the statement inserted a document. */
  upserted?: { id: Value };
  /** The bytes of the (last) document before and after. */
  before?: Uint8Array | undefined;
  after?: Uint8Array | undefined;
}

export function runUpdate(
  catalog: Catalog,
  namespace: string,
  statement: UpdateStatement,
  environment: Environment,
): UpdateResult {
  const update = compileUpdate(statement.update, {
    ...environment.filterContext,
    arrayFilters: statement.arrayFilters,
    pipeline: (stages) => compilePipelineUpdate(stages, environment),
  });
  if (statement.isMulti && update.kind === 'replacement') {
    fail('FailedToParse', 'multi update is not supported for replacement-style update');
  }
  const collection = catalog.get(namespace);
  const result: UpdateResult = { matched: 0, modified: 0 };
  for (const row of targets(collection, statement, environment, update)) {
    result.matched += 1;
    result.before = row.bytes;
    if (collection) result.after = updateRow(collection, row, update, environment);
    if (result.after !== row.bytes) result.modified += 1;
  }
  if (result.matched > 0 || !statement.isUpsert) return result;
  return upsert(catalog.ensure(namespace), statement, update, environment);
}

function targets(
  collection: Collection | undefined,
  statement: UpdateStatement,
  environment: Environment,
  update: Update,
): Iterable<SelectedRow> {
  const { filter, sort, hint, isMulti } = statement;
  const limit = isMulti ? 0 : 1;
  const rows = withoutRests(
    select(collection, {
      filter,
      sort,
      hint,
      limit,
      environment,
      wantsPosition: update.usesPosition,
      isForUpdate: true,
    }),
  );
  return isMulti && collection ? allAtOnce(collection, rows) : rows;
}

/** All rows are found before the first is changed: a changed one could be found again further on. */
function* allAtOnce(collection: Collection, rows: Iterable<SelectedRow>): Generator<SelectedRow> {
  const found = Array.from(rows, ({ rid, position }) => ({ rid, position }));
  for (const { rid, position } of found) {
    const bytes = collection.documents.get(rid);
    if (bytes) yield { rid, bytes, doc: undefined, position };
  }
}

/** The bytes afterwards; the same ones when nothing changed. */
function updateRow(
  collection: Collection,
  row: SelectedRow,
  update: Update,
  environment: Environment,
): Uint8Array {
  const doc = docOf(row);
  const before = collection.entriesBefore(doc, update.fields);
  const next = update.apply(doc, { position: row.position, isInsert: false, now: environment.now });
  const bytes = encode(next);
  if (bytes.equals(row.bytes)) return row.bytes;
  checkStorable(bytes);
  collection.replace(row.rid, before, next, bytes, update.kind === 'replacement' ? 'replace' : 'update');
  return bytes;
}

function upsert(
  collection: Collection,
  { filter }: UpdateStatement,
  update: Update,
  environment: Environment,
): UpdateResult {
  const seed = seedOf(filter, update.kind === 'replacement');
  const doc = update.apply(seed, { isInsert: true, now: environment.now });
  const { id, bytes } = insertDocument(collection, doc);
  return { matched: 1, modified: 0, upserted: { id }, after: bytes };
}
