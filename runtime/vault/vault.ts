/** Seals secrets at rest: AES-256-GCM under a master key, bound to what they belong to. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Binary } from 'mongodb';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** nonce ‖ tag ‖ ciphertext */
export type SealedSecret = Binary;

export class Vault {
  readonly #key: Buffer;

  /** @throws {Error} unless the master key has 32 bytes. */
  constructor(masterKey: Buffer) {
    if (masterKey.length !== KEY_BYTES) throw new Error(`the master key must have ${KEY_BYTES} bytes`);
    this.#key = masterKey;
  }

  /** Seals a JSON value for one owner (a connection id): opened for another owner, it fails. */
  seal(owner: string, secret: unknown): SealedSecret {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(owner));
    const text = Buffer.concat([cipher.update(JSON.stringify(secret), 'utf8'), cipher.final()]);
    return new Binary(Buffer.concat([nonce, cipher.getAuthTag(), text]));
  }

  /** @throws {Error} when the master key is another one, the owner is another one, or the bytes were changed. */
  open(owner: string, sealed: SealedSecret): unknown {
    const bytes = Buffer.from(sealed.value());
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(owner)).setAuthTag(tag);
    try {
      const text = Buffer.concat([
        decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)),
        decipher.final(),
      ]);
      return JSON.parse(text.toString('utf8'));
    } catch (error) {
      throw new Error(
        `the secret of ${owner} can't be opened: it was sealed with another master key; restore that key, or connect again`,
        { cause: error },
      );
    }
  }
}
