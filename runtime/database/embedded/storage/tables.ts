/** The two kinds of tables: documents by row id, and index entries (key, row id) in the order of their keys. */
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { Store } from './store.ts';

/** A stored document. */
export interface StoredRow {
  rid: number;
  bytes: Uint8Array;
}
/** An entry of an index. */
export interface IndexRow {
  key: Uint8Array;
  rid: number;
}

/** Prepares each statement when it is first used. */
class Statements {
  private readonly store: Store;
  private readonly prepared = new Map<string, StatementSync>();

  constructor(store: Store) {
    this.store = store;
  }

  get(sql: string): StatementSync {
    let statement = this.prepared.get(sql);
    if (!statement) {
      statement = this.store.prepare(sql);
      this.prepared.set(sql, statement);
    }
    return statement;
  }

  first(sql: string, ...values: SQLInputValue[]): unknown[] | undefined {
    return this.get(sql).get(...values) as unknown as unknown[] | undefined;
  }

  all(sql: string, ...values: SQLInputValue[]): unknown[][] {
    return this.get(sql).all(...values) as unknown as unknown[][];
  }
}

export class DocumentTable {
  readonly name: string;
  private readonly store: Store;
  private readonly statements: Statements;

  constructor(store: Store, id: number) {
    this.store = store;
    this.name = `documents_${id}`;
    this.statements = new Statements(store);
  }

  create(): void {
    this.store.execute(`CREATE TABLE ${this.name} (rid INTEGER PRIMARY KEY, bytes BLOB NOT NULL)`);
  }

  drop(): void {
    this.store.execute(`DROP TABLE ${this.name}`);
  }

  insert(rid: number, bytes: Uint8Array): void {
    this.statements.get(`INSERT INTO ${this.name} VALUES (?, ?)`).run(rid, bytes);
  }

  replace(rid: number, bytes: Uint8Array): void {
    this.statements.get(`UPDATE ${this.name} SET bytes = ? WHERE rid = ?`).run(bytes, rid);
  }

  delete(rid: number): void {
    this.statements.get(`DELETE FROM ${this.name} WHERE rid = ?`).run(rid);
  }

  get(rid: number): Uint8Array | undefined {
    return this.statements.first(`SELECT bytes FROM ${this.name} WHERE rid = ?`, rid)?.[0] as
      | Uint8Array
      | undefined;
  }

  lastRid(): number {
    return Number(this.statements.first(`SELECT max(rid) FROM ${this.name}`)?.[0] ?? 0);
  }

  count(): number {
    return Number(this.statements.first(`SELECT count(*) FROM ${this.name}`)?.[0] ?? 0);
  }

  /** The documents after this row id in the order of insertion, or before it in the opposite order. */
  scan(after: number | undefined, limit: number, descending: boolean): StoredRow[] {
    const rows = descending
      ? this.statements.all(
          `SELECT rid, bytes FROM ${this.name} WHERE rid < ? ORDER BY rid DESC LIMIT ?`,
          after ?? Number.MAX_SAFE_INTEGER,
          limit,
        )
      : this.statements.all(
          `SELECT rid, bytes FROM ${this.name} WHERE rid > ? ORDER BY rid LIMIT ?`,
          after ?? 0,
          limit,
        );
    return rows.map(([rid, bytes]) => ({ rid: Number(rid), bytes: bytes as Uint8Array }));
  }
}

export class IndexTable {
  private readonly store: Store;
  private readonly name: string;
  private readonly joined: string;
  private readonly statements: Statements;

  constructor(store: Store, id: number, documents: DocumentTable) {
    this.store = store;
    this.name = `index_${id}`;
    // CROSS JOIN keeps the order of the two: entries first, then each one's document.
    this.joined = `SELECT i.rid, d.bytes FROM ${this.name} i CROSS JOIN ${documents.name} d ON d.rid = i.rid`;
    this.statements = new Statements(store);
  }

  create(): void {
    this.store.execute(
      `CREATE TABLE ${this.name} (key BLOB NOT NULL, rid INTEGER NOT NULL, PRIMARY KEY (key, rid)) WITHOUT ROWID`,
    );
  }

  drop(): void {
    this.store.execute(`DROP TABLE ${this.name}`);
  }

