/** `npm run db:check -- [FOLDER]`: is the embedded database whole? SyncFlow has to be stopped. */
import { checkFiles } from '#runtime/database/embedded/index.ts';
import { print, runCommand } from './command.ts';
import { embeddedFolder } from './connect.ts';

const [folder = embeddedFolder()] = process.argv.slice(2);

await runCommand(async () => {
  const { collections, documents, entries, disagreements } = await checkFiles(folder);
  print(`${documents} documents in ${collections} collections, and ${entries} index entries, were checked.`);
  for (const disagreement of disagreements) print(disagreement);
  if (disagreements.length === 0) print('Everything agrees.');
  else process.exitCode = 1;
});
