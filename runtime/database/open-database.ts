/**
 * One connection to the database, over the wire, whichever one runs: Mongoose for documents that people edit,
 * the official driver for hot paths, both on the same pool.
 */
import type { Db } from 'mongodb';
import { type Connection, createConnection } from 'mongoose';
import './closed-sockets.ts';
import { ensureIndexes } from './indexes.ts';

export interface Database {
  /** The driver's database: hot paths. */
  readonly db: Db;
  /** Mongoose's connection: models of edited documents. */
  readonly models: Connection;
  close(): Promise<void>;
}

const CONNECT_MS_MAX = 10_000;

/**
 * Connects, and makes sure that the indexes exist. Writes are acknowledged by a majority and journaled: what
 * is acknowledged survives a crash.
 * @param uri a MongoDB address; its database name is used, `syncflow` when it has none.
 * @throws Mongoose's MongooseServerSelectionError when nobody answers within ten seconds.
 */
export async function openDatabase(uri: string): Promise<Database> {
  const models = createConnection(uri, {
    dbName: databaseNameOf(uri),
    serverSelectionTimeoutMS: CONNECT_MS_MAX,
    maxPoolSize: 32,
    writeConcern: { w: 'majority', journal: true },
    ignoreUndefined: false,
    autoIndex: false,
    autoCreate: false,
  });
  try {
    await models.asPromise();
    const { db } = models;
    if (!db) throw new Error('Mongoose connected without a database');
    await ensureIndexes(db);
    return { db, models, close: () => models.close() };
  } catch (error) {
    // Whoever tries again gets a connection of its own.
    await models.close().catch(() => {});
    throw error;
  }
}

/** The database that an address names, or `syncflow`. */
export function databaseNameOf(uri: string): string {
  const afterHosts = /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]*)/.exec(uri)?.[1];
  return afterHosts ? decodeURIComponent(afterHosts) : 'syncflow';
}
