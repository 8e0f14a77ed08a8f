/** `npm run db:export -- FILE [--uri mongodb://…]` */
import { argumentsOf, print, runCommand, withProgress } from './command.ts';
import { openForCommand } from './connect.ts';
import { exportDatabase } from './export-database.ts';

const USAGE = `Usage: npm run db:export -- FILE.gz [--uri mongodb://…/database]
Without --uri: the database that SyncFlow uses (MONGODB_URI, or the embedded one in DATA_DIR).`;
const { file, values } = argumentsOf({ uri: { type: 'string' } }, USAGE);

await runCommand(async () => {
  const { db, close } = await openForCommand(values.uri);
  try {
    const documents = await withProgress((tell) => exportDatabase(db, file, tell));
    print(`${documents} documents of the database ${db.databaseName} were written to ${file}.`);
  } finally {
    await close();
  }
});
