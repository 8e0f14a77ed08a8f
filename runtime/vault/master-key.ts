/** Where the vault's master key comes from: the settings, else a file that is made at the first start. */
import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export const MASTER_KEY_BYTES = 32;
const MasterKey = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9+/]{43}=$/, `must be ${MASTER_KEY_BYTES} bytes in base64`)
  .transform((text) => Buffer.from(text, 'base64'));

/**
 * The master key of this installation.
 * @param fromSettings base64 of 32 bytes; when absent, `<dataDir>/master.key` is read, or made with mode 0600.
 * @throws {Error} when the key does not have the right form.
 */
export async function readMasterKey(dataDir: string, fromSettings: string | undefined): Promise<Buffer> {
  if (fromSettings !== undefined) return MasterKey.parse(fromSettings);
  const file = join(dataDir, 'master.key');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await makeOnce(file, `${randomBytes(MASTER_KEY_BYTES).toString('base64')}\n`);
  const parsed = MasterKey.safeParse(await readFile(file, 'utf8'));
  if (!parsed.success) {
    throw new Error(
      `${file} does not hold a master key; restore it from your backup, since secrets can't be read without it`,
    );
  }
  return parsed.data;
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
