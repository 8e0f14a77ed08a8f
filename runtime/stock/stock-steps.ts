/** The ledger's steps in the database. Between any two of them a process may die, and others may do theirs. */
import type { Db, Filter, UpdateFilter } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { inOneAnswer } from '../database/in-one-answer.ts';
import type { ClientId, Sku } from '../ids.ts';
import type { ReadStock } from './known-stock.ts';
import {
  type JournalEntry,
  type MovementDocument,
  movementIdOf,
  type StockDocument,
  stockIdOf,
} from './stock-document.ts';

const NOT_OF_ENTRIES: readonly (keyof JournalEntry)[] = [
  'kind',
  'location',
  'units',
  'onHandChange',
  'reservedChange',
  'to',
  'reservation',
  'backorder',
  'owed',
  'filled',
  'channel',
  'quotas',
  'quotaChange',
  'beyondQuota',
  'asked',
  'lostTo',
  'cause',
  'at',
];
/** Of the journal the keys alone. */
const READ_STOCK = Object.fromEntries(NOT_OF_ENTRIES.map((field) => [`journal.${field}`, 0]));
const LEVELS = { journal: 0, keyFilter: 0, reservations: 0, backorders: 0, lastSale: 0 };

export interface StockWrite {
  readonly filter: Filter<StockDocument>;
  readonly update: UpdateFilter<StockDocument>;
}

export class StockSteps {
  readonly clientId: ClientId;
  readonly stock: ClientCollection<StockDocument>;
  readonly movements: ClientCollection<MovementDocument>;

  constructor(db: Db, clientId: ClientId) {
    this.clientId = clientId;
    this.stock = new ClientCollection(db, 'stock', clientId);
    this.movements = new ClientCollection(db, 'movements', clientId);
  }

  idOf(sku: Sku): string {
    return stockIdOf(this.clientId, sku);
  }

  /** What the ledger does not hold is left out. */
  async read(skus: readonly Sku[]): Promise<ReadStock[]> {
    return await this.#find<ReadStock>(skus, READ_STOCK);
  }

  async readWhole(skus: readonly Sku[]): Promise<StockDocument[]> {
    return await this.#find<StockDocument>(skus);
  }

  async readLevels(skus: readonly Sku[]) {
    return await this.#find<Omit<StockDocument, keyof typeof LEVELS>>(skus, LEVELS);
  }

  /** What was drained under these keys, by movement id. */
  async movementsOf(keys: readonly { readonly sku: Sku; readonly key: string }[]) {
    const ids = keys.map(({ sku, key }) => movementIdOf(this.clientId, sku, key));
    const found = await this.movements.find({ _id: { $in: ids } }).toArray();
    return new Map(found.map((movement) => [movement._id, movement]));
  }

  /** One atomic write. @returns whether the filter matched. */
  async write({ filter, update }: StockWrite): Promise<boolean> {
    return (await this.stock.updateOne(filter, update)).matchedCount === 1;
  }

  /** One atomic write for each, in one round trip. @returns how many of the filters matched; not which. */
  async writeEach(writes: readonly StockWrite[]): Promise<number> {
    return (await this.stock.updateEach(writes, { ordered: false })).matchedCount;
  }

  /** One atomic write. @returns the document after it; null when the filter did not match. */
  async writeAndRead({ filter, update }: StockWrite): Promise<ReadStock | null> {
    const options = { returnDocument: 'after', projection: READ_STOCK } as const;
    return (await this.stock.findOneAndUpdate(filter, update, options)) as ReadStock | null;
  }

  async #find<Read>(skus: readonly Sku[], projection?: Readonly<Record<string, number>>): Promise<Read[]> {
    const ids = skus.map((sku) => this.idOf(sku));
    const filter = ids.length === 1 ? { _id: ids[0] as string } : { _id: { $in: ids } };
    const options = { ...(projection && { projection }), ...inOneAnswer(ids.length) };
    return (await this.stock.find(filter, options).toArray()) as Read[];
  }
}
