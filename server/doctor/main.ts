/** `npm run doctor`: checks a set-up, and says what to mend. SyncFlow may be running. */
import { existsSync } from 'node:fs';
import { print } from '../database/command.ts';
import { embeddedFolder, joinDatabase } from '../database/connect.ts';
import { readSettings, type Settings } from '../settings.ts';
import { openVault } from '../vault/open-vault.ts';
import { type Finding, mend, well } from './finding.ts';
import { lookAtMail } from './look-at-mail.ts';
import {
  lookAtAddress,
  lookAtBackups,
  lookAtFolder,
  lookAtKeys,
  lookAtNode,
  lookAtPort,
  reasonOf,
} from './looks.ts';
import { lookAtClients, lookAtDatabase, lookAtPeople, lookAtSecrets } from './looks-at-data.ts';

const MARKS: Readonly<Record<Finding['state'], string>> = { well: '✓', better: '!', mend: '✗' };

const found = await findings();
for (const { state, subject, text, fix } of found) {
  print(`${MARKS[state]} ${subject}: ${text}`);
  if (fix !== null) print(`    → ${fix}`);
}
const wrong = found.filter(({ state }) => state === 'mend').length;
const could = found.filter(({ state }) => state === 'better').length;
print(`\n${wrong === 0 ? 'Nothing must be mended' : `${wrong} must be mended`}, ${could} could be better.`);
if (wrong > 0) process.exitCode = 1;

async function findings(): Promise<Finding[]> {
  let settings: Settings;
  try {
    settings = readSettings(process.env);
  } catch (error) {
    return [
      mend('Settings', reasonOf(error), 'Correct these environment variables: docs/reference/settings.md.'),
    ];
  }
  const looks = [
    () => lookAtNode(),
    () => lookAtFolder(settings),
    () => lookAtKeys(settings),
    () => lookAtBackups(settings),
    () => lookAtAddress(settings),
    () => lookAtPort(settings),
    () => lookAtMail(settings),
    () => lookAtData(settings),
  ];
  const all: Finding[] = [well('Settings', 'They can be read.')];
  for (const look of looks) all.push(...(await look()));
  return all;
}

async function lookAtData(settings: Settings): Promise<Finding[]> {
  if (settings.MONGODB_URI === undefined && !existsSync(embeddedFolder()))
    return [well('Database', 'There is none yet; the first start makes it.')];
  try {
    const { database, close } = await joinDatabase(settings.MONGODB_URI);
    try {
      const vault = await openVault(settings).then(
        (opened) => opened.vault,
        () => null,
      );
      return [
        ...(await lookAtDatabase(database)),
        ...(await lookAtSecrets(database, vault)),
        ...(await lookAtPeople(database)),
        ...(await lookAtClients(database)),
      ];
    } finally {
      await close();
    }
  } catch (error) {
    return [
      mend('Database', reasonOf(error), 'If its files are damaged, restore a backup: npm run restore.'),
    ];
  }
}
