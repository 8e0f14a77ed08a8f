/** For tests: a server to talk to over the wire, a real MongoDB where TEST_MONGODB_URI names one. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, MongoClient } from 'mongodb';
import { type LogEntry, startEmbedded } from './index.ts';

export interface TestServer {
  uri: string;
  client: MongoClient;
  /** A database of its own, dropped at the end. */
  db: Db;
  isEmbedded: boolean;
  /** What the embedded server has told. */
  log: LogEntry[];
  stop(): Promise<void>;
}

export async function startTestServer(): Promise<TestServer> {
  const outside = process.env.TEST_MONGODB_URI;
  const dir = mkdtempSync(join(tmpdir(), 'embedded-wire-'));
  const log: LogEntry[] = [];
  const embedded = outside ? undefined : await startEmbedded({ dir, log: (entry) => log.push(entry) });
  const uri = outside ?? embedded?.uri ?? '';
  const client = await new MongoClient(uri, { maxPoolSize: 64 }).connect();
  const db = client.db(`test_${randomUUID().slice(0, 8)}`);
  return {
    uri,
    client,
    db,
    log,
    isEmbedded: outside === undefined,
    stop: async () => {
      await db.dropDatabase();
      await client.close();
      await embedded?.close();
      rmSync(dir, { recursive: true });
    },
  };
}
