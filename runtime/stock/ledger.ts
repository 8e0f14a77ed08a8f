/**
 * The stock ledger of one client: applies operations exactly once, under any interleaving and any crash, with
 * single-document writes only. How: booking.ts, and docs/concepts/stock.md.
 */
import type { Db } from 'mongodb';
import type { ClientId, Sku } from '../ids.ts';
import { book } from './booking.ts';
import type { Ask, BookingContext } from './booking-group.ts';
import { Drains, JOURNAL_LENGTH_DUE, JOURNAL_LENGTH_MAX } from './drain.ts';
import { KnownStocks } from './known-stock.ts';
import { StockOperation, type StockResult } from './operation.ts';
import { emptyStock } from './stock-document.ts';
import { levelOf, type StockLevel } from './stock-level.ts';
import { StockSteps } from './stock-steps.ts';

/** SKUs that are booked in one round trip at most. */
const TOGETHER_MAX = 200;

/** The operations of one SKU: while some are being booked, others gather for the next write. */
interface Lane {
  readonly sku: Sku;
  waiting: Ask[];
  isBusy: boolean;
}

export class StockLedger {
  readonly #context: BookingContext;
  readonly #lanes = new Map<Sku, Lane>();
  #isScheduled = false;

  constructor(db: Db, clientId: ClientId) {
    const steps = new StockSteps(db, clientId);
    const known = new KnownStocks();
    this.#context = { steps, known, drains: new Drains(steps, known) };
  }

  /** Makes the SKUs known, with nothing on hand. Those that are known stay as they are. */
  async addSkus(items: readonly { readonly sku: Sku; readonly title: string }[]): Promise<void> {
    const { steps } = this.#context;
    await steps.stock.insertAbsent(items.map(({ sku, title }) => emptyStock(steps.clientId, sku, title)));
  }

  /** The current level of each of these SKUs that the ledger holds. */
  async levels(skus: readonly Sku[]): Promise<Map<Sku, StockLevel>> {
    const { steps, drains } = this.#context;
    const found = await steps.readLevels(skus);
    for (const { sku, journalLength } of found) if (journalLength >= JOURNAL_LENGTH_DUE) drains.soon(sku);
    return new Map(found.map((stock) => [stock.sku, levelOf(stock)]));
  }

  /**
   * Applies one operation, once for its key.
   * @throws {ZodError} on units, SKUs or locations that can't be; {KeyReused} when the key stands for something else.
   */
  async apply(operation: StockOperation): Promise<StockResult> {
    const [result] = await this.applyAll([operation]);
    if (!result) throw new Error('one operation gave no result');
    return result;
  }

  /**
   * Applies operations side by side: the same as `apply` of each, in few round trips. Those of one SKU are applied in
   * their order. Results in their order.
   * @throws as `apply`, after all others have been applied; but for a ZodError, with which nothing is.
   */
  async applyAll(operations: readonly StockOperation[]): Promise<StockResult[]> {
    const checked = operations.map((operation) => StockOperation.parse(operation));
    const settled = await Promise.allSettled(checked.map((operation) => this.#ask(operation)));
    return settled.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
  }

  /** Moves all that the journals hold at this moment into the movements. Needed by nobody to be right; done before an export. */
  async drainAll(): Promise<void> {
    const { steps, drains } = this.#context;
    const waiting = steps.stock.find({ journalLength: { $gt: 0 } }, { projection: { sku: 1 } });
    let some: Sku[] = [];
    const drainSome = () => Promise.all(some.map((sku) => drains.whole(sku)));
    for await (const { sku } of waiting) {
      some.push(sku);
      if (some.length < TOGETHER_MAX) continue;
      await drainSome();
      some = [];
    }
    await drainSome();
  }

  #ask(operation: StockOperation): Promise<StockResult> {
    return new Promise((settle, fail) => {
      const { sku } = operation;
      const lane = this.#lanes.get(sku) ?? { sku, waiting: [], isBusy: false };
      this.#lanes.set(sku, lane);
      lane.waiting.push({ operation, settle, fail });
      if (!lane.isBusy) this.#schedule();
    });
  }

  /** What is asked in the same moment is booked together. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const ready = [...this.#lanes.values()].filter(({ isBusy, waiting }) => !isBusy && waiting.length > 0);
      for (let from = 0; from < ready.length; from += TOGETHER_MAX) {
        void book(
          this.#context,
          ready.slice(from, from + TOGETHER_MAX).map((lane) => ({
            sku: lane.sku,
            asks: this.#take(lane),
            done: () => this.#release(lane),
          })),
        );
      }
    });
  }

  /** The next operations of a SKU: each key once, since the same key again is to find the first one booked. */
  #take(lane: Lane): Ask[] {
    const taken = new Map<string, Ask>();
    const left: Ask[] = [];
    for (const ask of lane.waiting) {
      const { key } = ask.operation;
      if (taken.size < JOURNAL_LENGTH_MAX && !taken.has(key)) taken.set(key, ask);
      else left.push(ask);
    }
    lane.waiting = left;
    lane.isBusy = true;
    return [...taken.values()];
  }

  #release(lane: Lane): void {
    lane.isBusy = false;
    if (lane.waiting.length > 0) this.#schedule();
    else this.#lanes.delete(lane.sku);
  }
}
