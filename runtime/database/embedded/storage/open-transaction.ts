/**
 * A transaction that is not committed yet. Nothing of it is in the tables: it remembers how the documents that
 * others changed meanwhile were at its start, and how those that it changed itself are to be. Each statement
 * brings the collections that it looks at into that state, runs, and is taken back. So a transaction sees one
 * moment and its own writes, and one that waits for its client is in nobody's way.
 */
import type { Doc } from '../bson/values.ts';
import { fail, MongoError } from '../errors.ts';
import type { Catalog } from './catalog.ts';
import { type Change, type DocumentChange, isDocumentChange } from './change.ts';
import type { Collection } from './collection.ts';
import type { CollectionIndex } from './collection-index.ts';
import type { Store } from './store.ts';

/** Row ids of documents that the transaction inserts are above all others, until it is committed. */
const OWN_RID_MIN = 2 ** 40;
const OWN_DOCUMENTS_MAX = 10_000;
const OWN_BYTES_MAX = 64 * 1024 * 1024;
const OTHERS_DOCUMENTS_MAX = 100_000;
/** Each statement puts so many documents of a collection back; with more it would hold up everybody. */
const SHOWN_DOCUMENTS_MAX = 10_000;
const OTHERS_BYTES_MAX = 64 * 1024 * 1024;

/** What the transaction has to do with one collection. */
interface Part {
  /** As it was at first sight; undefined when it was not there. */
  collection: Collection | undefined;
  indexesAtFirst: readonly CollectionIndex[];
  /** The indexes of a collection that the transaction makes. */
  made: Doc[] | undefined;
  /** The documents that it writes; undefined for a deleted one. */
  writes: Map<number, Uint8Array | undefined>;
  lastOwnRid: number;
}
type Images = Map<number, Uint8Array | undefined>;

export class OpenTransaction {
  /** What it did, in order, for change streams. */
  readonly changes: Change[] = [];
  /** Too much has changed since it began: it can't go on. */
  isOutdated = false;
  private readonly store: Store;
  private readonly catalog: Catalog;
  private readonly isRival: (claim: string) => boolean;
  private readonly parts = new Map<string, Part>();
  private readonly others = new Map<Collection, Images>();
  private readonly claims = new Set<string>();
  private readonly inView = new Set<string>();
  private ownDocuments = 0;
  private ownBytes = 0;
  private othersDocuments = 0;
  private othersBytes = 0;

  /** `isRival` tells whether another transaction at work has laid claim to a document or key. */
  constructor(store: Store, catalog: Catalog, isRival: (claim: string) => boolean) {
    this.store = store;
    this.catalog = catalog;
    this.isRival = isRival;
  }

  get hasWrites(): boolean {
    return [...this.parts.values()].some(({ writes, made }) => writes.size > 0 || made !== undefined);
  }

  hasClaim(claim: string): boolean {
    return this.claims.has(claim);
  }

  /** Someone else changed a document: remembers how it was, if this is the first change. */
  noteOther(collection: Collection, rid: number, before: Uint8Array | undefined): void {
    let images = this.others.get(collection);
    if (!images) {
      images = new Map();
      this.others.set(collection, images);
    }
    if (images.has(rid) || this.isOutdated) return;
    images.set(rid, before);
    this.othersDocuments += 1;
    this.othersBytes += before?.length ?? 0;
    if (this.othersDocuments <= OTHERS_DOCUMENTS_MAX && this.othersBytes <= OTHERS_BYTES_MAX) return;
    this.isOutdated = true;
    this.others.clear();
  }

  /** Runs a statement over the documents as the transaction sees them. WriteConflict when that can't go on. */
  run<Result>(statement: () => Result): Result {
    return this.store.provisionally(() => {
      this.catalog.onUse = (namespace) => this.show(namespace);
      try {
        const result = this.store.observedBy([(change) => this.record(change)], statement);
        for (const namespace of this.inView) this.noteMade(namespace);
        return result;
      } finally {
        this.catalog.onUse = undefined;
        this.inView.clear();
      }
    });
  }

  /** Makes it so, inside a storage transaction; all of it or, with a WriteConflict, nothing. */
  commit(told: (collection: Collection, rid: number, before: Uint8Array | undefined) => void): void {
    this.store.atomically(() => {
      for (const [namespace, part] of this.parts) {
        if (part.writes.size > 0 || part.made) this.apply(this.collectionOf(namespace, part), part, told);
      }
    });
  }

