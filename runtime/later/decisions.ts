/** What was decided about an item, kept under its key: when its run is tried again, the same is decided. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId } from '../ids.ts';

/** As long as an event can come back: its own time in the inbox. */
const KEPT_MS = 90 * 86_400_000;

export type Decision = 'first' | 'again' | 'now' | 'none' | Date;

interface DecisionDocument {
  /** `<client>/<key of the item>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly decision: Decision;
  readonly expiresAt: Date;
}

export class Decisions {
  readonly #decisions: ClientCollection<DecisionDocument>;
  readonly #clientId: ClientId;

  constructor(db: Db, clientId: ClientId) {
    this.#decisions = new ClientCollection(db, 'decisions', clientId);
    this.#clientId = clientId;
  }

  async of(key: string): Promise<Decision | null> {
    return (await this.#decisions.findOne({ _id: this.#idOf(key) }))?.decision ?? null;
  }

  /** @returns false when something was decided before: that stands. */
  async keep(key: string, decision: Decision): Promise<boolean> {
    return await this.#decisions.insertIfAbsent({
      _id: this.#idOf(key),
      clientId: this.#clientId,
      decision,
      expiresAt: keptUntil(),
    });
  }

  #idOf(key: string): string {
    return `${this.#clientId}/${key}`;
  }
}

/** Until when marks of what was done are kept. */
export function keptUntil(): Date {
  return new Date(Date.now() + KEPT_MS);
}
