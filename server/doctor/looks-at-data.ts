/** Looks at the stored data: over the database, which SyncFlow may be using. */
import { isAnybodyThere } from '#runtime/accounts/person-model.ts';
import { allClients } from '#runtime/clients/client-model.ts';
import { newestVersion, schemaVersion } from '#runtime/database/migrations/migrate.ts';
import type { Database } from '#runtime/database/open-database.ts';
import { resealAll } from '#runtime/vault/reseal-all.ts';
import type { Vault } from '#runtime/vault/vault.ts';
import { isClean, proofsOf } from '#runtime/verify/proof-document.ts';
import { better, type Finding, mend, well } from './finding.ts';

const CLOCK_MS_MAX = 5_000;

export async function lookAtDatabase({ db }: Database): Promise<Finding[]> {
  const { version } = (await db.admin().buildInfo()) as { readonly version?: string };
  const { localTime } = await db.command({ hello: 1 });
  const apart = localTime instanceof Date ? Math.abs(localTime.getTime() - Date.now()) : 0;
  return [
    well('Database', `It answers (MongoDB ${version ?? '?'}).`),
    apart > CLOCK_MS_MAX
      ? mend(
          'Clock',
          `The clocks of this machine and of the database are ${Math.round(apart / 1_000)} s apart.`,
          'Let both follow a time server (NTP): leases and sales are told apart by time.',
        )
      : well('Clock', 'This machine and the database agree.'),
    versionFinding(await schemaVersion(db)),
  ];
}

function versionFinding(version: number | null): Finding {
  const newest = newestVersion();
  if (version === null) return well('Stored documents', 'There are none yet.');
  if (version === newest) return well('Stored documents', `They have version ${version}.`);
  return version < newest
    ? better(
        'Stored documents',
        `They have version ${version} of ${newest}.`,
        'The next start changes them, after a backup.',
      )
    : mend(
        'Stored documents',
        `They have version ${version}; this SyncFlow knows ${newest}.`,
        'Start the later SyncFlow that wrote them.',
      );
}

/** @param vault null: its keys could not be had, which another look tells. */
export async function lookAtSecrets({ db }: Database, vault: Vault | null): Promise<Finding[]> {
  if (!vault) return [];
  const { lost, sealed } = await resealAll(db, vault, { dataKeys: false, dryRun: true });
  if (lost.length > 0)
    return [
      mend(
        'Secrets',
        `No known master key opens ${lost.length} of them (${lost.slice(0, 3).join(', ')}).`,
        'Restore the key that sealed them (MASTER_KEYS_KNOWN), or connect these again.',
      ),
    ];
  return sealed > 0
    ? [
        better(
          'Secrets',
          `${sealed} are still sealed by a master key of before.`,
          'Run `npm run vault -- rotate`.',
        ),
      ]
    : [well('Secrets', 'All of them open.')];
}

export async function lookAtPeople({ models }: Database): Promise<Finding[]> {
  if (await isAnybodyThere(models)) return [well('Accounts', 'There is an owner.')];
  return [
    better(
      'Accounts',
      'Nobody has an account yet.',
      'Open the link that the terminal prints at the start, and make the first one.',
    ),
  ];
}

/** Of each client: what waits for a person, and whether the books agreed the last time. */
export async function lookAtClients({ db, models }: Database): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { _id: clientId, name } of await allClients(models)) {
    const subject = `Client ${name}`;
    const dead = await db.collection('events').countDocuments({ clientId, state: 'dead' });
    if (dead > 0)
      found.push(
        better(subject, `${dead} events could not be worked off.`, 'Look at the dead letters on its page.'),
      );
    const [proof] = await proofsOf(db, clientId).find({}).sort({ startedAt: -1 }).limit(1).toArray();
    if (proof && !isClean(proof))
      found.push(
        mend(
          subject,
          `The last check of the books found ${proof.deviationsFound} things.`,
          `Run \`npm run verify -- --client ${clientId}\`, which names them.`,
        ),
      );
    if (dead === 0 && (!proof || isClean(proof))) found.push(well(subject, 'Nothing waits for a person.'));
  }
  return found;
}