  /** Brings a collection into the transaction's state, once in each statement. */
  private show(namespace: string): void {
    if (this.inView.has(namespace)) return;
    this.inView.add(namespace);
    const part = this.partOf(namespace);
    this.store.observedBy([], () => {
      const collection = part.collection || part.made ? this.collectionOf(namespace, part) : undefined;
      if (!collection) return;
      this.store.onRollback(collection.pretendLastRid(part.lastOwnRid));
      const others: Images = this.others.get(collection) ?? new Map();
      if (others.size > SHOWN_DOCUMENTS_MAX) conflict();
      const images = new Map([...others, ...part.writes]);
      if (images.size === 0) return;
      const documents = [...images].flatMap(([rid, bytes]) => (bytes ? [[rid, bytes] as const] : []));
      withoutDuplicates(() => collection.exchange(images.keys(), documents));
    });
  }

  private partOf(namespace: string): Part {
    const known = this.parts.get(namespace);
    if (known) {
      if (!known.made && this.catalog.get(namespace) !== known.collection) conflict();
      return known;
    }
    const collection = this.catalog.get(namespace);
    const indexesAtFirst = collection?.indexes ?? [];
    const part = { collection, indexesAtFirst, made: undefined, writes: new Map(), lastOwnRid: OWN_RID_MIN };
    this.parts.set(namespace, part);
    return part;
  }

  /** The collection as it is now, made if it is the transaction's own. */
  private collectionOf(namespace: string, part: Part): Collection {
    const now = this.catalog.get(namespace);
    if (!part.made) return now && now === part.collection ? now : conflict();
    if (now) conflict();
    const collection = this.catalog.create(namespace);
    for (const spec of part.made) this.catalog.addIndex(collection, spec);
    return collection;
  }

  private record(change: Change): void {
    this.changes.push(change);
    if (!isDocumentChange(change)) return;
    const { collection, rid, after } = change;
    const part = this.parts.get(collection.namespace);
    if (!part) throw new Error(`${collection.namespace} was changed without having been looked up`);
    if (this.others.get(collection)?.has(rid)) conflict();
    for (const claim of claimsOf(change)) {
      if (this.isRival(claim)) conflict();
      this.claims.add(claim);
    }
    if (rid > OWN_RID_MIN) part.lastOwnRid = Math.max(part.lastOwnRid, rid);
    this.ownDocuments += part.writes.has(rid) ? 0 : 1;
    this.ownBytes += (after?.length ?? 0) - (part.writes.get(rid)?.length ?? 0);
    if (after === undefined && rid > OWN_RID_MIN) part.writes.delete(rid);
    else part.writes.set(rid, after);
    if (this.ownDocuments > OWN_DOCUMENTS_MAX || this.ownBytes > OWN_BYTES_MAX) {
      fail(
        'TransactionTooLarge',
        `A transaction may write up to ${OWN_DOCUMENTS_MAX} documents and ${OWN_BYTES_MAX} bytes.`,
      );
    }
  }

  /** After a statement: did it make the collection, or an index? */
  private noteMade(namespace: string): void {
    const part = this.parts.get(namespace);
    const collection = this.catalog.get(namespace);
    if (!part || !collection) return;
    if (!part.collection) part.made = collection.indexes.slice(1).map(({ stored }) => stored.spec);
    else if (collection.indexes.length !== part.indexesAtFirst.length) {
      fail(
        'OperationNotSupportedInTransaction',
        `Cannot create new indexes on existing collection ${namespace} in a multi-document transaction.`,
      );
    }
  }

  private apply(
    collection: Collection,
    { writes }: Part,
    told: (collection: Collection, rid: number, before: Uint8Array | undefined) => void,
  ): void {
    const others = this.others.get(collection);
    const known = [...writes.keys()].filter((rid) => rid < OWN_RID_MIN);
    if (this.isOutdated || known.some((rid) => others?.has(rid))) conflict();
    for (const rid of known) told(collection, rid, collection.documents.get(rid));
    const documents = [...writes].flatMap(([rid, bytes]) =>
      bytes ? [[rid < OWN_RID_MIN ? rid : undefined, bytes] as const] : [],
    );
    const added = withoutDuplicates(() => collection.exchange(known, documents));
    for (const rid of added) told(collection, rid, undefined);
  }
}

/** A document, and every unique key that it takes. */
function claimsOf({ collection, rid, after }: DocumentChange): string[] {
  const document = rid < OWN_RID_MIN ? [`${collection.id}/${rid}`] : [];
  if (!after) return document;
  return [...document, ...collection.uniqueKeys(after).map((key) => `${collection.namespace} ${key}`)];
}

/** A key that someone else has taken meanwhile. */
function withoutDuplicates<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof MongoError && error.codeName === 'DuplicateKey') conflict();
    throw error;
  }
}

function conflict(): never {
  return fail(
    'WriteConflict',
    'Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your operation or multi-document transaction.',
  );
}
