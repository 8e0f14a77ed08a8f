/** One collection: its documents and their index entries, always changed together. */
import type { Binary } from 'bson';
import { decode } from '../bson/decode.ts';
import type { Doc } from '../bson/values.ts';
import type { CollectionIndex, IndexEntry } from './collection-index.ts';
import type { Store } from './store.ts';
import type { DocumentTable } from './tables.ts';

/** A document's index entries before an update, of those indexes that the update may change. */
export type EntriesBefore = ReadonlyMap<CollectionIndex, readonly IndexEntry[]>;

export class Collection {
  readonly id: number;
  /** Changed by a rename. */
  namespace: string;
  readonly uuid: Binary;
  readonly documents: DocumentTable;
  /** The first is the one of `_id`. */
  indexes: readonly CollectionIndex[];
  isDropped = false;
  private readonly store: Store;
  private readonly save: (collection: Collection) => void;
  // Kept in memory, forgotten when a transaction is not kept, and then read again.
  private lastRid: number | undefined;
  private documentCount: number | undefined;

  constructor(
    store: Store,
    parts: {
      id: number;
      namespace: string;
      uuid: Binary;
      documents: DocumentTable;
      indexes: readonly CollectionIndex[];
    },
    save: (collection: Collection) => void,
  ) {
    this.store = store;
    this.save = save;
    this.id = parts.id;
    this.namespace = parts.namespace;
    this.uuid = parts.uuid;
    this.documents = parts.documents;
    this.indexes = parts.indexes;
  }

  count(): number {
    this.documentCount ??= this.documents.count();
    return this.documentCount;
  }

  forgetCounters(): void {
    this.lastRid = undefined;
    this.documentCount = undefined;
  }

  /** A search went through very many documents, for want of an index. */
  noteLongScan(filter: Doc, sort?: Doc): void {
    this.store.onLongScan?.(this.namespace, filter, sort);
  }

  /** Adds a document that has an `_id`. DuplicateKey leaves everything as it was. */
  insert(doc: Doc, bytes: Uint8Array): void {
    const entriesByIndex = this.indexes.map((index) => ({ index, entries: this.entriesOf(index, doc) }));
    for (const { index, entries } of entriesByIndex) this.checkUnique(index, entries, undefined);
    const rid = this.nextRid();
    this.documents.insert(rid, bytes);
    this.lastRid = rid;
    if (this.documentCount !== undefined) this.documentCount += 1;
    for (const { index, entries } of entriesByIndex) {
      for (const { key } of entries) index.table.add(key, rid);
    }
    if (this.store.observers.length > 0) {
      this.store.tell({ kind: 'insert', collection: this, rid, before: undefined, after: bytes });
    }
  }

  /** To be taken before an update changes `doc`; `changed` are the top-level fields that it may change. */
  entriesBefore(doc: Doc, changed: ReadonlySet<string> | undefined): EntriesBefore {
    const affected = this.indexes.filter((index) => index.name !== '_id_' && index.dependsOn(changed));
    return new Map(affected.map((index) => [index, index.entriesOf(doc).entries]));
  }

  /** Puts the changed document in the place of the old one. DuplicateKey leaves everything as it was. */
  replace(
    rid: number,
    before: EntriesBefore,
    doc: Doc,
    bytes: Uint8Array,
    kind: 'update' | 'replace' = 'update',
  ): void {
    const changes = [...before].map(([index, old]) => {
      const entries = this.entriesOf(index, doc);
      return { index, added: without(entries, old), removed: without(old, entries) };
    });
    for (const { index, added } of changes) this.checkUnique(index, added, rid);
    for (const { index, added, removed } of changes) {
      for (const { key } of removed) index.table.delete(key, rid);
      for (const { key } of added) index.table.add(key, rid);
    }
    if (this.store.observers.length > 0) {
      this.store.tell({ kind, collection: this, rid, before: this.documents.get(rid), after: bytes });
    }
    this.documents.replace(rid, bytes);
  }

  remove(rid: number, doc: Doc): void {
    if (this.store.observers.length > 0) {
      const before = this.documents.get(rid);
      this.store.tell({ kind: 'delete', collection: this, rid, before, after: undefined });
    }
    this.take(rid, doc);
  }

