/** The looks one by one, and `npm run doctor` as a process of its own. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ObjectId } from 'mongodb';
import { openSmtpSandbox } from '#nodes/smtp/sandbox/sandbox.ts';
import { ensureClient } from '#runtime/clients/client-model.ts';
import { migrate, newestVersion } from '#runtime/database/migrations/migrate.ts';
import { ClientId } from '#runtime/ids.ts';
import { Vault } from '#runtime/vault/vault.ts';
import { proofsOf } from '#runtime/verify/proof-document.ts';
import { openTestDatabase } from '#test/database/test-database.ts';
import { Settings } from '../settings.ts';
import { lookAtMail } from './look-at-mail.ts';
import {
  diskFinding,
  lookAtAddress,
  lookAtBackups,
  lookAtFolder,
  lookAtKeys,
  lookAtNode,
  lookAtPort,
} from './looks.ts';
import { lookAtClients, lookAtDatabase, lookAtPeople, lookAtSecrets } from './looks-at-data.ts';

const ROOT = join(import.meta.dirname, '..', '..');
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'syncflow-doctor-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));
const settings = (given: object = {}) => Settings.parse({ DATA_DIR: dir, ...given });
const states = (found: readonly { readonly state: string; readonly subject: string }[]) =>
  found.map(({ state, subject }) => `${subject}: ${state}`);

async function serving(text: string): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((_request, response) => response.end(text));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

describe('the machine', () => {
  test('needs a Node and memory that do', () => {
    expect(states(lookAtNode('24.1.0', 8e9))).toEqual(['Node: well', 'Memory: well']);
    expect(states(lookAtNode('22.1.0', 5e8))).toEqual(['Node: mend', 'Memory: better']);
  });

  test('needs disk, and a folder that nobody else can read', async () => {
    expect([1e8, 1e9, 1e10].map((free) => diskFinding(free).state)).toEqual(['mend', 'better', 'well']);
    await writeFile(join(dir, 'master.key'), 'x', { mode: 0o600 });
    expect(states(await lookAtFolder(settings()))).not.toContain('Rights: mend');
    await chmod(join(dir, 'master.key'), 0o644);
    expect(states(await lookAtFolder(settings()))).toContain('Rights: mend');
    expect(states(await lookAtFolder(settings({ DATA_DIR: join(dir, 'none') })))).toEqual(['Data: well']);
  });

  test('is told apart: SyncFlow on the port, another program, or nobody', async () => {
    const ours = await serving('{"ok":true}');
    const other = await serving('hello');
    expect((await lookAtPort(settings({ PORT: String(ours.port) })))[0]?.text).toContain('SyncFlow runs');
    expect(states(await lookAtPort(settings({ PORT: String(other.port) })))).toEqual(['Port: mend']);
    ours.server.close();
    ours.server.closeAllConnections();
    expect((await lookAtPort(settings({ PORT: String(ours.port) })))[0]?.text).toContain('is free');
    other.server.close();
    other.server.closeAllConnections();
  });
});

describe('the set-up', () => {
  test('needs an address by which it is reached, and https where others reach it', async () => {
    const { server, port } = await serving('{"ok":true}');
    expect(states(await lookAtAddress(settings({ PUBLIC_URL: `http://127.0.0.1:${port}` })))).toEqual([
      'Address: well',
    ]);
    server.close();
    server.closeAllConnections();
    expect(states(await lookAtAddress(settings({ PUBLIC_URL: `http://127.0.0.1:${port}` })))).toEqual([
      'Address: better',
    ]);
    expect(states(await lookAtAddress(settings({ HOST: '0.0.0.0' })))).toEqual([
      'Address: mend',
      'Address: better',
    ]);
    const open = await lookAtAddress(
      settings({ PUBLIC_URL: 'https://127.0.0.1:1', OUTGOING_ALLOW: 'private' }),
    );
    expect(states(open)).toContain('Outgoing requests: better');
  });

  test('needs a master key that is one', async () => {
    expect((await lookAtKeys(settings()))[0]?.text).toContain('There is none yet');
    await writeFile(join(dir, 'master.key'), 'half');
    expect(states(await lookAtKeys(settings()))).toEqual(['Master key: mend']);
    await writeFile(join(dir, 'master.key'), randomBytes(32).toString('base64'));
    expect(states(await lookAtKeys(settings()))).toEqual(['Master key: well']);
    expect(states(await lookAtKeys(settings({ MASTER_KEY: 'short' })))).toEqual(['Master key: mend']);
  });

  test('may have a mail server, which must take the user then', async () => {
    expect((await lookAtMail(settings()))[0]?.text).toContain('No mail server');
    const { url, mails, close } = await openSmtpSandbox();
    const mail = (MAIL_URL: string) =>
      settings({
        MAIL_URL,
        MAIL_FROM: 'SyncFlow <shop@example.com>',
        PUBLIC_URL: 'https://sync.example',
      });
    expect(states(await lookAtMail(mail(url)))).toEqual(['Mail: well']);
    expect(await lookAtMail(mail(url.replace(':sandbox-', ':wrong-')))).toMatchObject([
      { state: 'mend', text: expect.stringContaining('does not accept the user name and the password') },
    ]);
    expect(mails).toEqual([]);
    await close();
  });

  test('needs backups that are fresh', async () => {
    expect(states(await lookAtBackups(settings()))).toEqual(['Backups: better']);
    await mkdir(join(dir, 'backups'));
    await writeFile(join(dir, 'backups', 'a.gz'), '');
    expect(states(await lookAtBackups(settings()))).toEqual(['Backups: well']);
    const old = new Date(Date.now() - 4 * 86_400_000);
    await utimes(join(dir, 'backups', 'a.gz'), old, old);
    expect((await lookAtBackups(settings()))[0]?.text).toContain('4 days old');
  });
});

test('stored data: its version, its secrets, its people, and what waits for somebody', async () => {
  const database = await openTestDatabase();
  try {
    const { db, models } = database;
    const clientId = ClientId.parse('c');
    await migrate(db);
    expect(states(await lookAtDatabase(database))).toEqual([
      'Database: well',
      'Clock: well',
      'Stored documents: well',
    ]);
    const schema = db.collection<{ _id: string }>('schema');
    for (const [version, state] of [
      [newestVersion() - 1, 'better'],
      [newestVersion() + 1, 'mend'],
    ] as const) {
      await schema.updateOne({ _id: 'schema' }, { $set: { version } });
      expect(states(await lookAtDatabase(database))).toContain(`Stored documents: ${state}`);
    }
    expect(states(await lookAtPeople(database))).toEqual(['Accounts: better']);

    const [vault, other] = [new Vault(randomBytes(32)), new Vault(randomBytes(32))];
    const connections = db.collection<{ _id: string }>('connections');
    await connections.insertOne({ _id: 'a', secret: vault.seal('a', 1) } as never);
    expect(states(await lookAtSecrets(database, vault))).toEqual(['Secrets: well']);
    expect(states(await lookAtSecrets(database, other))).toEqual(['Secrets: mend']);

    await ensureClient(models, { _id: clientId, name: 'Harbour', demo: false, createdAt: new Date() });
    expect(states(await lookAtClients(database))).toEqual(['Client Harbour: well']);
    await db.collection('events').insertOne({ clientId, source: 's', dedupeKey: 'd', state: 'dead' });
    await proofsOf(db, clientId).insertIfAbsent({
      _id: new ObjectId(),
      clientId,
      startedAt: new Date(),
      ms: 1,
      checked: { skus: 1, movements: 1, orders: 1, lines: 1 },
      waiting: 0,
      deviationsFound: 2,
      deviations: [],
      unsettled: [],
    });
    expect(states(await lookAtClients(database))).toEqual(['Client Harbour: better', 'Client Harbour: mend']);
  } finally {
    await database.close();
  }
});

test('as a command it names what must be mended, and its exit code says whether there is any', async () => {
  const doctor = (environment: Record<string, string>) =>
    new Promise<{ readonly code: number; readonly text: string }>((resolve) => {
      execFile(
        process.execPath,
        ['server/doctor/main.ts'],
        {
          cwd: ROOT,
          env: { PATH: process.env.PATH ?? '', DATA_DIR: join(dir, 'none'), PORT: '0', ...environment },
        },
        (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, text: stdout + stderr }),
      );
    });
  expect(await doctor({})).toMatchObject({
    code: 0,
    text: expect.stringContaining('Nothing must be mended'),
  });
  const wrong = await doctor({ POLL_SECONDS: 'often' });
  expect(wrong).toMatchObject({ code: 1, text: expect.stringContaining('✗ Settings') });
  expect(wrong.text).toContain('POLL_SECONDS');
});
