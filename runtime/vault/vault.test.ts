import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Binary } from 'mongodb';
import { MASTER_KEY_BYTES, readMasterKey } from './master-key.ts';
import { Vault } from './vault.ts';

describe('vault', () => {
  const vault = new Vault(randomBytes(MASTER_KEY_BYTES));
  const secret = { consumerKey: 'ck_1', consumerSecret: 'cs_é' };

  test('opens for its owner what it sealed, and shows nothing of it', () => {
    const sealed = vault.seal('shop-a', secret);
    expect(vault.open('shop-a', sealed)).toEqual(secret);
    expect(Buffer.from(sealed.value()).includes('ck_1')).toBe(false);
    expect(vault.seal('shop-a', secret)).not.toEqual(sealed);
  });

  test('does not open for another owner, under another key, or after a change of any byte', () => {
    const sealed = vault.seal('shop-a', secret);
    const refusal = /can't be opened.*restore that key/;
    expect(() => vault.open('shop-b', sealed)).toThrow(refusal);
    expect(() => new Vault(randomBytes(MASTER_KEY_BYTES)).open('shop-a', sealed)).toThrow(refusal);
    const bytes = Buffer.from(sealed.value());
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => vault.open('shop-a', new Binary(changed))).toThrow(refusal);
    }
  });

  test('takes no key of another length', () => {
    expect(() => new Vault(randomBytes(16))).toThrow('32 bytes');
  });
});

describe('master key', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'syncflow-key-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  test('is made once, for its owner only, and is the same at the next start', async () => {
    const [first, same] = await Promise.all([readMasterKey(dir, undefined), readMasterKey(dir, undefined)]);
    expect(first).toHaveLength(MASTER_KEY_BYTES);
    expect(same).toEqual(first);
    expect(await readMasterKey(dir, undefined)).toEqual(first);
    expect((await stat(join(dir, 'master.key'))).mode & 0o077).toBe(0);
  });

  test('comes from the settings where they have one', async () => {
    const key = randomBytes(MASTER_KEY_BYTES);
    expect(await readMasterKey(dir, key.toString('base64'))).toEqual(key);
    await expect(readFile(join(dir, 'master.key'))).rejects.toThrow('ENOENT');
    await expect(readMasterKey(dir, 'short')).rejects.toThrow('32 bytes in base64');
  });

  test('a damaged file is never replaced by a new key', async () => {
    await writeFile(join(dir, 'master.key'), 'half');
    await expect(readMasterKey(dir, undefined)).rejects.toThrow('restore it from your backup');
    expect(await readFile(join(dir, 'master.key'), 'utf8')).toBe('half');
  });
});
