/**
 * The database file: made once, marked as ours, locked while it is open, never silently replaced. Every
 * failure to open it is one sentence for the person who started the program.
 */
import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const FILE_NAME = 'documents.sqlite';
/** SQLite keeps both numbers in the file's header: whose file this is, and which version of the tables. */
const APPLICATION_ID = 0x4d6f4c69;
const FORMAT_VERSION = 1;
const SQLITE_MAGIC = 'SQLite format 3\0';
const APPLICATION_ID_AT = 68;
/** A check of the whole file takes about 0.1 s for this size; larger files are checked as they are read. */
const CHECKED_BYTES_MAX = 32 * 1024 * 1024;
const CACHE_KIB = 64 * 1024;
/**
 * The log is brought into the main file beside the work (checkpointer.ts). Should that not come about, a commit does
 * it when the log has this size (some 64 MB), and everybody waits meanwhile.
 */
const CHECKPOINT_PAGES_LATEST = 16_000;
const LOCK_NAME = 'documents.lock';

/** SQLite's result codes that we tell apart (https://www.sqlite.org/rescode.html); the low byte counts. */
const BUSY = 5;
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;

/** The database file in `dir`. */
export function databasePath(dir: string): string {
  return join(dir, FILE_NAME);
}

/** Where SQLite keeps the log of the database in `dir`. */
export function logPath(dir: string): string {
  return join(dir, `${FILE_NAME}-wal`);
}

/**
 * Takes the folder for this server alone, and makes it if it is missing: a lock of SQLite's on an empty file of its
 * own, which the system drops when the process dies. (A lock on the database would keep our own checkpoints out.)
 * @returns the lock, to be closed after everything else. Throws an Error that names the folder.
 */
export function lockFolder(dir: string): DatabaseSync {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, LOCK_NAME);
  closeSync(openSync(path, 'a', 0o600));
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw clearError(error, dir, path);
  }
}

/** Opens the database in `dir`, whose lock must be held. Throws an Error that names the file. */
export function openFile(dir: string): DatabaseSync {
  const path = databasePath(dir);
  if (existsSync(path) && statSync(path).size > 0) checkHeader(path);
  else closeSync(openSync(path, 'a', 0o600));
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    prepare(database, path);
    return database;
  } catch (error) {
    database?.close();
    throw clearError(error, dir, path);
  }
}

/** Is it this failure of SQLite? */
export function isFullDisk(error: unknown): boolean {
  return resultCodeOf(error) === FULL;
}
export function isDamage(error: unknown): boolean {
  const code = resultCodeOf(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

function prepare(database: DatabaseSync, path: string): void {
  database.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY`);
  database.exec('BEGIN EXCLUSIVE');
  // In one transaction, so that a program killed here leaves an empty file or a complete one.
  if (numberOf(database, 'SELECT count(*) FROM sqlite_schema') === 0) createTables(database);
  database.exec('COMMIT');
  const version = numberOf(database, 'PRAGMA user_version');
  if (version !== FORMAT_VERSION) {
    throw new Error(
      `The database file ${path} has format ${version}, but this version of the program reads format ${FORMAT_VERSION}. Nothing was changed. Start the version of the program that wrote it.`,
    );
  }
  // Commits are made durable by LogFlush, beside the work; SQLite keeps the order of log and file.
  database.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES_LATEST}`,
  );
  if (statSync(path).size <= CHECKED_BYTES_MAX) {
    const findings = database.prepare('PRAGMA quick_check(1)').get()?.quick_check;
    if (findings !== 'ok') throw damaged(path, String(findings));
  }
}

function createTables(database: DatabaseSync): void {
  database.exec(`
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${FORMAT_VERSION};
    CREATE TABLE collections (id INTEGER PRIMARY KEY, namespace TEXT NOT NULL UNIQUE, spec BLOB NOT NULL);
    CREATE TABLE retries (slot INTEGER PRIMARY KEY, session BLOB NOT NULL, number INTEGER NOT NULL,
      usedAt INTEGER NOT NULL, reply BLOB NOT NULL);
  `);
}

/** Looks before SQLite does: it would take a foreign database for its own. */
function checkHeader(path: string): void {
  const header = Buffer.alloc(100);
  const file = openSync(path, 'r');
  const length = readSync(file, header, 0, header.length, 0);
  closeSync(file);
  if (length < header.length || header.toString('latin1', 0, SQLITE_MAGIC.length) !== SQLITE_MAGIC) {
    throw new Error(
      `The file ${path} is no database of this program, or its beginning is damaged. Nothing was changed. Restore it from a backup, or move it away to start with an empty database.`,
    );
  }
  if (header.readUInt32BE(APPLICATION_ID_AT) !== APPLICATION_ID) {
    throw new Error(
      `The file ${path} is a SQLite database of another program. Nothing was changed. Choose another data folder, or move the file away.`,
    );
  }
}

function clearError(error: unknown, dir: string, path: string): Error {
  if (resultCodeOf(error) === BUSY) {
    return new Error(
      `The data folder ${dir} is in use by another running server. Stop that one first, or choose another folder.`,
      { cause: error },
    );
  }
  if (isDamage(error)) return damaged(path, error instanceof Error ? error.message : '');
  if (isFullDisk(error))
    return new Error(`The disk of the data folder ${dir} is full. Free some space, then start again.`, {
      cause: error,
    });
  return error instanceof Error ? error : new Error(String(error));
}

function damaged(path: string, findings: string): Error {
  return new Error(
    `The database file ${path} is damaged (${findings}). Nothing was changed. Restore it from a backup, or move it away to start with an empty database.`,
  );
}

function numberOf(database: DatabaseSync, sql: string): number {
  return Number(Object.values(database.prepare(sql).get() ?? {})[0]);
}

function resultCodeOf(error: unknown): number | undefined {
  const isSqlite = typeof error === 'object' && error !== null && 'errcode' in error;
  return isSqlite && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
