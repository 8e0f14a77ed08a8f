/** For the tests of orders: a process that dies, by chance, before or after what it writes. What it wrote is there. */
import type { Collection, Db } from 'mongodb';
import type { StockLedger } from '../stock/ledger.ts';

class Died extends Error {}

const WRITES = new Set(['updateOne', 'insertOne', 'findOneAndUpdate', 'bulkWrite']);
/** One of so many writes kills. */
const DEATHS_EACH = 12;

export class CrashingDatabase {
  readonly db: Db;
  readonly ledger: StockLedger;
  deaths = 0;
  #random: number;

  constructor(db: Db, ledger: StockLedger, seed: number) {
    this.#random = seed >>> 0;
    this.db = new Proxy(db, {
      get: (of, name) =>
        name === 'collection'
          ? (collection: string) => this.#dying(of.collection(collection))
          : Reflect.get(of, name),
    });
    this.ledger = new Proxy(ledger, {
      get: (of, name) => {
        const value = Reflect.get(of, name) as unknown;
        if (typeof value !== 'function') return value;
        const call = value.bind(of) as (...given: unknown[]) => Promise<unknown>;
        return name === 'applyAll' ? (...given: unknown[]) => this.#perhaps(() => call(...given)) : call;
      },
    });
  }

  /** Does it, by one process after another, until one survives it. */
  async survive(work: () => Promise<unknown>): Promise<void> {
    for (;;) {
      try {
        await work();
        return;
      } catch (error) {
        if (!(error instanceof Died)) throw error;
        this.deaths += 1;
      }
    }
  }

  #dying(collection: Collection): Collection {
    return new Proxy(collection, {
      get: (of, name) => {
        const value = Reflect.get(of, name) as unknown;
        if (typeof value !== 'function') return value;
        const call = value.bind(of) as (...given: unknown[]) => Promise<unknown>;
        return WRITES.has(String(name)) ? (...given: unknown[]) => this.#perhaps(() => call(...given)) : call;
      },
    });
  }

  async #perhaps(write: () => Promise<unknown>): Promise<unknown> {
    const chance = this.#next() % (2 * DEATHS_EACH);
    if (chance === 0) throw new Died('before a write');
    const answer = await write();
    if (chance === 1) throw new Died('after a write');
    return answer;
  }

  /** Numerical Recipes' generator: enough to choose by. */
  #next(): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#random >>> 8;
  }
}
