/** Brings the documents of a database to the version of this program: one process at a time, each step once. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Collection, Db } from 'mongodb';
import { MIGRATIONS, type Migration } from './migrations.ts';

interface SchemaDocument {
  readonly _id: 'schema';
  /** The last migration that was done. */
  readonly version: number;
  readonly lease: { readonly holder: string; readonly until: Date } | null;
  readonly history: readonly {
    readonly version: number;
    readonly name: string;
    readonly at: Date;
    readonly ms: number;
  }[];
}

/** A process that is silent for so long is taken for dead; what it had begun is begun again. */
const LEASE_MS = 30_000;
const RENEW_MS = 5_000;
const LOOK_MS = 200;

export interface MigrateOptions {
  readonly migrations?: readonly Migration[];
  /** Called before the first step, if there is one: the moment for a backup. */
  readonly before?: (from: number, to: number) => Promise<void>;
  readonly done?: (migration: Migration, ms: number) => void;
}

/** The version of the stored documents; null: nothing was ever stored. */
export async function schemaVersion(db: Db): Promise<number | null> {
  const kept = await schemaOf(db).findOne({ _id: 'schema' });
  if (kept) return kept.version;
  return (await isEmpty(db)) ? null : 0;
}

/** The version that this program writes. */
export function newestVersion(migrations: readonly Migration[] = MIGRATIONS): number {
  return migrations.at(-1)?.version ?? 0;
}

/**
 * Ends when the documents are those of this program; waits for another process that is at it.
 * @returns how many steps this process did.
 * @throws {Error} with a sentence when a later version of the program has written them, and when a step fails: those before it are kept.
 */
export async function migrate(db: Db, options: MigrateOptions = {}): Promise<number> {
  const { migrations = MIGRATIONS } = options;
  const [schema, newest, holder] = [schemaOf(db), newestVersion(migrations), randomUUID()];
  const first = (await schemaVersion(db)) ?? newest;
  await schema.updateOne(
    { _id: 'schema' },
    { $setOnInsert: { version: first, lease: null, history: [] } },
    { upsert: true },
  );
  for (;;) {
    const kept = await schema.findOne({ _id: 'schema' });
    const version = kept?.version ?? 0;
    if (version > newest) throw tooNew(version, newest);
    if (version === newest) return 0;
    if (await claim(schema, holder)) break;
    await wait(LOOK_MS);
  }
  const renewing = setInterval(() => {
    void schema
      .updateOne({ _id: 'schema', 'lease.holder': holder }, { $set: { 'lease.until': leaseEnd() } })
      .catch(() => {});
  }, RENEW_MS);
  try {
    return await work(db, schema, holder, { ...options, migrations });
  } finally {
    clearInterval(renewing);
    await schema.updateOne({ _id: 'schema', 'lease.holder': holder }, { $set: { lease: null } });
  }
}

async function work(
  db: Db,
  schema: Collection<SchemaDocument>,
  holder: string,
  { migrations, before, done }: MigrateOptions & { readonly migrations: readonly Migration[] },
): Promise<number> {
  const from = (await schema.findOne({ _id: 'schema' }))?.version ?? 0;
  const due = migrations.filter(({ version }) => version > from);
  if (due.length > 0) await before?.(from, newestVersion(migrations));
  for (const migration of due) {
    const { version, name, run } = migration;
    const at = new Date();
    await run(db).catch((error: unknown) => {
      throw new Error(
        `the stored documents could not be brought to version ${version} (${name}). What was done before is kept, and is not done again; the next start tries it once more`,
        { cause: error },
      );
    });
    const ms = Date.now() - at.getTime();
    const written = await schema.updateOne(
      { _id: 'schema', 'lease.holder': holder },
      { $set: { version }, $push: { history: { version, name, at, ms } } },
    );
    if (written.matchedCount === 0)
      throw new Error('another process has taken over the change of stored documents; start again');
    done?.(migration, ms);
  }
  return due.length;
}

async function claim(schema: Collection<SchemaDocument>, holder: string): Promise<boolean> {
  const claimed = await schema.updateOne(
    { _id: 'schema', $or: [{ lease: null }, { 'lease.until': { $lt: new Date() } }] },
    { $set: { lease: { holder, until: leaseEnd() } } },
  );
  return claimed.modifiedCount === 1;
}

function leaseEnd(): Date {
  return new Date(Date.now() + LEASE_MS);
}

function schemaOf(db: Db): Collection<SchemaDocument> {
  return db.collection<SchemaDocument>('schema');
}

/** Every installation has an agency or, from before there were any, a client. */
async function isEmpty(db: Db): Promise<boolean> {
  const found = await Promise.all(['agencies', 'clients'].map((name) => db.collection(name).findOne({})));
  return found.every((document) => document === null);
}

function tooNew(version: number, newest: number): Error {
  return new Error(
    `the stored documents have version ${version}, and this SyncFlow knows up to ${newest}: a later SyncFlow wrote them. Nothing was changed. Start that one, or restore a backup of before`,
  );
}
