/** Where a sandbox shop keeps its state: SQLite, in memory or in a file that outlives the process. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const TABLES = `
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS products (
  seq INTEGER PRIMARY KEY, sku TEXT NOT NULL, title TEXT NOT NULL, price TEXT NOT NULL, quantity INTEGER,
  barcode TEXT, oversell INTEGER NOT NULL, removed INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS levels (
  seq INTEGER NOT NULL, location INTEGER NOT NULL, quantity INTEGER NOT NULL, PRIMARY KEY (seq, location)
) STRICT;
CREATE TABLE IF NOT EXISTS orders (seq INTEGER PRIMARY KEY, updatedAtMs INTEGER NOT NULL, record TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS ordersByUpdate ON orders (updatedAtMs, seq);
CREATE TABLE IF NOT EXISTS answers (
  key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, answer TEXT NOT NULL, atMs INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS answersByTime ON answers (atMs);
CREATE TABLE IF NOT EXISTS subscriptions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, uri TEXT NOT NULL, name TEXT UNIQUE,
  includeFields TEXT NOT NULL, failures INTEGER NOT NULL DEFAULT 0, UNIQUE (topic, uri)
) STRICT;
CREATE TABLE IF NOT EXISTS deliveries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, webhookId TEXT NOT NULL, eventId TEXT NOT NULL, topic TEXT NOT NULL,
  subscription INTEGER NOT NULL, uri TEXT NOT NULL, name TEXT, includeFields TEXT NOT NULL,
  orderSeq INTEGER, steps INTEGER, body TEXT,
  triggeredAtMs INTEGER NOT NULL, tries INTEGER NOT NULL, dueAtMs INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS deliveriesByDue ON deliveries (dueAtMs, seq);
CREATE TABLE IF NOT EXISTS tokens (
  token TEXT PRIMARY KEY, scopes TEXT NOT NULL, expiresAtMs INTEGER, refreshToken TEXT, refreshExpiresAtMs INTEGER,
  replaces TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS bulkOperations (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, query TEXT NOT NULL, createdAtMs INTEGER NOT NULL, doneAtMs INTEGER NOT NULL,
  objects INTEGER NOT NULL, result BLOB NOT NULL
) STRICT;
`;

/** Another name whenever the tables change: a sandbox of before then starts anew. */
const FILE = 'shopify-sandbox-2.sqlite';

/**
 * Opens the state in `stateDir` (made if need be), or in memory. What was committed survives a killed process.
 * @throws {Error} "database is locked" while another sandbox has the folder.
 */
export function openDatabase(stateDir: string | undefined): DatabaseSync {
  if (stateDir) mkdirSync(stateDir, { recursive: true });
  const database = new DatabaseSync(stateDir ? join(stateDir, FILE) : ':memory:');
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec(TABLES);
  return database;
}

/** Runs `work` whole or not at all; inside of another one, together with it. */
export function transaction<Result>(database: DatabaseSync, work: () => Result): Result {
  if (database.isTransaction) return work();
  database.exec('BEGIN');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
