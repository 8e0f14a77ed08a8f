/** Brings a backup back: beside what is there, proven, and only then in its place. */
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { MongoClient } from 'mongodb';
import { allClients } from '#runtime/clients/client-model.ts';
import { checkFiles, mustNotBeInUse, startEmbedded } from '#runtime/database/embedded/index.ts';
import { type Database, databaseNameOf, openDatabase } from '#runtime/database/open-database.ts';
import { isClean, type Proof } from '#runtime/verify/proof-document.ts';
import { verifyClient } from '#runtime/verify/verify-client.ts';
import type { ArchiveProgress } from '../database/export-database.ts';
import { importDatabase } from '../database/import-database.ts';

export interface RestoreOptions {
  /** Where the embedded database keeps its files; no server may have it open. */
  readonly databaseDir: string;
  readonly file: string;
  /** Put what is there now aside. Without it, nothing may be there. */
  readonly replace: boolean;
  readonly tell?: (progress: ArchiveProgress) => void;
}

export interface Restored {
  readonly documents: number;
  readonly proofs: readonly { readonly name: string; readonly proof: Proof }[];
  /** Every client's books agree. What does not agree did not in the backup either. */
  readonly clean: boolean;
  /** Where the data of before is now; null when there was none. */
  readonly aside: string | null;
}

/**
 * What opens doors is not brought back: a session, a link or an invitation that was ended after the backup would live
 * again.
 */
const LEFT_OUT = ['sessions', 'one-time-links'] as const;

/**
 * @throws {Error} with a sentence for the user when the file is not right, when there is data already, or when a server has it
 * open. Then nothing was changed.
 */
export async function restoreBackup({ databaseDir, file, replace, tell }: RestoreOptions): Promise<Restored> {
  const there = existsSync(databaseDir);
  if (there && !replace) {
    throw new Error(
      `There is data in ${databaseDir} already. Nothing was changed. Add --replace to put it aside, or choose another DATA_DIR.`,
    );
  }
  if (there) await mustNotBeInUse(databaseDir);
  const fresh = `${databaseDir}-restoring`;
  await rm(fresh, { recursive: true, force: true });
  try {
    const restored = await fill(fresh, file, tell);
    const { disagreements } = await checkFiles(fresh);
    if (disagreements.length > 0)
      throw new Error(`The restored files are not whole: ${disagreements[0]}. Nothing was changed.`);
    const aside = there ? `${databaseDir}-before-${new Date().toISOString().replaceAll(/[:.]/g, '-')}` : null;
    if (aside !== null) await rename(databaseDir, aside);
    await rename(fresh, databaseDir);
    return { ...restored, clean: restored.proofs.every(({ proof }) => isClean(proof)), aside };
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function fill(
  dir: string,
  file: string,
  tell: RestoreOptions['tell'],
): Promise<Pick<Restored, 'documents' | 'proofs'>> {
  const embedded = await startEmbedded({ dir });
  try {
    const client = new MongoClient(embedded.uri);
    const db = client.db(databaseNameOf(embedded.uri));
    const { imported } = await importDatabase(db, file, tell ? { tell } : {}).finally(() => client.close());
    const database = await openDatabase(embedded.uri);
    try {
      for (const name of LEFT_OUT) await database.db.collection(name).deleteMany({});
      return { documents: imported, proofs: await proofsOfAll(database) };
    } finally {
      await database.close();
    }
  } finally {
    await embedded.close();
  }
}

async function proofsOfAll({ db, models }: Database): Promise<Restored['proofs']> {
  const proofs: { name: string; proof: Proof }[] = [];
  for (const { _id, name } of await allClients(models))
    proofs.push({ name: `${name} (${_id})`, proof: await verifyClient(db, _id) });
  return proofs;
}
