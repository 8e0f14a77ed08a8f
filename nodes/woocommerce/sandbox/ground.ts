/** What every part of the shop stands on: its clock, its counters, its journal and its webhooks. */
import type { Journal } from './journal.ts';
import type { Counters, Entry, ShopSettings } from './state.ts';

export type Topic =
  | 'order.created'
  | 'order.updated'
  | 'order.deleted'
  | 'order.restored'
  | 'product.created'
  | 'product.updated'
  | 'product.deleted';

export class Ground {
  readonly settings: ShopSettings;
  readonly #counters: Counters;
  readonly #journal: Journal;
  #counted = false;
  #lastMs = 0;
  #announce: (topic: Topic, resourceId: number) => void = () => {};

  constructor(settings: ShopSettings, counters: Counters, journal: Journal) {
    this.settings = settings;
    this.#counters = counters;
    this.#journal = journal;
  }

  /** Milliseconds since the epoch; never goes back, so that what was changed last also sorts last. */
  now(): number {
    this.#lastMs = Math.max(this.#lastMs, Date.now());
    return this.#lastMs;
  }

  /** The next id of a row of ids; takes `count` of them at once. */
  next(name: keyof Counters, count = 1): number {
    const id = this.#counters[name];
    this.#counters[name] += count;
    this.#counted = true;
    return id;
  }

  keep(entry: Entry): void {
    this.#journal.add(entry);
  }

  /** Makes what was kept durable; called before anything is told to the outside. */
  flush(): void {
    if (this.#counted) this.#journal.add({ counters: { ...this.#counters } });
    this.#counted = false;
    this.#journal.flush();
  }

  announce(topic: Topic, resourceId: number): void {
    this.#announce(topic, resourceId);
  }

  onAnnounce(listener: (topic: Topic, resourceId: number) => void): void {
    this.#announce = listener;
  }
}
