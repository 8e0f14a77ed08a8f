/**
 * Keeps the keys of a connection valid, for channels whose keys run out. Over all processes one of them at a time renews
 * them, and what it got is on disk before anybody uses it: a refresh token is good for one use.
 *
 * What was renewed stands in a document of its own, not in the connection: that changes when a person connects anew, and
 * then what was renewed for the keys of before no longer counts.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { Retryable } from '../errors.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import type { Channel, ChannelAccount } from '../sync/channel.ts';
import type { KeyRenewal } from '../sync/channel-connect.ts';
import { identityOf } from '../vault/envelope.ts';
import type { SealedSecret, Vault } from '../vault/vault.ts';
import { type ConnectionDocument, openAccount } from './connection-model.ts';

export interface KeysDocument {
  readonly _id: ConnectionId;
  readonly clientId: ClientId;
  /** Identity of the sealed secret with which the connection was made: these keys come from that one. */
  readonly of: string;
  readonly secret: SealedSecret;
  readonly lease: { readonly holder: string; readonly until: Date } | null;
  readonly renewedAt: Date | null;
}

type Connection = Pick<ConnectionDocument, '_id' | 'clientId' | 'baseUrl' | 'secret' | 'locations'>;

/** Longer than a renewal may take: the far side has answered by then, or never will. */
const LEASE_MS = 60_000;
const LOOK_MS = 100;

/** Opens a connection for as long as it lives: where keys run out, `fresh` gives those that are valid now. */
export function openLivingAccount(
  db: Db,
  vault: Vault,
  channel: Channel,
  connection: Connection,
): ChannelAccount {
  const account = openAccount(vault, channel, connection);
  if (!channel.renewal) return account;
  const keeper = new KeyKeeper({ db, vault, channel, renewal: channel.renewal, connection, account });
  return { ...account, fresh: (refused) => keeper.fresh(refused) };
}

interface KeyKeeperOptions {
  readonly db: Db;
  readonly vault: Vault;
  readonly channel: Channel;
  readonly renewal: KeyRenewal;
  readonly connection: Connection;
  readonly account: ChannelAccount;
}

class KeyKeeper {
  readonly #options: KeyKeeperOptions;
  readonly #keys: ClientCollection<KeysDocument>;
  readonly #of: string;
  #current: unknown;
  #read = false;
  #renewing: Promise<unknown> | null = null;

  constructor(options: KeyKeeperOptions) {
    const { db, connection, account } = options;
    this.#options = options;
    this.#keys = new ClientCollection(db, 'keys', connection.clientId);
    this.#of = identityOf(connection.secret);
    this.#current = account.secret;
  }

  /** The keys as they are valid now. @throws {Rejected} when a person must connect again. */
  async fresh(refused?: unknown): Promise<unknown> {
    if (!this.#read) this.#current = await this.#newest();
    this.#read = true;
    const spent = refused !== undefined && isDeepStrictEqual(refused, this.#current);
    if (!spent && !this.#isDue(this.#current)) return this.#current;
    this.#renewing ??= this.#renew(spent).finally(() => {
      this.#renewing = null;
    });
    try {
      this.#current = await this.#renewing;
    } catch (error) {
      // Renewed early: what is there may well be good for a few minutes more.
      if (spent || !(error instanceof Retryable)) throw error;
    }
    return this.#current;
  }

  #isDue(secret: unknown): boolean {
    const at = this.#options.renewal.dueAt(secret);
    return at !== null && at.getTime() <= Date.now();
  }

  async #newest(): Promise<unknown> {
    const kept = await this.#keys.findOne({ _id: this.#id });
    return kept?.of === this.#of ? this.#open(kept) : this.#options.account.secret;
  }

  /** @param spent the current keys were refused, however long they were said to live. */
  async #renew(spent: boolean): Promise<unknown> {
    const before = this.#current;
    const holder = randomUUID();
    for (const endMs = Date.now() + LEASE_MS + LOOK_MS; Date.now() < endMs; await wait(LOOK_MS)) {
      const newest = await this.#newest();
      // Another process was first.
      if (!isDeepStrictEqual(newest, before) && !this.#isDue(newest)) return newest;
      if (await this.#claim(holder)) return await this.#renewNow(holder, before, spent);
    }
    throw new Retryable('The keys of this connection are being renewed by another process.');
  }

  async #renewNow(holder: string, before: unknown, spent: boolean): Promise<unknown> {
    const { renewal, connection, vault } = this.#options;
    const held = { _id: this.#id, of: this.#of, 'lease.holder': holder };
    try {
      const newest = await this.#newest();
      const changed = !isDeepStrictEqual(newest, before);
      if (!this.#isDue(newest) && (changed || !spent)) return newest;
      const next = await renewal.renew({ baseUrl: connection.baseUrl, secret: newest });
      const $set = { secret: vault.seal(this.#id, next), renewedAt: new Date(), lease: null };
      await this.#keys.updateOne(held, { $set });
      return next;
    } finally {
      await this.#keys.updateOne(held, { $set: { lease: null } });
    }
  }

  /** Takes the lock; the document is made with the keys of the connection, or made anew after a person connected again. */
  async #claim(holder: string): Promise<boolean> {
    const { connection } = this.#options;
    const now = new Date();
    const fresh = { of: this.#of, secret: connection.secret, lease: null, renewedAt: null };
    await this.#keys.insertIfAbsent({ _id: this.#id, clientId: connection.clientId, ...fresh });
    await this.#keys.updateOne({ _id: this.#id, of: { $ne: this.#of } }, { $set: fresh });
    const claimed = await this.#keys.updateOne(
      { _id: this.#id, of: this.#of, $or: [{ lease: null }, { 'lease.until': { $lt: now } }] },
      { $set: { lease: { holder, until: new Date(now.getTime() + LEASE_MS) } } },
    );
    return claimed.modifiedCount === 1;
  }

  #open({ secret }: KeysDocument): unknown {
    const { channel, vault } = this.#options;
    return channel.secret.parse(vault.open(this.#id, secret));
  }

  get #id(): ConnectionId {
    return this.#options.connection._id;
  }
}
