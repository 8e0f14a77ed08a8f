/** `npm run restore -- FILE [--replace]`: brings a backup back and proves it. SyncFlow has to be stopped. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { argumentsOf, print, runCommand, withProgress } from '../database/command.ts';
import { embeddedFolder } from '../database/connect.ts';
import { readSettings } from '../settings.ts';
import { proofText } from '../verify/proof-text.ts';
import { restoreBackup } from './restore-backup.ts';

const USAGE = `Usage: npm run restore -- FILE.gz [--replace]
Into DATA_DIR, where nothing may be; with --replace the data that is there is put aside, beside it.`;
const { file, values } = argumentsOf({ replace: { type: 'boolean', default: false } }, USAGE);

await runCommand(async () => {
  const { DATA_DIR, MONGODB_URI, MASTER_KEY } = readSettings(process.env);
  if (MONGODB_URI !== undefined) {
    throw new Error(
      'MONGODB_URI is set. Nothing was changed. `npm run db:import -- FILE` brings a backup into an empty MongoDB; `npm run verify` proves it.',
    );
  }
  const restored = await withProgress((tell) =>
    restoreBackup({ databaseDir: embeddedFolder(), file, replace: values.replace, tell }),
  );
  print(`${restored.documents} documents were restored into ${embeddedFolder()}; the files are whole.`);
  if (restored.aside !== null) print(`What was there before is in ${restored.aside}.`);
  for (const { name, proof } of restored.proofs) print(proofText(name, proof));
  print(
    'Everybody has to sign in again. Keys that were ended after the backup are valid again: look through them.',
  );
  if (MASTER_KEY === undefined && !existsSync(join(DATA_DIR, 'master.key'))) {
    print(`There is no master key in ${DATA_DIR}: put yours there (master.key) before you start SyncFlow.`);
  }
  if (!restored.clean) process.exitCode = 1;
});