  /**
   * Brings documents by row id into another state at once, whatever keys move between them; undefined for a
   * row id takes a new one, and those are answered. Observers are not told. DuplicateKey may leave a part
   * done: see `Store.atomically`.
   */
  exchange(
    rids: Iterable<number>,
    documents: readonly (readonly [number | undefined, Uint8Array])[],
  ): number[] {
    for (const rid of rids) {
      const bytes = this.documents.get(rid);
      if (bytes) this.take(rid, decode(bytes));
    }
    const added: number[] = [];
    for (const [known, bytes] of documents) {
      const rid = known ?? this.nextRid();
      this.put(rid, decode(bytes), bytes);
      if (known === undefined) added.push(rid);
    }
    return added;
  }

  /** The unique keys that a document takes, each with its index's name. */
  uniqueKeys(bytes: Uint8Array): string[] {
    const doc = decode(bytes);
    return this.indexes
      .filter((index) => index.isUnique)
      .flatMap((index) =>
        index.entriesOf(doc).entries.map(({ key }) => `${index.name}/${key.toString('latin1')}`),
      );
  }

  /** Gives out row ids from here on; returns how to go back to the counters as they are now. */
  pretendLastRid(lastRid: number): () => void {
    const { lastRid: rid, documentCount } = this;
    this.lastRid = lastRid;
    return () => {
      this.lastRid = rid;
      this.documentCount = documentCount;
    };
  }

  private nextRid(): number {
    return (this.lastRid ?? this.documents.lastRid()) + 1;
  }

  private put(rid: number, doc: Doc, bytes: Uint8Array): void {
    for (const index of this.indexes) {
      const entries = this.entriesOf(index, doc);
      this.checkUnique(index, entries, undefined);
      for (const { key } of entries) index.table.add(key, rid);
    }
    this.documents.insert(rid, bytes);
    if (this.lastRid !== undefined) this.lastRid = Math.max(rid, this.lastRid);
    if (this.documentCount !== undefined) this.documentCount += 1;
  }

  private take(rid: number, doc: Doc): void {
    for (const index of this.indexes) {
      for (const { key } of index.entriesOf(doc).entries) index.table.delete(key, rid);
    }
    this.documents.delete(rid);
    if (this.documentCount !== undefined) this.documentCount -= 1;
  }

  /** Fills a new index from the documents that are there. DuplicateKey when they don't fit a unique one. */
  fill(index: CollectionIndex): void {
    let last: number | undefined;
    for (;;) {
      const rows = this.documents.scan(last, FILL_ROWS, false);
      for (const { rid, bytes } of rows) {
        const entries = this.entriesOf(index, decode(bytes));
        this.checkUnique(index, entries, rid);
        for (const { key } of entries) index.table.add(key, rid);
      }
      if (rows.length < FILL_ROWS) return;
      last = rows.at(-1)?.rid;
    }
  }

  /** The document's entries; notes in the index which fields have held arrays. */
  private entriesOf(index: CollectionIndex, doc: Doc): readonly IndexEntry[] {
    const { entries, multikey } = index.entriesOf(doc);
    const known = index.stored.multikey;
    if (multikey?.some((isArray, at) => isArray && !known[at])) {
      this.store.onRollback(() => {
        index.stored.multikey = known;
      });
      index.stored.multikey = known.map((was, at) => was || multikey[at] === true);
      if (this.indexes.includes(index)) this.save(this);
    }
    return entries;
  }

  private checkUnique(
    index: CollectionIndex,
    entries: readonly IndexEntry[],
    self: number | undefined,
  ): void {
    if (!index.isUnique) return;
    for (const entry of entries) {
      const owner = index.table.owner(entry.key);
      if (owner !== undefined && owner !== self) throw index.duplicate(this.namespace, entry);
    }
  }
}

const FILL_ROWS = 200;

function without(entries: readonly IndexEntry[], others: readonly IndexEntry[]): IndexEntry[] {
  return entries.filter(({ key }) => !others.some((other) => other.key.equals(key)));
}
