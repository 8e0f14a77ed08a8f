/** Passwords: Argon2id by Node's own crypto, kept in the PHC string format. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** OWASP's recommendation for Argon2id: 19 MiB, two passes. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Each takes 19 MiB: many at once would be a way to take the machine down. */
const AT_ONCE_MAX = 2;
const WAITING_MAX = 100;

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** A password that may be chosen. Length is what counts; no rule about kinds of characters. */
export const NewPassword = z
  .string()
  .min(12, 'must have at least 12 characters')
  .max(200, 'must have at most 200 characters')
  .refine((text) => new Set(text).size >= 5, 'must have at least five different characters');

export class TooManyAtOnce extends Error {
  override readonly name = 'TooManyAtOnce';
}

/** @throws {TooManyAtOnce} */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await argon2id(password, salt, COST, HASH_BYTES);
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`;
}

/**
 * @param kept null where there is no such account: takes as long, and is never right.
 * @throws {TooManyAtOnce}
 */
export async function isPassword(password: string, kept: string | null): Promise<boolean> {
  const [, memory, passes, parallelism, salt = '', hash = ''] = PHC.exec(kept ?? '') ?? [];
  if (!memory) {
    await argon2id(password, Buffer.alloc(SALT_BYTES), COST, HASH_BYTES);
    return false;
  }
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const right = Buffer.from(hash, 'base64');
  return timingSafeEqual(await argon2id(password, Buffer.from(salt, 'base64'), cost, right.length), right);
}

/** Whether a password was kept at today's cost; one that was not is to be kept anew when it is known. */
export function isOfToday(kept: string): boolean {
  const [, memory, passes, parallelism] = PHC.exec(kept) ?? [];
  return (
    Number(memory) === COST.memory &&
    Number(passes) === COST.passes &&
    Number(parallelism) === COST.parallelism
  );
}

const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

let running = 0;
const waiting: (() => void)[] = [];

async function argon2id(
  password: string,
  nonce: Buffer,
  cost: { readonly memory: number; readonly passes: number; readonly parallelism: number },
  tagLength: number,
): Promise<Buffer> {
  if (running >= AT_ONCE_MAX) {
    if (waiting.length >= WAITING_MAX) throw new TooManyAtOnce('too many passwords are being checked');
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  running += 1;
  try {
    // The same text can be typed in two ways in Unicode.
    const message = password.normalize('NFKC');
    return await new Promise<Buffer>((resolve, reject) => {
      argon2('argon2id', { message, nonce, tagLength, ...cost }, (error, hash) =>
        error ? reject(error) : resolve(hash),
      );
    });
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}
