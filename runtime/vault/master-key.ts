/** Where the vault's master keys come from when they lie in a file: made at the first start, exchanged while SyncFlow runs. */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { KEY_BYTES, masterKeyId } from './envelope.ts';
import type { MasterKeys } from './vault.ts';

/** A master key as text. */
export const MasterKey = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9+/]{43}=$/, `must be ${KEY_BYTES} bytes in base64`)
  .transform((text) => Buffer.from(text, 'base64'));

/** The file in a data folder: the current key in its first line, keys of before below. */
export function masterKeyFile(dataDir: string): string {
  return join(dataDir, 'master.key');
}

/**
 * The keys in `<dataDir>/master.key`, which is made with mode 0600 if it is not there.
 * @throws {Error} when the file holds something else.
 */
export async function openMasterKeyFile(dataDir: string): Promise<MasterKeys> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const file = masterKeyFile(dataDir);
  await makeOnce(file, `${textOf(randomBytes(KEY_BYTES))}\n`);
  return readMasterKeyFile(file);
}

/** Reads the keys as they are now. @throws {Error} when the file holds something else. */
export function readMasterKeyFile(file: string): MasterKeys {
  return keysIn(readFileSync(file, 'utf8'), file);
}

/**
 * Puts a new key into the file. Those of before stay in it: they open what was sealed by them, and backups of before.
 * @returns the new key's id.
 */
export async function exchangeMasterKey(dataDir: string): Promise<string> {
  const file = masterKeyFile(dataDir);
  const before = await readFile(file, 'utf8');
  keysIn(before, file);
  const next = randomBytes(KEY_BYTES);
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, `${textOf(next)}\n${before}`, { mode: 0o600, flag: 'wx', flush: true });
  await rename(draft, file);
  return masterKeyId(next);
}

function keysIn(text: string, file: string): MasterKeys {
  const parsed = z.array(MasterKey).min(1).safeParse(text.trimEnd().split('\n'));
  const [current, ...others] = parsed.data ?? [];
  if (current) return { current, others };
  throw new Error(
    `${file} does not hold a master key; restore it from your backup, since secrets can't be read without it`,
  );
}

function textOf(key: Buffer): string {
  return key.toString('base64');
}

/** The file appears as a whole or not at all, and one that exists is never written over. */
async function makeOnce(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft);
  }
}
