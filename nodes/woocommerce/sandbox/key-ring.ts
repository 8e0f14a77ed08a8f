/** The API keys of the shop: the first one, and those that its owner grants to other programs. */
import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Ground } from './ground.ts';
import type { ApiKey } from './state.ts';

export class KeyRing {
  readonly #ground: Ground;
  readonly #keys = new Map<string, ApiKey>();

  constructor(ground: Ground) {
    this.#ground = ground;
    const { consumerKey, consumerSecret } = ground.settings;
    this.#keys.set('first', { id: 'first', consumerKey, consumerSecret, permissions: 'read_write' });
  }

  find(consumerKey: string): ApiKey | null {
    const given = Buffer.from(consumerKey);
    const fits = ({ consumerKey: known }: ApiKey) =>
      known.length === given.length && timingSafeEqual(Buffer.from(known), given);
    return [...this.#keys.values()].find(fits) ?? null;
  }

  make(permissions: ApiKey['permissions']): ApiKey {
    const key: ApiKey = {
      id: randomUUID(),
      consumerKey: `ck_${randomBytes(20).toString('hex')}`,
      consumerSecret: `cs_${randomBytes(20).toString('hex')}`,
      permissions,
    };
    this.restore(key);
    this.#ground.keep({ key });
    return key;
  }

  restore(key: ApiKey): void {
    this.#keys.set(key.id, key);
  }

  remove({ id }: ApiKey): void {
    this.#keys.delete(id);
    this.#ground.keep({ keyGone: id });
  }
}
