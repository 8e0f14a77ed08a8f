/** The operations of one SKU on their way through a booking, and what is known of the SKU meanwhile. */
import type { Sku } from '../ids.ts';
import type { Drains } from './drain.ts';
import { KnownStock, type KnownStocks, type ReadStock } from './known-stock.ts';
import type { StockOperation, StockResult } from './operation.ts';
import type { JournalEntry, StockHead } from './stock-document.ts';
import { levelOf } from './stock-level.ts';
import type { StockSteps } from './stock-steps.ts';

/** An operation that waits for its answer. */
export interface Ask {
  readonly operation: StockOperation;
  readonly settle: (result: StockResult) => void;
  readonly fail: (error: unknown) => void;
}

/** The operations of one SKU, each key once, in the order in which they came. */
export interface AskGroup {
  readonly sku: Sku;
  readonly asks: readonly Ask[];
  /** All have their answers. */
  readonly done: () => void;
}

export interface BookingContext {
  readonly steps: StockSteps;
  readonly known: KnownStocks;
  readonly drains: Drains;
}

export interface Pending extends Ask {
  /** A look into the movements did not find the key; in them was everything that was drained up to this epoch. */
  absentUpTo: number | null;
  /** When it was written without a clear answer. */
  readonly triedAt: Set<number>;
}

export interface Group {
  readonly sku: Sku;
  readonly done: () => void;
  asks: Pending[];
  known: KnownStock;
  /** The epoch in which the keys were found to be unused. */
  epoch: number;
  /** `known` was read in this attempt, and not kept from before. */
  isFresh: boolean;
  attempts: number;
}

/** The document as it was read just now. @throws {Error} when there is none any more. */
export function refresh(known: KnownStocks, group: Group, document: ReadStock | undefined): void {
  if (!document) throw new Error(`the stock of ${group.sku} was removed while it was booked`);
  const stock = new KnownStock(document);
  stock.contended = group.attempts > 0;
  known.set(group.sku, stock);
  group.known = stock;
  group.isFresh = true;
}

/** The answer that an entry of the history stands for. */
export function recorded(entry: JournalEntry, head: StockHead, repeated: boolean): StockResult {
  const level = levelOf(head);
  const { filled = [], owed = 0, lostTo = null, beyondQuota = false } = entry;
  return entry.kind === 'short'
    ? { outcome: 'short', repeated, level, winner: lostTo, beyondQuota }
    : { outcome: 'applied', repeated, level, filled, owed };
}
