import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Binary } from 'mongodb';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { identityOf, KEY_BYTES } from './envelope.ts';
import { exchangeMasterKey, masterKeyFile, openMasterKeyFile, readMasterKeyFile } from './master-key.ts';
import { masterKeyProvider } from './master-key-provider.ts';
import { resealAll } from './reseal-all.ts';
import { SEALED_FIELDS } from './sealed-fields.ts';
import { Vault } from './vault.ts';

const REFUSAL = /can't be opened.*restore that key/;
const newKey = () => randomBytes(KEY_BYTES);

/** As secrets were sealed before each had a data key of its own. */
function sealedOld(key: Buffer, owner: string, secret: unknown): Binary {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner));
  const text = Buffer.concat([cipher.update(JSON.stringify(secret), 'utf8'), cipher.final()]);
  return new Binary(Buffer.concat([nonce, cipher.getAuthTag(), text]));
}

describe('vault', () => {
  const vault = new Vault(newKey());
  const secret = { consumerKey: 'ck_1', consumerSecret: 'cs_é' };

  test('opens for its owner what it sealed, and shows nothing of it', () => {
    const sealed = vault.seal('shop-a', secret);
    expect(vault.open('shop-a', sealed)).toEqual(secret);
    expect(Buffer.from(sealed.value()).includes('ck_1')).toBe(false);
    expect(vault.seal('shop-a', secret)).not.toEqual(sealed);
  });

  test('does not open for another owner, under another key, or after a change of any byte', () => {
    const sealed = vault.seal('shop-a', secret);
    expect(() => vault.open('shop-b', sealed)).toThrow(REFUSAL);
    expect(() => new Vault(newKey()).open('shop-a', sealed)).toThrow(REFUSAL);
    const bytes = Buffer.from(sealed.value());
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => vault.open('shop-a', new Binary(changed, sealed.sub_type))).toThrow(REFUSAL);
    }
    expect(() => vault.open('shop-a', new Binary(bytes.subarray(0, 60), sealed.sub_type))).toThrow(REFUSAL);
  });

  test('gives each secret a data key of its own: parts of two of them make none', () => {
    const [one, other] = [1, 2].map((n) => Buffer.from(vault.seal('shop-a', { n }).value()));
    const head = 1 + 8 + 16;
    for (const cut of [head, head + 60]) {
      const mixed = Buffer.concat([one?.subarray(0, cut) ?? '', other?.subarray(cut) ?? ''] as Buffer[]);
      expect(() => vault.open('shop-a', new Binary(mixed, 128))).toThrow(REFUSAL);
    }
  });

  test('takes no key of another length', () => {
    expect(() => new Vault(randomBytes(16))).toThrow('32 bytes');
  });

  test('opens what was sealed before there were data keys, and seals it anew without changing its identity', () => {
    const [old, next] = [newKey(), newKey()];
    const sealed = sealedOld(old, 'shop-a', secret);
    const both = new Vault({ current: next, others: [old] });
    expect(both.open('shop-a', sealed)).toEqual(secret);
    expect(both.isCurrent(sealed)).toBe(false);
    const anew = both.reseal('shop-a', sealed);
    expect(both.isCurrent(anew)).toBe(true);
    expect(identityOf(anew)).toBe(identityOf(sealed));
    expect(identityOf(both.reseal('shop-a', anew))).toBe(identityOf(sealed));
    expect(new Vault(next).open('shop-a', anew)).toEqual(secret);
    expect(() => both.reseal('shop-b', sealed)).toThrow(REFUSAL);
  });
});

