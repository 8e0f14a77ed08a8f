/** Seals secrets at rest: AES-256-GCM by a data key of each secret's own, which the master key seals. */
import { randomBytes } from 'node:crypto';
import type { Binary } from 'mongodb';
import {
  bindingOf,
  decrypt,
  type Envelope,
  encrypt,
  headOf,
  identityBytesOf,
  KEY_BYTES,
  masterKeyId,
  newIdentity,
  readEnvelope,
  toBinary,
} from './envelope.ts';

/** Opened by the vault alone; `envelope.ts` says what is in it. */
export type SealedSecret = Binary;

/** The master keys that a process knows. */
export interface MasterKeys {
  /** Seals what is sealed from now on. */
  readonly current: Buffer;
  /** Open what was sealed by them: keys of before, or the next one. */
  readonly others: readonly Buffer[];
}

/** How old a look at keys that may change may be before something is sealed. */
const LOOK_MS = 5_000;

export class Vault {
  readonly #look: (() => MasterKeys) | undefined;
  #keys: MasterKeys = { current: Buffer.alloc(0), others: [] };
  #byId = new Map<string, Buffer>();
  #lookedMs = 0;

  /**
   * @param keys one key, or several.
   * @param look reads the keys anew, where they may be exchanged while this process runs.
   * @throws {Error} unless each has 32 bytes.
   */
  constructor(keys: Buffer | MasterKeys, look?: () => MasterKeys) {
    this.#look = look;
    this.#take(Buffer.isBuffer(keys) ? { current: keys, others: [] } : keys);
  }

  /** Names the key by which secrets are sealed now. */
  get currentKeyId(): string {
    return masterKeyId(this.#keys.current);
  }

  /** Seals a JSON value for one owner (a connection id): opened for another owner, it fails. */
  seal(owner: string, secret: unknown): SealedSecret {
    return this.#seal(owner, Buffer.from(JSON.stringify(secret)), newIdentity());
  }

  /** @throws {Error} when the master key is not known, the owner is another one, or the bytes were changed. */
  open(owner: string, sealed: SealedSecret): unknown {
    return JSON.parse(this.#openBytes(owner, sealed).toString('utf8'));
  }

  /** The same secret under a new data key and the current master key. @throws as {@link open}. */
  reseal(owner: string, sealed: SealedSecret): SealedSecret {
    return this.#seal(owner, this.#openBytes(owner, sealed), identityBytesOf(sealed));
  }

  /** Whether it is sealed as it would be now. */
  isCurrent(sealed: SealedSecret): boolean {
    return readEnvelope(sealed)?.masterKeyId === this.currentKeyId;
  }

  #seal(owner: string, plain: Buffer, identity: Buffer): SealedSecret {
    this.#lookAgain();
    const { current } = this.#keys;
    const head = { masterKeyId: masterKeyId(current), identity };
    const dataKey = randomBytes(KEY_BYTES);
    const wrapped = encrypt(current, headOf(head), dataKey);
    return toBinary({ ...head, wrapped, secret: encrypt(dataKey, bindingOf(owner, identity), plain) });
  }

  #openBytes(owner: string, sealed: SealedSecret): Buffer {
    try {
      const envelope = readEnvelope(sealed);
      return envelope
        ? this.#openEnvelope(owner, envelope)
        : this.#openOld(owner, Buffer.from(sealed.value()));
    } catch (error) {
      throw new Error(
        `the secret of ${owner} can't be opened: it was sealed with another master key; restore that key, or connect again`,
        { cause: error },
      );
    }
  }

  #openEnvelope(owner: string, envelope: Envelope): Buffer {
    // Sealed by a process that has heard of a new key before us.
    if (!this.#byId.has(envelope.masterKeyId)) this.#take(this.#look?.() ?? this.#keys);
    const key = this.#byId.get(envelope.masterKeyId);
    if (!key) throw new Error(`the master key ${envelope.masterKeyId} is not known`);
    const dataKey = decrypt(key, headOf(envelope), envelope.wrapped);
    return decrypt(dataKey, bindingOf(owner, envelope.identity), envelope.secret);
  }

  /** Of before there were data keys: sealed by the master key itself. */
  #openOld(owner: string, bytes: Buffer): Buffer {
    for (const key of this.#byId.values()) {
      try {
        return decrypt(key, Buffer.from(owner), bytes);
      } catch {
        // Perhaps another key did it.
      }
    }
    throw new Error('none of the known master keys sealed it');
  }

  #lookAgain(): void {
    if (!this.#look || Date.now() - this.#lookedMs < LOOK_MS) return;
    this.#lookedMs = Date.now();
    this.#take(this.#look());
  }

  #take(keys: MasterKeys): void {
    const all = [keys.current, ...keys.others];
    if (all.some(({ length }) => length !== KEY_BYTES))
      throw new Error(`the master key must have ${KEY_BYTES} bytes`);
    this.#keys = keys;
    this.#byId = new Map(all.map((key) => [masterKeyId(key), key]));
  }
}
