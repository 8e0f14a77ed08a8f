/** The database that a command is about, whichever one it is. */
import { join } from 'node:path';
import { type Db, MongoClient } from 'mongodb';
import { startEmbedded } from '#runtime/database/embedded/index.ts';
import { databaseNameOf } from '#runtime/database/open-database.ts';
import { readSettings } from '../settings.ts';

export interface OpenedDatabase {
  db: Db;
  close(): Promise<void>;
}

const CONNECT_MS_MAX = 10_000;

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
