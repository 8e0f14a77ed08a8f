/** `npm run backup [-- FILE] [--keep N]`: a backup of this moment, while SyncFlow runs or is stopped. */
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { print, runCommand, withProgress } from '../database/command.ts';
import { embeddedFolder } from '../database/connect.ts';
import { readSettings } from '../settings.ts';
import { backupFile, makeBackup, removeOldBackups } from './make-backup.ts';

const USAGE = `Usage: npm run backup [-- FILE.gz] [--keep N]
Without FILE: a file of this moment's name in DATA_DIR/backups. --keep N removes all but the newest N there.`;

const { file: given, keep } = readArguments();

await runCommand(async () => {
  const { DATA_DIR, MONGODB_URI } = readSettings(process.env);
  if (MONGODB_URI !== undefined) {
    throw new Error(
      'The data is in a MongoDB (MONGODB_URI). Nothing was written. Back it up by its own means (mongodump --oplog, or snapshots of its provider); while SyncFlow is stopped, `npm run db:export` does it too.',
    );
  }
  const file = given ?? backupFile(join(DATA_DIR, 'backups'), new Date());
  const documents = await withProgress((tell) => makeBackup({ databaseDir: embeddedFolder(), file, tell }));
  print(`${documents} documents were written to ${file}.`);
  print('The master key is not in it: keep that apart, since the secrets in the backup open with it alone.');
  if (keep === undefined) return;
  for (const old of await removeOldBackups(dirname(file), keep)) print(`Removed ${old}.`);
});

function readArguments(): { readonly file: string | undefined; readonly keep: number | undefined } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { keep: { type: 'string' } },
    });
    const keep = values.keep === undefined ? undefined : Number(values.keep);
    if (positionals.length <= 1 && (keep === undefined || (Number.isInteger(keep) && keep >= 1)))
      return { file: positionals[0], keep };
    print(USAGE);
  } catch (error) {
    print(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
  return process.exit(2);
}
