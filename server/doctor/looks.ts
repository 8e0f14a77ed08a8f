/** Looks at the machine, the settings and the files: without the database. */
import { constants, existsSync } from 'node:fs';
import { access, readdir, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { masterKeyFile } from '#runtime/vault/master-key.ts';
import { outgoingAllowed, type Settings } from '../settings.ts';
import { openVault, providerOf } from '../vault/open-vault.ts';
import { better, type Finding, mend, well } from './finding.ts';

const NODE_MAJOR = 24;
const MEGABYTE = 1_000_000;
const DISK_BYTES_LEAST = 200 * MEGABYTE;
const DISK_BYTES_GOOD = 2_000 * MEGABYTE;
const MEMORY_BYTES_GOOD = 1_000 * MEGABYTE;
const OTHERS = 0o077;
const DAY_MS = 86_400_000;
const ANSWER_MS_MAX = 5_000;
const DEFAULT_PORT = 4747;

export function lookAtNode(version = process.versions.node, memory = totalmem()): Finding[] {
  const old = Number(version.split('.')[0]) < NODE_MAJOR;
  return [
    old
      ? mend(
          'Node',
          `This is Node ${version}.`,
          `Start by npm, which uses the Node ${NODE_MAJOR} that comes with SyncFlow.`,
        )
      : well('Node', version),
    memory < MEMORY_BYTES_GOOD
      ? better(
          'Memory',
          `${megabytes(memory)} in all.`,
          'Give it 1 GB or more; with little, a first import may end the process.',
        )
      : well('Memory', `${megabytes(memory)} in all.`),
  ];
}

/** Free disk, and that nobody else can read the data. */
export async function lookAtFolder({ DATA_DIR }: Settings): Promise<Finding[]> {
  if (!existsSync(DATA_DIR))
    return [well('Data', `The folder ${DATA_DIR} is not there yet; the first start makes it.`)];
  const found: Finding[] = [];
  const writable = await access(DATA_DIR, constants.W_OK).then(
    () => true,
    () => false,
  );
  found.push(
    writable
      ? well('Data', `The folder ${DATA_DIR} can be written to.`)
      : mend('Data', `The folder ${DATA_DIR} can't be written to.`, 'Give it to the user who runs SyncFlow.'),
  );
  const { bavail, bsize } = await statfs(DATA_DIR);
  found.push(diskFinding(bavail * bsize));
  for (const file of [masterKeyFile(DATA_DIR), join(DATA_DIR, 'database', 'documents.sqlite')]) {
    if (!existsSync(file) || process.platform === 'win32') continue;
    const { mode } = await stat(file);
    if ((mode & OTHERS) !== 0)
      found.push(mend('Rights', `Others on this machine can read ${file}.`, `chmod 600 ${file}`));
  }
  return found;
}

/** @param free bytes. */
export function diskFinding(free: number): Finding {
  if (free < DISK_BYTES_LEAST)
    return mend(
      'Disk',
      `${megabytes(free)} are free: webhooks are answered with 503.`,
      'Free some space, or move DATA_DIR to a larger disk.',
    );
  if (free < DISK_BYTES_GOOD)
    return better(
      'Disk',
      `${megabytes(free)} are free.`,
      'Give it 2 GB or more: below 200 MB no webhook is taken.',
    );
  return well('Disk', `${megabytes(free)} are free.`);
}

export async function lookAtKeys(settings: Settings): Promise<Finding[]> {
  try {
    const { place } = providerOf(settings);
    if (settings.MASTER_KEY === undefined && !existsSync(masterKeyFile(settings.DATA_DIR)))
      return [well('Master key', 'There is none yet; the first start makes it.')];
    const { vault } = await openVault(settings);
    return [well('Master key', `${vault.currentKeyId}, from ${place}. Back it up apart from the data.`)];
  } catch (error) {
    return [mend('Master key', reasonOf(error), 'Restore the key; without it no connection can be opened.')];
  }
}

export async function lookAtBackups(
  { DATA_DIR, MONGODB_URI }: Settings,
  now = Date.now(),
): Promise<Finding[]> {
  if (MONGODB_URI !== undefined) return [well('Backups', 'They are made by MongoDB’s own means.')];
  const dir = join(DATA_DIR, 'backups');
  const files = existsSync(dir) ? (await readdir(dir)).filter((name) => name.endsWith('.gz')) : [];
  const times = await Promise.all(files.map(async (name) => (await stat(join(dir, name))).mtimeMs));
  const newest = Math.max(0, ...times);
  const fix =
    'Let cron run `npm run backup -- --keep 14` every night, and copy the files to another machine.';
  if (newest === 0) return [better('Backups', `There is none in ${dir}.`, fix)];
  const days = Math.floor((now - newest) / DAY_MS);
  return days > 1
    ? [better('Backups', `The newest in ${dir} is ${days} days old.`, fix)]
    : [well('Backups', `The newest in ${dir} is less than two days old.`)];
}

/** Whether channels can reach SyncFlow, and strangers can't read along. */
export async function lookAtAddress(settings: Settings): Promise<Finding[]> {
  const { PUBLIC_URL, HOST } = settings;
  const found: Finding[] = [];
  if (HOST !== '127.0.0.1' && HOST !== 'localhost' && !PUBLIC_URL?.startsWith('https:')) {
    found.push(
      mend(
        'Address',
        `It listens on ${HOST} without https: passwords and keys can be read on their way.`,
        'Put a proxy with a certificate before it, on this machine, set HOST to 127.0.0.1, and PUBLIC_URL to the https address.',
      ),
    );
  }
  if (PUBLIC_URL === undefined) {
    found.push(
      better(
        'Address',
        'PUBLIC_URL is not set: channels can’t send webhooks, and are polled once a minute.',
        'Set it to the https address under which this machine is reached.',
      ),
    );
  } else {
    const answer = await healthAt(PUBLIC_URL);
    found.push(
      answer === null
        ? well('Address', `SyncFlow answers under ${PUBLIC_URL}.`)
        : better(
            'Address',
            `${PUBLIC_URL}/health did not answer (${answer}).`,
            'If SyncFlow runs: look at the proxy, the name and the certificate.',
          ),
    );
  }
  if (PUBLIC_URL?.startsWith('https:') && outgoingAllowed(settings).length > 0) {
    found.push(
      better(
        'Outgoing requests',
        `They may go to ${outgoingAllowed(settings).join(', ')} too.`,
        'Leave OUTGOING_ALLOW out, unless shops or receivers are there.',
      ),
    );
  }
  return found;
}

/** Whether it runs here, or its port is free. */
export async function lookAtPort({ PORT, HOST }: Settings): Promise<Finding[]> {
  const port = PORT ?? DEFAULT_PORT;
  if (port === 0) return [];
  const host = HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST;
  if ((await healthAt(`http://${host}:${port}`)) === null)
    return [well('Port', `SyncFlow runs on port ${port}.`)];
  if (await isFree(port, HOST)) return [well('Port', `${port} is free; SyncFlow does not run there now.`)];
  return [
    PORT === undefined
      ? better(
          'Port',
          `${port} is taken by another program: SyncFlow takes the next free one.`,
          'Set PORT, so that it is always the same.',
        )
      : mend('Port', `${port} is taken by another program.`, 'Choose another PORT, or end that program.'),
  ];
}

/** null: it answered as SyncFlow does. */
async function healthAt(url: string): Promise<string | null> {
  try {
    const response = await fetch(`${url}/health`, {
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
      redirect: 'manual',
    });
    const text = await response.text();
    return response.status === 200 && text.includes('"ok":true') ? null : `status ${response.status}`;
  } catch (error) {
    const cause: { code?: unknown } = Object(error instanceof Error ? error.cause : null);
    return String(cause.code ?? reasonOf(error));
  }
}

async function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, host, () => resolve(true));
  });
  server.close();
  await wait(0);
  return free;
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / MEGABYTE).toLocaleString('en-GB')} MB`;
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
