/**
 * The bytes of a sealed secret:
 *
 *     1 version ‖ 8 id of the master key ‖ 16 identity ‖ 12 nonce ‖ 16 tag ‖ 32 data key, sealed by the master key
 *                                                      ‖ 12 nonce ‖ 16 tag ‖ the secret, sealed by the data key
 *
 * Each secret has a data key of its own. The head is bound to the sealed data key, identity and owner to the secret, so
 * that no part can be exchanged for another's.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Binary } from 'mongodb';

export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 1;
const KEY_ID_BYTES = 8;
const IDENTITY_BYTES = 16;
const HEAD_BYTES = 1 + KEY_ID_BYTES + IDENTITY_BYTES;
const WRAPPED_BYTES = NONCE_BYTES + TAG_BYTES + KEY_BYTES;

/** Tells these from secrets of before there were data keys, which have the general subtype. */
export const ENVELOPE_SUBTYPE = Binary.SUBTYPE_USER_DEFINED;

export interface Envelope {
  /** Names the master key; says nothing of it. */
  readonly masterKeyId: string;
  /** Stays the same when a secret is sealed anew without having changed. */
  readonly identity: Buffer;
  /** The data key as the master key sealed it. */
  readonly wrapped: Buffer;
  readonly secret: Buffer;
}

/** Names a master key, the same everywhere, without telling anything of it. */
export function masterKeyId(key: Buffer): string {
  return createHash('sha256')
    .update('syncflow master key')
    .update(key)
    .digest('hex')
    .slice(0, 2 * KEY_ID_BYTES);
}

/** AES-256-GCM: nonce ‖ tag ‖ ciphertext. */
export function encrypt(key: Buffer, bound: Buffer, plain: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** @throws {Error} when the key, what it is bound to, or any byte is another one. */
export function decrypt(key: Buffer, bound: Buffer, bytes: Buffer): Buffer {
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(bound).setAuthTag(tag);
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
}

/** A new identity. */
export function newIdentity(): Buffer {
  return randomBytes(IDENTITY_BYTES);
}

/** What the data key is bound to. */
export function headOf({ masterKeyId: id, identity }: Pick<Envelope, 'masterKeyId' | 'identity'>): Buffer {
  return Buffer.concat([Buffer.from([VERSION]), Buffer.from(id, 'hex'), identity]);
}

/** What the secret is bound to. */
export function bindingOf(owner: string, identity: Buffer): Buffer {
  return Buffer.concat([identity, Buffer.from(owner)]);
}

export function toBinary(envelope: Envelope): Binary {
  return new Binary(Buffer.concat([headOf(envelope), envelope.wrapped, envelope.secret]), ENVELOPE_SUBTYPE);
}

/** null: sealed before there were data keys. @throws {Error} when it is of a later version. */
export function readEnvelope(sealed: Binary): Envelope | null {
  if (sealed.sub_type !== ENVELOPE_SUBTYPE) return null;
  const bytes = Buffer.from(sealed.value());
  if (bytes[0] !== VERSION || bytes.length <= HEAD_BYTES + WRAPPED_BYTES)
    throw new Error('it was sealed by a later version of SyncFlow, or is damaged');
  return {
    masterKeyId: bytes.subarray(1, 1 + KEY_ID_BYTES).toString('hex'),
    identity: bytes.subarray(1 + KEY_ID_BYTES, HEAD_BYTES),
    wrapped: bytes.subarray(HEAD_BYTES, HEAD_BYTES + WRAPPED_BYTES),
    secret: bytes.subarray(HEAD_BYTES + WRAPPED_BYTES),
  };
}

/** What stays of a sealed secret however often its keys are exchanged. */
export function identityOf(sealed: Binary): string {
  return identityBytesOf(sealed).toString('hex');
}

export function identityBytesOf(sealed: Binary): Buffer {
  const identity = readEnvelope(sealed)?.identity;
  return identity ?? createHash('sha256').update(sealed.value()).digest().subarray(0, IDENTITY_BYTES);
}
