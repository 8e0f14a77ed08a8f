/** The database that a command is about, whichever one it is. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Db, MongoClient } from 'mongodb';
import { type Embedded, runningServer, startEmbedded } from '#runtime/database/embedded/index.ts';
import { type Database, databaseNameOf, openDatabase } from '#runtime/database/open-database.ts';
import { readSettings } from '../settings.ts';

export interface OpenedDatabase {
  db: Db;
  close(): Promise<void>;
}

const CONNECT_MS_MAX = 10_000;

/**
 * Opens the database at `uri`, with Mongoose; without one the database that SyncFlow itself uses, also while it runs.
 * @throws {Error} when nobody answers.
 */
export async function joinDatabase(
  uri = readSettings(process.env).MONGODB_URI,
): Promise<{ readonly database: Database; readonly uri: string; close(): Promise<void> }> {
  if (uri !== undefined) return await joined(uri, undefined);
  const dir = embeddedFolder();
  const running = existsSync(dir) ? await runningServer(dir) : null;
  if (running !== null) return await joined(running, undefined);
  const embedded = await startEmbedded({ dir });
  return await joined(embedded.uri, embedded);
}

async function joined(uri: string, embedded: Embedded | undefined) {
  const database = await openDatabase(uri);
  return {
    database,
    uri,
    close: async () => {
      await database.close();
      await embedded?.close();
    },
  };
}

/** Where the embedded database keeps its files. */
export function embeddedFolder(): string {
  return join(readSettings(process.env).DATA_DIR, 'database');
}

/**
 * Opens the database at `uri`; without one the database that SyncFlow itself would use.
 * @throws {Error} when nobody answers, or when the embedded database is in use: SyncFlow has to be stopped first.
 */
export async function openForCommand(uri = readSettings(process.env).MONGODB_URI): Promise<OpenedDatabase> {
  const embedded = uri === undefined ? await startEmbedded({ dir: embeddedFolder() }) : undefined;
  const address = uri ?? embedded?.uri ?? '';
  const client = new MongoClient(address, { serverSelectionTimeoutMS: CONNECT_MS_MAX });
  const close = async (): Promise<void> => {
    await client.close();
    await embedded?.close();
  };
  try {
    await client.connect();
  } catch (error) {
    await close();
    throw error;
  }
  return { db: client.db(databaseNameOf(address)), close };
}
