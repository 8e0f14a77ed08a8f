/** What a process knows of a SKU's document: as it read it last, and as it has written it since. */
import { bitsOf, mayBeDrained } from './key-filter.ts';
import type { JournalEntry, StockDocument, StockHead } from './stock-document.ts';

/** A document as it is read for the ledger: of the journal the keys are enough. */
export type ReadStock = Omit<StockDocument, 'journal'> & {
  readonly journal: readonly Pick<JournalEntry, 'key'>[];
};

/**
 * The operations that were applied up to `head.version` are those in `keys` and those that were drained up to `epoch`.
 * `keys` may hold too many, which others have drained since, and never too few.
 */
export class KnownStock {
  head: StockHead;
  epoch: number;
  bits: Uint8Array | null;
  readonly keys: Set<string>;
  /** Somebody else writes this SKU too: what we know is likely to be old when we write. */
  contended = false;

  constructor({ journal, journalLength: _length, journalEpoch, keyFilter, ...head }: ReadStock) {
    this.head = head;
    this.epoch = journalEpoch;
    this.bits = bitsOf(keyFilter);
    this.keys = new Set(journal.map(({ key }) => key));
  }

  /** Whether no operation with this key was applied up to `head.version`. false: it may have been. */
  isUnused(key: string): boolean {
    return !this.keys.has(key) && !mayBeDrained(this.bits, this.epoch, key);
  }

  /** These operations were written, and nothing else in between. */
  wrote(after: StockHead, keys: readonly string[]): void {
    this.head = after;
    for (const key of keys) this.keys.add(key);
  }

  /** These keys were drained. Not for one who has read the document since, or who missed what was drained before. */
  drained(epochBefore: number, keys: readonly string[], bits: Uint8Array | null): void {
    if (this.epoch !== epochBefore) return;
    for (const key of keys) this.keys.delete(key);
    this.epoch = epochBefore + 1;
    this.bits = bits;
  }
}

/** Kept in memory at most: about 4 kB each. */
const KEPT_MAX = 10_000;

export class KnownStocks {
  readonly #bySku = new Map<string, KnownStock>();

  get(sku: string): KnownStock | undefined {
    return this.#bySku.get(sku);
  }

  set(sku: string, known: KnownStock): void {
    this.#bySku.delete(sku);
    this.#bySku.set(sku, known);
    if (this.#bySku.size <= KEPT_MAX) return;
    for (const oldest of this.#bySku.keys()) {
      this.#bySku.delete(oldest);
      break;
    }
  }

  forget(sku: string): void {
    this.#bySku.delete(sku);
  }
}
