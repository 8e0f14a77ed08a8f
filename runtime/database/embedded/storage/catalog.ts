/** Which collections and indexes there are. Kept in the database file, in the same transactions as the data. */
import { randomUUID } from 'node:crypto';
import { Binary, Int32, UUID } from 'bson';
import { decode } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import { toDouble } from '../bson/numbers.ts';
import type { Doc, NumberValue } from '../bson/values.ts';
import { fail } from '../errors.ts';
import { namespaceDoc } from './change-event.ts';
import { Collection } from './collection.ts';
import { CollectionIndex } from './collection-index.ts';
import { checkNamespace } from './namespace.ts';
import type { Store } from './store.ts';
import { DocumentTable, IndexTable } from './tables.ts';

const INDEXES_MAX = 64;

export class Catalog {
  private readonly store: Store;
  private readonly collections = new Map<string, Collection>();
  private lastTableId = 0;
  /** Called with the name of every collection that is looked up; set while a transaction's statement runs. */
  onUse: ((namespace: string) => void) | undefined;

  constructor(store: Store) {
    this.store = store;
    store.afterRollback.push(() => this.forgetCounters());
    for (const row of store.prepare('SELECT id, namespace, spec FROM collections ORDER BY id').all()) {
      const [id, namespace, spec] = row as unknown as [number, string, Uint8Array];
      this.collections.set(namespace, this.revive(id, namespace, decode(spec)));
    }
  }

  get(namespace: string): Collection | undefined {
    this.onUse?.(namespace);
    return this.collections.get(namespace);
  }

  /** All collections, or those of one database, in the order of their names. */
  list(database?: string): Collection[] {
    return [...this.collections.values()]
      .filter(({ namespace }) => database === undefined || namespace.startsWith(`${database}.`))
      .sort((left, right) => (left.namespace < right.namespace ? -1 : 1));
  }

  /** The collection, made now if it is not there. InvalidNamespace for a name that can't be one. */
  ensure(namespace: string): Collection {
    return this.get(namespace) ?? this.create(namespace);
  }

  create(namespace: string): Collection {
    checkNamespace(namespace);
    const id = this.newTableId();
    const documents = new DocumentTable(this.store, id);
    const stored = {
      spec: { v: new Int32(2), key: { _id: new Int32(1) }, name: '_id_' },
      tableId: id,
      multikey: [false],
    };
    const idIndex = new CollectionIndex(stored, new IndexTable(this.store, id, documents));
    documents.create();
    idIndex.table.create();
    const uuid = new Binary(new UUID(randomUUID()).buffer, Binary.SUBTYPE_UUID);
    const collection = new Collection(
      this.store,
      { id, namespace, uuid, documents, indexes: [idIndex] },
      this.save,
    );
    this.collections.set(namespace, collection);
    this.store.onRollback(() => this.collections.delete(namespace));
    this.save(collection);
    const details = { operationDescription: { idIndex: stored.spec }, nsType: 'collection' };
    this.store.tell({ kind: 'create', namespace, details });
    return collection;
  }

  /** Gives the collection another name, which must be free: cursors and transactions go on with it. */
  rename(collection: Collection, namespace: string, details: Doc = {}): void {
    checkNamespace(namespace);
    const from = collection.namespace;
    this.move(collection, namespace);
    this.store.onRollback(() => this.move(collection, from));
    this.store.prepare('UPDATE collections SET namespace = ? WHERE id = ?').run(namespace, collection.id);
    const to = namespaceDoc(namespace);
    this.store.tell({
      kind: 'rename',
      namespace: from,
      details: { to, collectionUUID: collection.uuid, operationDescription: { to, ...details } },
    });
  }

  private move(collection: Collection, namespace: string): void {
    this.collections.delete(collection.namespace);
    collection.namespace = namespace;
    this.collections.set(namespace, collection);
  }

  drop(collection: Collection): void {
    for (const index of collection.indexes) index.table.drop();
    collection.documents.drop();
    this.store.prepare('DELETE FROM collections WHERE id = ?').run(collection.id);
    collection.isDropped = true;
    this.collections.delete(collection.namespace);
    this.store.onRollback(() => {
      collection.isDropped = false;
      this.collections.set(collection.namespace, collection);
    });
    this.store.tell({ kind: 'drop', namespace: collection.namespace });
  }

  /** Builds an index over the documents that are there. To be run all or nothing, see `Store.atomically`. */
  addIndex(collection: Collection, spec: Doc): void {
    if (collection.indexes.length >= INDEXES_MAX) {
      fail(
        'CannotCreateIndex',
        `add index fails, too many indexes for ${collection.namespace} key:${String(spec.name)}`,
      );
    }
    const tableId = this.newTableId();
    const multikey = Object.keys(spec.key as Doc).map(() => false);
    const table = new IndexTable(this.store, tableId, collection.documents);
    const index = new CollectionIndex({ spec, tableId, multikey }, table);
    table.create();
    collection.fill(index);
    this.setIndexes(collection, [...collection.indexes, index]);
    const details = { operationDescription: { indexes: [spec] } };
    this.store.tell({ kind: 'createIndexes', namespace: collection.namespace, details });
  }

  /** Changes options of an index that leave its entries as they are. */
  changeIndex(collection: Collection, index: CollectionIndex, options: Doc): void {
    const { stored } = index;
    const before = stored.spec;
    stored.spec = { ...before, ...options };
    this.store.onRollback(() => {
      stored.spec = before;
    });
    this.save(collection);
    const details = { operationDescription: { index: { name: index.name, ...options } } };
    this.store.tell({ kind: 'modify', namespace: collection.namespace, details });
  }

  dropIndex(collection: Collection, index: CollectionIndex): void {
    index.table.drop();
    index.isDropped = true;
    this.store.onRollback(() => {
      index.isDropped = false;
    });
    this.setIndexes(
      collection,
      collection.indexes.filter((other) => other !== index),
    );
    const details = { operationDescription: { indexes: [index.stored.spec] } };
    this.store.tell({ kind: 'dropIndexes', namespace: collection.namespace, details });
  }

  private forgetCounters(): void {
    for (const collection of this.collections.values()) collection.forgetCounters();
  }

  private setIndexes(collection: Collection, indexes: readonly CollectionIndex[]): void {
    const before = collection.indexes;
    collection.indexes = indexes;
    this.store.onRollback(() => {
      collection.indexes = before;
    });
    this.save(collection);
  }

  private newTableId(): number {
    this.lastTableId += 1;
    return this.lastTableId;
  }

  private readonly save = (collection: Collection): void => {
    const indexes = collection.indexes.map(({ stored }) => ({ ...stored }));
    this.store
      .prepare('INSERT INTO collections VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET spec = excluded.spec')
      .run(collection.id, collection.namespace, encode({ uuid: collection.uuid, indexes }));
  };

  private revive(id: number, namespace: string, spec: Doc): Collection {
    const documents = new DocumentTable(this.store, id);
    const indexes = (spec.indexes as Doc[]).map((stored) => {
      const tableId = toDouble(stored.tableId as NumberValue);
      this.lastTableId = Math.max(this.lastTableId, tableId);
      const table = new IndexTable(this.store, tableId, documents);
      return new CollectionIndex(
        { spec: stored.spec as Doc, tableId, multikey: stored.multikey as boolean[] },
        table,
      );
    });
    const uuid = spec.uuid as Binary;
    return new Collection(this.store, { id, namespace, uuid, documents, indexes }, this.save);
  }
}
