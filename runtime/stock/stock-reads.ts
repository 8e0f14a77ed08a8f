/** What is read of the ledger: levels, movements by key, the sale before another one. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, Sku } from '../ids.ts';
import type { Prior } from './prior.ts';
import {
  type JournalEntry,
  type MovementDocument,
  movementIdOf,
  type StockDocument,
  stockIdOf,
} from './stock-document.ts';
import type { StockLevel } from './stock-level.ts';

/** A stock document without its journal, or with what of it tells one entry from another. */
export type StockHead = Omit<StockDocument, 'journal'> & {
  readonly journal?: readonly JournalMark[];
};

export type JournalMark = Pick<JournalEntry, 'key' | 'kind' | 'units' | 'onHandChange' | 'at'>;

const WITH_MARKS = { 'journal.location': 0, 'journal.channel': 0, 'journal.cause': 0 };

export class StockReads {
  readonly stock: ClientCollection<StockDocument>;
  readonly movements: ClientCollection<MovementDocument>;
  readonly #clientId: ClientId;

  constructor(db: Db, clientId: ClientId) {
    this.#clientId = clientId;
    this.stock = new ClientCollection(db, 'stock', clientId);
    this.movements = new ClientCollection(db, 'movements', clientId);
  }

  /** Documents without their journals, or with the marks of them. What the ledger does not hold is left out. */
  async heads(skus: readonly Sku[], withMarks = false): Promise<StockHead[]> {
    const ids = skus.map((sku) => stockIdOf(this.#clientId, sku));
    const projection = withMarks ? WITH_MARKS : { journal: 0 };
    return (await this.stock.find({ _id: { $in: ids } }, { projection }).toArray()) as StockHead[];
  }

  /** Movements that were drained, by key. What is still in a journal is not among them. */
  async priorsOf(keys: readonly string[]): Promise<Map<string, Prior>> {
    const ids = keys.map((key) => movementIdOf(this.#clientId, key));
    const found = await this.movements.find({ _id: { $in: ids } }).toArray();
    return new Map(found.map((movement) => [movement.key, movement]));
  }

  /** The newest sale of the SKU that was booked before the one with this key. */
  async lastSale({ sku, journal }: StockDocument, key: string): Promise<JournalEntry | null> {
    const upTo = journal.findIndex((entry) => entry.key === key);
    const earlier = upTo < 0 ? journal : journal.slice(0, upTo);
    const inJournal = earlier.findLast(({ kind }) => kind === 'commit');
    if (inJournal) return inJournal;
    const own = await this.movements.findOne({ _id: movementIdOf(this.#clientId, key) });
    const [drained] = await this.movements
      .find({ sku, kind: 'commit', ...(own ? { sequence: { $lt: own.sequence } } : {}) })
      .sort({ sequence: -1 })
      .limit(1)
      .toArray();
    return drained ?? null;
  }
}

export function levelOf(document: Omit<StockDocument, 'journal'>): StockLevel {
  const { sku, title, onHand, available, version, taken, quotas } = document;
  const parts = quotas ? { quotas: { ...quotas } } : {};
  return { sku, title, onHand, available, version, taken: { ...taken }, ...parts };
}
