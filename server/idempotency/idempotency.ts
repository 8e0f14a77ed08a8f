/** Does a write once, however often it is sent with the same key. */
import { createHash } from 'node:crypto';
import type { Collection, Db } from 'mongodb';
import type { AgencyId, ClientId } from '#runtime/ids.ts';
import type { SealedSecret, Vault } from '#runtime/vault/vault.ts';
import { Problem } from '../problem.ts';

/** Visible ASCII, as a header can carry it. */
const KEY = /^[\x21-\x7e]{1,200}$/;
const DAY_MS = 86_400_000;
/** Nothing works on a request for longer. */
const RUNNING_MS_MAX = 60_000;
const CLIENT_ERROR = 400;
const SERVER_ERROR = 500;

/** One write, as far as it must be the same when it comes again. */
export interface Write {
  readonly agencyId: AgencyId;
  readonly clientId: ClientId | null;
  /** Who sent it. */
  readonly by: string;
  /** `post /keys`, with the names in it as they were sent. */
  readonly action: string;
  readonly body: unknown;
}

interface WriteDocument {
  /** Of who sent it, the client, and the key. */
  readonly _id: string;
  readonly fingerprint: string;
  readonly startedAt: Date;
  /** Of `JSON.stringify`; absent while it is worked on, and when it broke off. */
  readonly answer?: SealedSecret;
  readonly brokeOff?: true;
  readonly expiresAt: Date;
}

export interface Once {
  readonly answer: unknown;
  /** It was done before, and not now. */
  readonly replayed: boolean;
}

export class Idempotency {
  readonly #writes: Collection<WriteDocument>;
  readonly #vault: Vault;

  constructor(db: Db, vault: Vault) {
    this.#writes = db.collection<WriteDocument>('idempotency');
    this.#vault = vault;
  }

  /**
   * Does it, unless it was done by this key before.
   * @throws {Problem} 400, 409 or 422 when the key is none, is in use, or stood for something else; and whatever `work` throws.
   */
  async once(key: string, write: Write, work: () => Promise<unknown>): Promise<Once> {
    if (!KEY.test(key)) {
      throw new Problem(
        400,
        'The idempotency key is not right',
        'It must be 1 to 200 visible ASCII characters. Nothing was changed.',
      );
    }
    const _id = hashOf([write.agencyId, write.clientId, write.by, key]);
    const fingerprint = hashOf([write.action, write.body ?? null]);
    const now = new Date();
    const begun = await this.#writes.updateOne(
      { _id },
      { $setOnInsert: { fingerprint, startedAt: now, expiresAt: new Date(now.getTime() + DAY_MS) } },
      { upsert: true },
    );
    if (begun.upsertedCount === 0)
      return { answer: await this.#before(_id, fingerprint, now), replayed: true };
    const answer = await work().catch(async (error: unknown) => {
      await this.#failed(_id, error);
      throw error;
    });
    const sealed = this.#vault.seal(_id, JSON.stringify(answer ?? null));
    await this.#writes.updateOne({ _id }, { $set: { answer: sealed } });
    return { answer, replayed: false };
  }

  async #before(_id: string, fingerprint: string, now: Date): Promise<unknown> {
    const kept = await this.#writes.findOne({ _id });
    if (!kept) throw stillWorking();
    if (kept.fingerprint !== fingerprint) {
      throw new Problem(
        422,
        'This idempotency key stood for something else',
        'A key stands for one request only. Nothing was changed; choose a new key for a new request.',
      );
    }
    if (kept.answer) return JSON.parse(String(this.#vault.open(_id, kept.answer)));
    if (!kept.brokeOff && now.getTime() - kept.startedAt.getTime() < RUNNING_MS_MAX) throw stillWorking();
    throw new Problem(
      409,
      'The first try broke off',
      'It may have been done, wholly or in part. It is not done a second time: look what is there, and send what is missing with a new key.',
    );
  }

  /** What was refused has changed nothing: it may come again. Of anything else nobody knows. */
  async #failed(_id: string, error: unknown): Promise<void> {
    if (error instanceof Problem && error.status >= CLIENT_ERROR && error.status < SERVER_ERROR)
      await this.#writes.deleteOne({ _id });
    else await this.#writes.updateOne({ _id }, { $set: { brokeOff: true } });
  }
}

function stillWorking(): Problem {
  return new Problem(
    409,
    'Still at work',
    'The same request is being worked on. Send it again in a moment.',
    1,
  );
}

function hashOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
