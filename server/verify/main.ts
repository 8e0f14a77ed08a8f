/** `npm run verify [-- --client ID] [--uri mongodb://…]`: proves that ledger and orders agree. SyncFlow may be running. */
import { parseArgs } from 'node:util';
import { allClients } from '#runtime/clients/client-model.ts';
import { ClientId } from '#runtime/ids.ts';
import { isClean } from '#runtime/verify/proof-document.ts';
import { verifyClient } from '#runtime/verify/verify-client.ts';
import { print, runCommand } from '../database/command.ts';
import { joinDatabase } from '../database/connect.ts';
import { proofText } from './proof-text.ts';

const USAGE = `Usage: npm run verify [-- --client ID] [--uri mongodb://…/database]
Checks one client, or all. Ends with 0 when everything agrees, with 1 when something does not.`;

const given = readArguments();

await runCommand(async () => {
  const { database, close } = await joinDatabase(given.uri);
  try {
    const all = await allClients(database.models);
    const wanted = given.client === undefined ? all : all.filter(({ _id }) => _id === given.client);
    if (wanted.length === 0)
      throw new Error(
        sentence(
          given.client,
          all.map(({ _id }) => _id),
        ),
      );
    for (const { _id, name } of wanted) {
      const proof = await verifyClient(database.db, _id);
      print(proofText(`${name} (${_id})`, proof));
      if (!isClean(proof)) process.exitCode = 1;
    }
  } finally {
    await close();
  }
});

function readArguments(): { readonly client: ClientId | undefined; readonly uri: string | undefined } {
  try {
    const { values } = parseArgs({ options: { client: { type: 'string' }, uri: { type: 'string' } } });
    const client = values.client === undefined ? undefined : ClientId.parse(values.client);
    return { client, uri: values.uri };
  } catch (error) {
    print(
      `${error instanceof SyntaxError || error instanceof TypeError ? error.message : 'That is no client id.'}\n${USAGE}`,
    );
    return process.exit(2);
  }
}

function sentence(client: string | undefined, known: readonly string[]): string {
  if (known.length === 0) return 'There are no clients in this database, so there is nothing to check.';
  return `There is no client ${client} in this database. There are: ${known.join(', ')}.`;
}