describe('keys', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'syncflow-key-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  test('in a file are made once, for its owner only, and are the same at the next start', async () => {
    const [first, same] = await Promise.all([openMasterKeyFile(dir), openMasterKeyFile(dir)]);
    expect(first.current).toHaveLength(KEY_BYTES);
    expect(same).toEqual(first);
    expect(await openMasterKeyFile(dir)).toEqual(first);
    expect((await stat(masterKeyFile(dir))).mode & 0o077).toBe(0);
  });

  test('a damaged file is never replaced by a new key', async () => {
    await writeFile(masterKeyFile(dir), 'half');
    await expect(openMasterKeyFile(dir)).rejects.toThrow('restore it from your backup');
    await expect(exchangeMasterKey(dir)).rejects.toThrow('restore it from your backup');
    expect(await readFile(masterKeyFile(dir), 'utf8')).toBe('half');
  });

  test('of the settings win over the file; others open and seal nothing', async () => {
    const [key, other] = [newKey(), newKey()];
    const provider = masterKeyProvider({
      dataDir: dir,
      masterKey: key.toString('base64'),
      known: other.toString('base64'),
    });
    expect(await provider.read()).toEqual({ current: key, others: [other] });
    await expect(readFile(masterKeyFile(dir))).rejects.toThrow('ENOENT');
    expect(() => masterKeyProvider({ dataDir: dir, masterKey: undefined, known: 'short' })).toThrow(
      '32 bytes in base64',
    );
    await expect(
      (async () => await masterKeyProvider({ dataDir: dir, masterKey: 'short', known: undefined }).read())(),
    ).rejects.toThrow('32 bytes in base64');
  });

  test('are had from AWS Secrets Manager and KMS', async () => {
    const [key, other] = [newKey(), newKey()];
    const asked: { readonly target: unknown; readonly signed: unknown; readonly body: unknown }[] = [];
    const aws = createServer((request, response) => {
      let text = '';
      request.on('data', (bytes) => (text += String(bytes)));
      request.on('end', () => {
        const target = request.headers['x-amz-target'];
        asked.push({ target, signed: request.headers.authorization, body: JSON.parse(text) });
        response.setHeader('content-type', 'application/x-amz-json-1.1');
        const SecretString = `${key.toString('base64')}\n${other.toString('base64')}\n`;
        response.end(
          JSON.stringify(
            target === 'TrentService.Decrypt'
              ? { KeyId: 'k', Plaintext: key.toString('base64') }
              : { ARN: 'a', Name: 'n', SecretString },
          ),
        );
      });
    });
    await new Promise<void>((resolve) => {
      aws.listen(0, '127.0.0.1', resolve);
    });
    const address = aws.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const before = { ...process.env };
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
    });
    try {
      const from = (masterKey: string) =>
        masterKeyProvider({ dataDir: dir, masterKey, known: undefined }).read();
      expect(await from('aws-secret:syncflow/master')).toEqual({ current: key, others: [other] });
      expect(await from('aws-kms:Y2lwaGVy')).toEqual({ current: key, others: [] });
      expect(asked).toMatchObject([
        { target: 'secretsmanager.GetSecretValue', body: { SecretId: 'syncflow/master' } },
        { target: 'TrentService.Decrypt', body: { CiphertextBlob: 'Y2lwaGVy' } },
      ]);
      for (const { signed } of asked) expect(signed).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/);
    } finally {
      process.env = before;
      aws.close();
    }
  });

  test('are exchanged while a process runs: it opens by both at once, and seals by the new one within seconds', async () => {
    const keys = await openMasterKeyFile(dir);
    const look = () => readMasterKeyFile(masterKeyFile(dir));
    const running = new Vault(keys, look);
    const before = running.seal('shop-a', 1);
    const id = await exchangeMasterKey(dir);
    const command = new Vault(look());
    expect(command.currentKeyId).toBe(id);
    const [mine, theirs] = [command.seal('shop-b', 2), command.reseal('shop-a', before)];
    expect([
      running.open('shop-b', mine),
      running.open('shop-a', theirs),
      running.open('shop-a', before),
    ]).toEqual([2, 1, 1]);
    expect(command.isCurrent(running.seal('shop-c', 3))).toBe(true);
  });
});

describe('all secrets', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  const documentWith = (field: string, value: unknown) =>
    field
      .split('.')
      .reverse()
      .reduce<unknown>((inner, name) => ({ [name]: inner }), value) as object & { _id: string };
  const sealedIn = async (): Promise<Binary[]> =>
    (
      await Promise.all(
        SEALED_FIELDS.map(async ({ collection, field }) => {
          const all = await database.db.collection(collection).find({}).toArray();
          return all.map(
            (one) => field.split('.').reduce<unknown>((value, name) => Object(value)[name], one) as Binary,
          );
        }),
      )
    ).flat();

  test('are sealed anew under the new key, wherever they lie, and what can’t be opened is named and left alone', async () => {
    const [old, next] = [newKey(), newKey()];
    const [before, after] = [new Vault(old), new Vault({ current: next, others: [old] })];
    for (const { collection, field, ownerOf } of SEALED_FIELDS) {
      for (const id of ['1', '2'])
        await database.db.collection<{ _id: string }>(collection).insertOne({
          ...documentWith(field, before.seal(ownerOf(id), { id })),
          _id: id,
          email: id,
        } as never);
    }
    const stranger = new Vault(newKey()).seal('lost', {});
    await database.db
      .collection<{ _id: string }>('connections')
      .insertOne({ _id: 'lost', secret: stranger } as never);
    const many = 2 * SEALED_FIELDS.length;
    const look = { dataKeys: false, dryRun: true };
    expect(await resealAll(database.db, after, look)).toMatchObject({ sealed: many, current: 0 });
    expect(await resealAll(database.db, after, { ...look, dryRun: false })).toEqual({
      sealed: many,
      current: 0,
      overtaken: 0,
      lost: ['connections lost'],
    });
    // The old key is gone: everything opens all the same.
    const only = new Vault(next);
    for (const { collection, field, ownerOf } of SEALED_FIELDS) {
      for (const id of ['1', '2']) {
        const document = await database.db.collection<{ _id: string }>(collection).findOne({ _id: id });
        const sealed = field.split('.').reduce<unknown>((value, name) => Object(value)[name], document);
        expect(only.open(ownerOf(id), sealed as Binary)).toEqual({ id });
      }
    }
    const bytes = (await sealedIn()).map((sealed) => Buffer.from(sealed.value()).toString('hex'));
    expect(await resealAll(database.db, after, { dataKeys: true, dryRun: false })).toMatchObject({
      sealed: many,
    });
    const anew = (await sealedIn()).map((sealed) => Buffer.from(sealed.value()).toString('hex'));
    expect(anew.filter((one) => bytes.includes(one))).toHaveLength(1);
  });
});
