/** A whole run with everything that has a secret in it; afterwards no secret stands in anything that was written or told. */

import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { TOTP } from 'otpauth';
import { openSmtpSandbox, type SmtpSandbox } from '#nodes/smtp/sandbox/sandbox.ts';
import { startEmbedded } from '#runtime/database/embedded/index.ts';
import { databaseNameOf } from '#runtime/database/open-database.ts';
import { readMasterKeyFile } from '#runtime/vault/master-key.ts';
import { SEALED_FIELDS } from '#runtime/vault/sealed-fields.ts';
import { Vault } from '#runtime/vault/vault.ts';
import { makeBackup } from '#server/backup/make-backup.ts';
import { Visitor } from '#test/server/visitor.ts';
import { mailSettings } from './mail-settings.ts';
import { type StartedSyncFlow, startAsStranger } from './started-syncflow.ts';

jest.setTimeout(120_000);
const PASSWORD = 'a long enough passphrase 71';
const NEXT_PASSWORD = 'another passphrase 93 for it';
const SHORTEST = 12;

let syncflow: StartedSyncFlow;
let mailbox: SmtpSandbox;
/** By what they are. */
const secrets = new Map<string, string>();
/** Everything that the server answered where no secret may be shown. */
const answers: string[] = [];

beforeAll(async () => {
  mailbox = await openSmtpSandbox();
  secrets.set('password of the mail server', mailbox.input.password ?? '');
  syncflow = await startAsStranger(undefined, { LOG_LEVEL: 'debug', ...(await mailSettings(mailbox)) });
});
afterAll(async () => {
  await syncflow.stop();
  await syncflow.clean();
  await mailbox.close();
});

