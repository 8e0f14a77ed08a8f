/** Secrets that are shown once and looked up by their hash: links, keys, recovery codes. */
import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** 256 random bits, as text for addresses. */
export function newSecretToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** What lies in the database opens nothing. The tokens are random, so a plain hash can't be reversed by guessing. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
