/** Which messages are the first of their group within a period. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId } from '../ids.ts';
import { Decisions, keptUntil } from './decisions.ts';

interface FirstDocument {
  /** See `groupIdOf`. */
  readonly _id: string;
  readonly clientId: ClientId;
  /** The key of the item that came first. */
  readonly by: string;
  /** Who comes then is first again. */
  readonly until: Date;
  /** Those who were it before, newest last: one whose run died before it was told still is the first of its time. */
  readonly before: readonly string[];
  readonly expiresAt: Date;
}

export interface FirstRequest {
  readonly groupId: string;
  readonly key: string;
  readonly at: Date;
  readonly periodMs: number;
}

const BEFORE_MAX = 50;

export class Firsts {
  readonly #firsts: ClientCollection<FirstDocument>;
  readonly #decisions: Decisions;
  readonly #clientId: ClientId;

  constructor(db: Db, clientId: ClientId) {
    this.#firsts = new ClientCollection(db, 'firsts', clientId);
    this.#decisions = new Decisions(db, clientId);
    this.#clientId = clientId;
  }

  /** Whether the item is the first of its group. The same answer at every try. */
  async isFirst(request: FirstRequest): Promise<boolean> {
    const known = await this.#decisions.of(request.key);
    if (known !== null) return known === 'first';
    const first = await this.#claim(request);
    await this.#decisions.keep(request.key, first ? 'first' : 'again');
    return first;
  }

  async #claim({ groupId, key, at, periodMs }: FirstRequest): Promise<boolean> {
    const until = new Date(at.getTime() + periodMs);
    const claimed = await this.#firsts.updateOne(
      { _id: groupId, until: { $lte: at }, by: { $ne: key }, before: { $ne: key } },
      {
        $set: { by: key, until, expiresAt: keptUntil() },
        $push: { before: { $each: [key], $slice: -BEFORE_MAX } },
      },
    );
    if (claimed.matchedCount === 1) return true;
    const opening = { clientId: this.#clientId, by: key, until, before: [key], expiresAt: keptUntil() };
    if (await this.#firsts.insertIfAbsent({ _id: groupId, ...opening })) return true;
    const there = await this.#firsts.findOne({ _id: groupId });
    return there?.before.includes(key) ?? false;
  }
}
