/** One index of a collection: which keys a document has in it, and what it may be used for. */

import { keyOf } from '../bson/keys.ts';
import { toDouble } from '../bson/numbers.ts';
import { EMPTY_ARRAY, type KeyValue, spread } from '../bson/paths.ts';
import { show } from '../bson/show.ts';
import { type Doc, fieldOf, isDoc, isTruthy } from '../bson/values.ts';
import { MongoError } from '../errors.ts';
import type { DocumentTest } from '../filter/condition.ts';
import { compileFilter } from '../filter/filter.ts';
import { pathsOf } from './conjuncts.ts';
import type { IndexTable } from './tables.ts';

export interface IndexField {
  path: string;
  parts: readonly string[];
  direction: 1 | -1;
}
/** An index key with the values that it was made of. */
export interface IndexEntry {
  key: Buffer;
  values: readonly KeyValue[];
}
/** What the catalog stores of an index. */
export interface StoredIndex {
  /** As `listIndexes` answers it: v, key, name and the options. */
  spec: Doc;
  tableId: number;
  /** For each field: has a document ever had an array there? */
  multikey: boolean[];
}

export class CollectionIndex {
  readonly stored: StoredIndex;
  readonly table: IndexTable;
  readonly fields: readonly IndexField[];
  readonly isUnique: boolean;
  readonly isSparse: boolean;
  readonly partialFilter: Doc | undefined;
  isDropped = false;
  private readonly accepts: DocumentTest | undefined;
  private readonly directions: readonly number[];
  private readonly isPlain: boolean;
  /** Top-level fields that decide about the keys. */
  private readonly roots: ReadonlySet<string>;

  constructor(stored: StoredIndex, table: IndexTable) {
    const { spec } = stored;
    this.stored = stored;
    this.table = table;
    this.fields = fieldsOf(spec.key as Doc);
    this.directions = this.fields.map((field) => field.direction);
    this.isPlain = this.fields.every((field) => field.parts.length === 1);
    this.isUnique = this.name === '_id_' || isTruthy(spec.unique);
    this.isSparse = isTruthy(spec.sparse);
    this.partialFilter = isDoc(spec.partialFilterExpression) ? spec.partialFilterExpression : undefined;
    this.accepts = this.partialFilter && compileFilter(this.partialFilter);
    const partialPaths = this.partialFilter ? pathsOf(this.partialFilter) : [];
    this.roots = new Set(
      [...this.fields.map(({ path }) => path), ...partialPaths].map((path) => path.split('.')[0] ?? ''),
    );
  }

  /** Kept in step with the documents, but the planner passes over it. */
  get isHidden(): boolean {
    return isTruthy(this.stored.spec.hidden);
  }

  get name(): string {
    return String(this.stored.spec.name);
  }

  /** Can a change of these top-level fields change the keys? Undefined stands for any field. */
  dependsOn(changed: ReadonlySet<string> | undefined): boolean {
    return changed === undefined || [...changed].some((field) => this.roots.has(field));
  }

  /** The document's entries and, for each field, whether it met an array. */
  entriesOf(doc: Doc): { entries: IndexEntry[]; multikey?: readonly boolean[] } {
    if (this.accepts && !this.accepts(doc)) return { entries: [] };
    const plain = this.isPlain ? this.fields.map(({ path }) => fieldOf(doc, path)) : undefined;
    if (plain && !plain.some(Array.isArray)) {
      if (this.isSparse && plain.every((value) => value === undefined)) return { entries: [] };
      return { entries: [{ key: keyOf(plain, this.directions), values: plain }] };
    }
    const { rows, multikey } = spread(
      doc,
      this.fields.map(({ parts }) => parts),
    );
    if (this.isSparse && rows.every((row) => row.every((value) => value === undefined)))
      return { entries: [] };
    return {
      entries: withoutRepeats(rows.map((values) => ({ key: keyOf(values, this.directions), values }))),
      multikey,
    };
  }

  /** The error for a key that another document has already. */
  duplicate(namespace: string, { values }: IndexEntry): MongoError {
    const keyValue: Doc = {};
    for (const [index, { path }] of this.fields.entries()) {
      const value = values[index];
      keyValue[path] = value === undefined || value === EMPTY_ARRAY ? null : value;
    }
    return new MongoError(
      'DuplicateKey',
      `E11000 duplicate key error collection: ${namespace} index: ${this.name} dup key: ${show(keyValue)}`,
      { keyPattern: this.stored.spec.key, keyValue },
    );
  }
}

function fieldsOf(key: Doc): IndexField[] {
  return Object.keys(key).map((path) => ({
    path,
    parts: path.split('.'),
    direction: toDouble(key[path] as number) < 0 ? -1 : 1,
  }));
}

function withoutRepeats(entries: IndexEntry[]): IndexEntry[] {
  if (entries.length < 2) return entries;
  return [...new Map(entries.map((entry) => [entry.key.toString('latin1'), entry])).values()];
}
