/** The key under which tokens of sessions are made: random, sealed by the vault, the same for all processes and starts. */
import { hkdfSync, randomBytes } from 'node:crypto';
import type { Binary, Db } from 'mongodb';
import { z } from 'zod';
import type { Vault } from '#runtime/vault/vault.ts';

const KEY_BYTES = 32;
const OWNER = 'installation:signing-key';
const COLLECTION = 'installation-secrets';

interface SecretDocument {
  readonly _id: string;
  readonly sealed: Binary;
}

export interface SigningKeys {
  readonly access: Buffer;
  readonly refresh: Buffer;
}

/** Reads the key; the first start of an installation makes it. */
export async function readSigningKeys(db: Db, vault: Vault): Promise<SigningKeys> {
  const secrets = db.collection<SecretDocument>(COLLECTION);
  const sealed = vault.seal(OWNER, randomBytes(KEY_BYTES).toString('base64'));
  const kept = await secrets.findOneAndUpdate(
    { _id: OWNER },
    { $setOnInsert: { sealed } },
    { upsert: true, returnDocument: 'after' },
  );
  if (!kept) throw new Error('the signing key could not be kept');
  const root = Buffer.from(z.string().parse(vault.open(OWNER, kept.sealed)), 'base64');
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', root, Buffer.alloc(0), `syncflow ${purpose}`, KEY_BYTES));
  return { access: derive('access tokens'), refresh: derive('refresh tokens') };
}