test('no secret of a whole run lies in the files, the log, the answers or the backup', async () => {
  await use();
  await syncflow.stop();
  await collectSealed();
  secrets.set('master key', (await readFile(join(syncflow.dataDir, 'master.key'), 'utf8')).trim());
  expect(secrets.size).toBeGreaterThan(10);
  // Less would be found by chance.
  expect([...secrets].filter(([, secret]) => secret.length < SHORTEST)).toEqual([]);

  const written = new Map<string, Buffer>();
  written.set('the log', Buffer.from(syncflow.output().replace(/signin\?token=\S+/g, '')));
  written.set('the answers', Buffer.from(answers.join('\n')));
  const backup = join(syncflow.dataDir, 'backup.gz');
  await makeBackup({ databaseDir: join(syncflow.dataDir, 'database'), file: backup });
  for (const entry of await readdir(syncflow.dataDir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    // The sandbox shops are the far side: they know their own keys.
    if (!entry.isFile() || entry.name === 'master.key' || /compile-cache|sandbox-shops/.test(path)) continue;
    const bytes = await readFile(path);
    written.set(path, entry.name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  }
  // Otherwise nothing was written, and this test says nothing.
  expect([...written.keys()].some((path) => path.endsWith('documents.sqlite'))).toBe(true);
  expect(written.get('the log')?.length).toBeGreaterThan(500);
  expect(JSON.stringify(answers)).toContain('no secret at all');
  expect([...written.values()].some((bytes) => bytes.includes('no secret at all'))).toBe(true);

  const found: string[] = [];
  for (const [what, secret] of secrets) {
    for (const form of formsOf(secret))
      for (const [where, bytes] of written) if (bytes.includes(form)) found.push(`${what} in ${where}`);
  }
  expect(found).toEqual([]);
});

async function mailTo(address: string): Promise<string> {
  for (let turn = 0; turn < 200; turn += 1) {
    const found = mailbox.mails.find(({ to }) => to.includes(address));
    if (found) return found.mail.text ?? '';
    await wait(50);
  }
  throw new Error(`no email to ${address}`);
}

/** As it is, and as it would stand in JSON, an address, or base64. */
function formsOf(secret: string): string[] {
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  return [...new Set([...forms, Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -2)])];
}

/** Signs in, sets up, connects, and fails at each of it too. */
async function use(): Promise<void> {
  const receiver = createServer((request, response) => {
    // As many servers do: what was asked for stands in the page that says no.
    request.resume().on('end', () => response.writeHead(500).end(`Cannot POST ${request.url}`));
  }).listen(0, '127.0.0.1');
  await wait(100);
  const { port } = receiver.address() as AddressInfo;
  const visitor = new Visitor(`${syncflow.url}/api/v1`);
  const link = await fetch(syncflow.link, { redirect: 'manual' });
  visitor.take(link.headers.getSetCookie());
  const send = async (method: string, path: string, body?: object) => {
    const reply = await visitor.send(method, path, body);
    for (const [name, { value }] of visitor.cookies) secrets.set(`cookie ${name} ${value.slice(-6)}`, value);
    return reply;
  };
  const shown = async (method: string, path: string, body?: object) => {
    const reply = await send(method, path, body);
    answers.push(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
    return reply;
  };
  const must = async (method: string, path: string, body?: object) => {
    const reply = await send(method, path, body);
    expect({ path, status: reply.status, ok: reply.status < 300 }).toMatchObject({ path, ok: true });
    return Object(reply.body) as Record<string, string>;
  };
  secrets.set('password', PASSWORD);
  secrets.set('next password', NEXT_PASSWORD);
  await must('POST', '/setup', { agency: 'A', name: 'Olga', email: 'olga@example.test', password: PASSWORD });
  await shown('POST', '/signin', { email: 'olga@example.test', password: `${PASSWORD}, but wrong` });
  await must('POST', '/account/password', { current: PASSWORD, password: NEXT_PASSWORD });
  const { secret = '' } = await must('POST', '/account/totp/start', { password: NEXT_PASSWORD });
  secrets.set('second factor', secret);
  const code = new TOTP({ secret }).generate();
  const { codes = [] } = (await must('POST', '/account/totp/confirm', {
    password: NEXT_PASSWORD,
    secret,
    code,
  })) as unknown as { codes?: string[] };
  for (const [index, one] of codes.entries()) secrets.set(`recovery code ${index}`, one);
  const { key = '' } = await must('POST', '/keys', {
    name: 'no secret at all',
    permissions: ['see', 'inspect'],
    clients: null,
    days: null,
  });
  // What follows the id that may be seen; the secret itself may hold the sign that divides them.
  secrets.set('API key', key.replace(/^sfk_[a-f0-9]{16}_/, ''));
  const { path = '' } = await must('POST', '/invitations', {
    email: 'vic@example.test',
    role: 'viewer',
    clients: null,
  });
  secrets.set('invitation', path.split('token=')[1] ?? '');
  await shown('POST', '/invitations/look', { token: 'wrong' });
  await shown('POST', '/password-resets', { email: 'olga@example.test' });
  const forgotten = await mailTo('olga@example.test');
  secrets.set('link for a new password', /token=(\S+)/.exec(forgotten)?.[1] ?? '');
  // By an admin, whom the mail server fails: what it says stands in the answer, and the link nowhere else.
  mailbox.misbehave([554]);
  const { path: given = '' } = await must('POST', '/invitations', {
    email: 'eve@example.test',
    role: 'viewer',
    clients: null,
  });
  secrets.set('invitation that was not sent', given.split('token=')[1] ?? '');
  secrets.set('address of a webhook', 'key=of-the-receiver-4711');
  const hook = await must('POST', '/webhooks', {
    name: 'Receiver',
    events: ['order.changed', 'stock.changed', 'alert.raised', 'conflict.raised'],
    url: `http://127.0.0.1:${port}/in?key=of-the-receiver-4711`,
  });
  secrets.set('secret of a webhook', (hook.secret ?? '').replace('whsec_', ''));
  await must('POST', `/connections/${hook.id}/test-message`);
  const rotated = await must('POST', `/webhooks/${hook.id}/secret`, { seenRevision: 0 });
  secrets.set('next secret of a webhook', (rotated.secret ?? '').replace('whsec_', ''));
  await shown('GET', `/webhooks/${hook.id}/deliveries`);
  secrets.set('key of a shop that says no', 'cs_0123456789012345678901234567890123456789');
  await shown('POST', '/connections/channels', {
    channel: 'woocommerce',
    way: 'keys',
    input: {
      address: `http://127.0.0.1:${port}`,
      consumerKey: 'ck_0123456789012345678901234567890123456789',
      consumerSecret: 'cs_0123456789012345678901234567890123456789',
    },
  });
  // Orders, pushes and the failing webhook need a moment.
  await wait(8_000);
  for (const asked of [
    '/connections',
    '/outbox',
    '/orders',
    '/executions',
    '/keys',
    '/members',
    '/audit',
    '/audit/export',
    '/session',
    '/alerts',
  ])
    await shown('GET', asked);
  const metrics = await fetch(`${syncflow.url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  expect(metrics.status).toBe(200);
  answers.push(await metrics.text());
  receiver.close();
  receiver.closeAllConnections();
}

/** What the vault holds, opened; and that it holds all that lies sealed anywhere. */
async function collectSealed(): Promise<void> {
  const vault = new Vault(readMasterKeyFile(join(syncflow.dataDir, 'master.key')));
  const embedded = await startEmbedded({ dir: join(syncflow.dataDir, 'database') });
  const client = new MongoClient(embedded.uri);
  const db = client.db(databaseNameOf(embedded.uri));
  const known = new Map(SEALED_FIELDS.map((place) => [`${place.collection}.${place.field}`, place]));
  const elsewhere = new Set<string>();
  for (const { name } of await db.listCollections().toArray()) {
    for await (const document of db.collection(name).find({})) {
      for (const [field, value] of sealedIn(document)) {
        const place = known.get(`${name}.${field}`);
        if (!place) elsewhere.add(`${name}.${field}`);
        else keep(`${name} ${document._id}`, vault.open(place.ownerOf(String(document._id)), value as never));
      }
    }
  }
  await client.close();
  await embedded.close();
  expect([...elsewhere]).toEqual([]);
}

function* sealedIn(value: object, path = ''): Generator<readonly [string, unknown]> {
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner !== 'object' || inner === null) continue;
    if ('sub_type' in inner && inner.sub_type === 128) yield [`${path}${name}`, inner];
    else if (!('sub_type' in inner)) yield* sealedIn(inner, `${path}${name}.`);
  }
}

function keep(what: string, opened: unknown): void {
  if (typeof opened === 'string') {
    // Names of shops and the like are none.
    if (opened.length >= SHORTEST && !opened.endsWith('.myshopify.com')) secrets.set(what, opened);
  } else if (typeof opened === 'object' && opened !== null) {
    for (const [name, part] of Object.entries(opened)) keep(`${what} ${name}`, part);
  }
}
