/** Where a sandbox shop keeps its state: SQLite, in memory or in a file that outlives the process. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const TABLES = `
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS products (
  seq INTEGER PRIMARY KEY, sku TEXT NOT NULL UNIQUE, title TEXT NOT NULL, price TEXT NOT NULL, quantity INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS orders (seq INTEGER PRIMARY KEY, updatedAtMs INTEGER NOT NULL, record TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS ordersByUpdate ON orders (updatedAtMs, seq);
CREATE TABLE IF NOT EXISTS answers (
  key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, answer TEXT NOT NULL, atMs INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS answersByTime ON answers (atMs);
CREATE TABLE IF NOT EXISTS subscriptions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, uri TEXT NOT NULL, name TEXT UNIQUE,
  includeFields TEXT NOT NULL, UNIQUE (topic, uri)
) STRICT;
CREATE TABLE IF NOT EXISTS deliveries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, webhookId TEXT NOT NULL, eventId TEXT NOT NULL, topic TEXT NOT NULL,
  uri TEXT NOT NULL, name TEXT, includeFields TEXT NOT NULL, orderSeq INTEGER NOT NULL, refunds INTEGER NOT NULL,
  triggeredAtMs INTEGER NOT NULL, tries INTEGER NOT NULL, dueAtMs INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS deliveriesByDue ON deliveries (dueAtMs, seq);
`;

/**
 * Opens the state in `stateDir` (made if need be), or in memory. What was committed survives a killed process.
 * @throws {Error} "database is locked" while another sandbox has the folder.
 */
export function openDatabase(stateDir: string | undefined): DatabaseSync {
  if (stateDir) mkdirSync(stateDir, { recursive: true });
  const database = new DatabaseSync(stateDir ? join(stateDir, 'shopify-sandbox.sqlite') : ':memory:');
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec(TABLES);
  return database;
}

/** Runs `work` whole or not at all. */
export function transaction<Result>(database: DatabaseSync, work: () => Result): Result {
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
