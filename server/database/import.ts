/** `npm run db:import -- FILE [--uri mongodb://…] [--into-existing]` */
import { argumentsOf, print, runCommand, withProgress } from './command.ts';
import { openForCommand } from './connect.ts';
import { importDatabase } from './import-database.ts';

const USAGE = `Usage: npm run db:import -- FILE.gz [--uri mongodb://…/database] [--into-existing]
Without --uri: the database that SyncFlow uses (MONGODB_URI, or the embedded one in DATA_DIR).`;
const { file, values } = argumentsOf(
  { uri: { type: 'string' }, 'into-existing': { type: 'boolean', default: false } },
  USAGE,
);

await runCommand(async () => {
  const { db, close } = await openForCommand(values.uri);
  try {
    const intoExisting = values['into-existing'];
    const { imported, leftOut } = await withProgress((tell) =>
      importDatabase(db, file, { intoExisting, tell }),
    );
    print(`${imported} documents were imported into the database ${db.databaseName}.`);
    if (leftOut > 0) print(`${leftOut} were left out: their _id or another unique key is there already.`);
  } finally {
    await close();
  }
});
