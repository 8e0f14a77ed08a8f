/** Idempotency keys that follow from another key. */
import { createHash } from 'node:crypto';

/**
 * A UUID made of a key and of what is sent under it: the same two always give the same UUID, so that a repeat
 * after a crash meets Shopify's record of the first try; other content never meets it. (RFC 9562, version 8.)
 */
export function derivedKey(key: string, content: unknown): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([key, content]))
    .digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
