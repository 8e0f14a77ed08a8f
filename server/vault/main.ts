/** `npm run vault -- status | rotate [--data-keys]`: exchanges the keys of all secrets. SyncFlow may be running. */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { exchangeMasterKey } from '#runtime/vault/master-key.ts';
import { type Resealed, resealAll } from '#runtime/vault/reseal-all.ts';
import { print, runCommand } from '../database/command.ts';
import { joinDatabase } from '../database/connect.ts';
import { readSettings } from '../settings.ts';
import { openVault, providerOf } from './open-vault.ts';

const USAGE = `Usage: npm run vault -- status | rotate [--data-keys] [--uri mongodb://…/database]
rotate: where the master key lies in a file, a new one takes its place; then every secret is sealed anew under the current key.
--data-keys: the same master key, but a new data key for every secret.`;
/** Processes that run look for a new key this often, before they seal something. */
const HEARD_MS = 6_000;

const { command, dataKeys, uri } = readArguments();

await runCommand(async () => {
  const settings = readSettings(process.env);
  const provider = providerOf(settings);
  if (command === 'rotate' && !dataKeys && provider.file !== null) {
    await provider.read();
    print(
      `The new master key is ${await exchangeMasterKey(settings.DATA_DIR)}, in ${provider.file}. Back it up now.`,
    );
  }
  const { vault } = await openVault(settings);
  print(`The master key comes from ${provider.place}; the current one is ${vault.currentKeyId}.`);
  const { database, close } = await joinDatabase(uri);
  try {
    if (command === 'status') {
      print(sentenceOf(await resealAll(database.db, vault, { dataKeys: false, dryRun: true })));
      return;
    }
    const first = await resealAll(database.db, vault, { dataKeys, dryRun: false });
    print(sentenceOf(first));
    // What a running process sealed by the old key meanwhile.
    await wait(HEARD_MS);
    const rest = await resealAll(database.db, vault, { dataKeys: false, dryRun: false });
    if (rest.sealed > 0) print(sentenceOf(rest));
    if (rest.lost.length > 0 || rest.overtaken > 0) process.exitCode = 1;
    else
      print(
        'All secrets are under the current key. Keys of before still open backups of before: keep them as long as those.',
      );
  } finally {
    await close();
  }
});

function sentenceOf({ sealed, current, overtaken, lost }: Resealed): string {
  const verb = command === 'status' ? 'are sealed by another key' : 'were sealed anew';
  return [
    `${sealed} secrets ${verb}, ${current} are under the current one.`,
    ...(overtaken > 0 ? [`${overtaken} were changed at that very moment: run it again.`] : []),
    ...lost.map(
      (owner) => `LOST: no known key opens the secret of ${owner}. Find its key, or connect it again.`,
    ),
  ].join('\n');
}

function readArguments(): {
  readonly command: 'status' | 'rotate';
  readonly dataKeys: boolean;
  readonly uri: string | undefined;
} {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { 'data-keys': { type: 'boolean', default: false }, uri: { type: 'string' } },
    });
    const [command] = positionals;
    if (positionals.length === 1 && (command === 'status' || command === 'rotate'))
      return { command, dataKeys: values['data-keys'], uri: values.uri };
    print(USAGE);
  } catch (error) {
    print(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
  return process.exit(2);
}
