/** Keys for programs: of an agency or of some of its clients, for what they name, shown once. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Collection } from 'mongodb';
import type { Database } from '#runtime/database/open-database.ts';
import type { AgencyId, ClientId } from '#runtime/ids.ts';
import type { Permission } from './permissions.ts';
import { type Principal, recordOf } from './principal.ts';
import { hashOfToken, newSecretToken } from './secret-token.ts';

export interface ApiKeyDocument {
  /** Stands in the key too; opens nothing. */
  readonly _id: string;
  readonly agencyId: AgencyId;
  /** null: all clients of the agency. */
  readonly clients: readonly ClientId[] | null;
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly hash: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly lastUsedFrom: string | null;
}

export type NewApiKey = Pick<
  ApiKeyDocument,
  'agencyId' | 'clients' | 'name' | 'permissions' | 'createdBy' | 'expiresAt'
>;

const KEY = /^sfk_([a-f0-9]{16})_([A-Za-z0-9_-]{43})$/;
const ID_BYTES = 8;
/** A key that was taken back works for so long at most on another machine; on this one it ends at once. */
const KNOWN_MS = 5_000;
const KNOWN_MAX = 10_000;
/** "Last used" is as exact as this. */
const USED_MS = 60_000;

export class ApiKeys {
  readonly #keys: Collection<ApiKeyDocument>;
  readonly #known = new Map<string, { readonly key: ApiKeyDocument | null; readonly untilMs: number }>();
  readonly #usedMs = new Map<string, number>();

  constructor({ db }: Database) {
    this.#keys = db.collection<ApiKeyDocument>('api-keys');
  }

  /** @returns the key itself, which nobody can see again. */
  async make(key: NewApiKey): Promise<{ readonly document: ApiKeyDocument; readonly key: string }> {
    const secret = newSecretToken();
    const document: ApiKeyDocument = {
      ...key,
      _id: randomBytes(ID_BYTES).toString('hex'),
      hash: hashOfToken(secret),
      createdAt: new Date(),
      lastUsedAt: null,
      lastUsedFrom: null,
    };
    await this.#keys.insertOne(document);
    return { document, key: `sfk_${document._id}_${secret}` };
  }

  /** An agency's keys, oldest first, after a position; only of clients that are named, if any are. */
  async ofAgency(
    agencyId: AgencyId,
    after: { readonly at: Date; readonly id: string } | null,
    limit: number,
  ): Promise<ApiKeyDocument[]> {
    const later = after
      ? { $or: [{ createdAt: { $gt: after.at } }, { createdAt: after.at, _id: { $gt: after.id } }] }
      : {};
    return await this.#keys
      .find({ agencyId, ...later })
      .sort({ createdAt: 1, _id: 1 })
      .limit(limit)
      .toArray();
  }

  /** null when the agency has no such key. */
  async one(agencyId: AgencyId, id: string): Promise<ApiKeyDocument | null> {
    return await this.#keys.findOne({ _id: id, agencyId });
  }

  /** Takes a key back. @returns it; null when the agency has no such key. */
  async revoke(agencyId: AgencyId, id: string): Promise<ApiKeyDocument | null> {
    const revoked = await this.#keys.findOneAndDelete({ _id: id, agencyId });
    this.#known.delete(id);
    return revoked;
  }

  /** Who a key stands for; null when it stands for nobody (any more). */
  async principal(text: string, address: string): Promise<Principal | null> {
    const [, id = '', secret = ''] = KEY.exec(text) ?? [];
    const key = id === '' ? null : await this.#find(id);
    if (!key || !timingSafeEqual(Buffer.from(key.hash), Buffer.from(hashOfToken(secret)))) return null;
    if (key.expiresAt && key.expiresAt.getTime() <= Date.now()) return null;
    this.#used(id, address);
    return {
      kind: 'key',
      by: recordOf('key', id, key.name),
      name: key.name,
      personId: null,
      sessionId: null,
      agencyId: key.agencyId,
      permissions: new Set(key.permissions),
      clients: key.clients === null ? null : new Set(key.clients),
    };
  }

  async #find(id: string): Promise<ApiKeyDocument | null> {
    const known = this.#known.get(id);
    if (known && known.untilMs > Date.now()) return known.key;
    const key = await this.#keys.findOne({ _id: id });
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.set(id, { key, untilMs: Date.now() + KNOWN_MS });
    return key;
  }

  #used(id: string, address: string): void {
    const now = Date.now();
    if (now - (this.#usedMs.get(id) ?? 0) < USED_MS) return;
    if (this.#usedMs.size >= KNOWN_MAX) this.#usedMs.clear();
    this.#usedMs.set(id, now);
    // Only for the list of keys: what was asked for does not wait for it.
    void this.#keys
      .updateOne({ _id: id }, { $set: { lastUsedAt: new Date(now), lastUsedFrom: address } })
      .catch(() => {});
  }
}
