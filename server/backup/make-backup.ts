/** Writes a backup: all data of one moment as a file, while SyncFlow goes on. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MongoClient } from 'mongodb';
import { checkFiles, snapshotFiles, startEmbedded } from '#runtime/database/embedded/index.ts';
import { databaseNameOf } from '#runtime/database/open-database.ts';
import { type ArchiveProgress, exportDatabase } from '../database/export-database.ts';

export interface BackupOptions {
  /** Where the embedded database keeps its files. */
  readonly databaseDir: string;
  /** The file to write; its folder is made. */
  readonly file: string;
  readonly tell?: (progress: ArchiveProgress) => void;
}

/**
 * Copies the files as they are at one moment, proves that the copy is whole, and exports it. Needs as much disk as the data
 * for the while, in the folder of the file.
 * @returns how many documents are in it.
 * @throws {Error} with a sentence for the user when there is nothing to back up, the file is there already, or the data is damaged.
 */
export async function makeBackup({ databaseDir, file, tell }: BackupOptions): Promise<number> {
  if (existsSync(file))
    throw new Error(`The file ${file} is there already. Nothing was changed. Choose another name.`);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const copy = `${file}.snapshot`;
  await rm(copy, { recursive: true, force: true });
  try {
    await snapshotFiles(databaseDir, copy);
    await mustBeWhole(copy);
    return await exportOf(copy, file, tell);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function mustBeWhole(dir: string): Promise<void> {
  const { disagreements } = await checkFiles(dir);
  const [first] = disagreements;
  if (first === undefined) return;
  throw new Error(
    `The database is damaged in ${disagreements.length} places (first: ${first}). No backup was written, older ones are kept. \`npm run db:check\` names all of them; restore the newest backup of before.`,
  );
}

async function exportOf(dir: string, file: string, tell: BackupOptions['tell']): Promise<number> {
  const embedded = await startEmbedded({ dir });
  const client = new MongoClient(embedded.uri);
  try {
    return await exportDatabase(client.db(databaseNameOf(embedded.uri)), file, tell);
  } finally {
    await client.close();
    await embedded.close();
  }
}

const PREFIX = 'syncflow-';
const SUFFIX = '.backup.gz';

/** The name of a backup of this moment; sorted by name they are sorted by time. */
export function backupFile(dir: string, at: Date): string {
  return join(dir, `${PREFIX}${at.toISOString().replaceAll(/[:.]/g, '-')}${SUFFIX}`);
}

/** Removes all but the newest backups in the folder that have names of ours. @returns the removed ones. */
export async function removeOldBackups(dir: string, keep: number): Promise<string[]> {
  const ours = (await readdir(dir)).filter((name) => name.startsWith(PREFIX) && name.endsWith(SUFFIX)).sort();
  const old = ours.slice(0, Math.max(0, ours.length - keep)).map((name) => join(dir, basename(name)));
  for (const file of old) await rm(file);
  return old;
}