  add(key: Uint8Array, rid: number): void {
    this.statements.get(`INSERT INTO ${this.name} VALUES (?, ?)`).run(key, rid);
  }

  delete(key: Uint8Array, rid: number): void {
    this.statements.get(`DELETE FROM ${this.name} WHERE key = ? AND rid = ?`).run(key, rid);
  }

  /** The row id of a document with this key. */
  owner(key: Uint8Array): number | undefined {
    const rid = this.statements.first(`SELECT rid FROM ${this.name} WHERE key = ? LIMIT 1`, key)?.[0];
    return rid === undefined ? undefined : Number(rid);
  }

  /** A document with this key: the quick way where there can be only one. */
  find(key: Uint8Array): StoredRow | undefined {
    const row = this.statements.first(`${this.joined} WHERE i.key = ? LIMIT 1`, key);
    return row && { rid: Number(row[0]), bytes: row[1] as Uint8Array };
  }

  count(from: Uint8Array, to: Uint8Array): number {
    return Number(
      this.statements.first(`SELECT count(*) FROM ${this.name} WHERE key >= ? AND key < ?`, from, to)?.[0],
    );
  }

  has(key: Uint8Array, rid: number): boolean {
    return (
      this.statements.first(`SELECT 1 FROM ${this.name} WHERE key = ? AND rid = ?`, key, rid) !== undefined
    );
  }

  /** How many entries there are. */
  size(): number {
    return Number(this.statements.first(`SELECT count(*) FROM ${this.name}`)?.[0]);
  }

  /** How many keys stand in more than one entry. */
  repeatedKeys(): number {
    const sql = `SELECT count(*) FROM (SELECT 1 FROM ${this.name} GROUP BY key HAVING count(*) > 1)`;
    return Number(this.statements.first(sql)?.[0]);
  }

  /** Entries without their documents, going on after one. */
  entriesAfter(after: IndexRow | undefined, limit: number): IndexRow[] {
    const rows = this.statements.all(
      `SELECT key, rid FROM ${this.name} WHERE (key, rid) > (?, ?) ORDER BY key, rid LIMIT ?`,
      after?.key ?? Buffer.alloc(0),
      after?.rid ?? 0,
      limit,
    );
    return rows.map(([key, rid]) => ({ key: key as Uint8Array, rid: Number(rid) }));
  }

  /**
   * Documents of a portion, in the order of the keys. Without the keys: each costs an allocation, and only that of a
   * full portion's last row is ever needed (`entryAt`).
   */
  scan(portion: Portion, limit: number): StoredRow[] {
    const rows = this.statements.all(
      `${this.joined} ${whereOf(portion)} LIMIT ?`,
      ...valuesOf(portion),
      limit,
    );
    return rows.map(([rid, bytes]) => ({ rid: Number(rid), bytes: bytes as Uint8Array }));
  }

  /** The entry that leads to the row at this position of a portion. */
  entryAt(portion: Portion, position: number): IndexRow | undefined {
    const row = this.statements.first(
      `SELECT i.key, i.rid FROM ${this.name} i ${whereOf(portion)} LIMIT 1 OFFSET ?`,
      ...valuesOf(portion),
      position,
    );
    return row && { key: row[0] as Uint8Array, rid: Number(row[1]) };
  }
}

/** Entries with `from <= key < to`, going on after one of them. */
export interface Portion {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly after: IndexRow | undefined;
  readonly descending: boolean;
}

function whereOf({ after, descending }: Portion): string {
  const order = descending ? 'ORDER BY i.key DESC, i.rid DESC' : 'ORDER BY i.key, i.rid';
  return `WHERE ${rangeOf(after !== undefined, descending)} ${order}`;
}

function rangeOf(isResumed: boolean, descending: boolean): string {
  if (!isResumed) return 'i.key >= ? AND i.key < ?';
  return descending ? '(i.key, i.rid) < (?, ?) AND i.key >= ?' : '(i.key, i.rid) > (?, ?) AND i.key < ?';
}

function valuesOf({ from, to, after, descending }: Portion): SQLInputValue[] {
  return after ? [after.key, after.rid, descending ? from : to] : [from, to];
}
