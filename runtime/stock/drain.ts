/** Moves journals into the movements: first copied and durable, then removed, in this order and no other. */
import { batchCalls } from '../batch-calls.ts';
import type { Sku } from '../ids.ts';
import { bitsOf, storedBits, withMarks } from './key-filter.ts';
import type { KnownStocks } from './known-stock.ts';
import { movementIdOf, type StockDocument } from './stock-document.ts';
import type { StockSteps } from './stock-steps.ts';

/** From so many entries on a journal is drained: each is about 400 bytes, and is rewritten with every change. */
export const JOURNAL_LENGTH_DUE = 16;
/** A journal that has more is waited for: so a document stays small however fast a SKU sells. */
export const JOURNAL_LENGTH_MAX = 64;
const TOGETHER_MAX = 100;

export class Drains {
  readonly #steps: StockSteps;
  readonly #known: KnownStocks;
  readonly #running = new Map<Sku, Promise<void>>();
  readonly #drainOne: (sku: Sku) => Promise<void>;

  constructor(steps: StockSteps, known: KnownStocks) {
    this.#steps = steps;
    this.#known = known;
    const one = async (skus: readonly Sku[]): Promise<undefined[]> => {
      await this.#drain(skus);
      return skus.map(() => undefined);
    };
    this.#drainOne = batchCalls<Sku, undefined>(one, TOGETHER_MAX, 1);
  }

  /** In the background. What goes wrong leaves the journal as it is, and the next change tries again. */
  soon(sku: Sku): void {
    void this.now(sku).catch(() => {});
  }

  /** Drains all that a SKU's journal holds at this moment: a drain that is under way may have read it before. */
  async whole(sku: Sku): Promise<void> {
    await this.#running.get(sku)?.catch(() => {});
    await this.now(sku);
  }

  /** Drains a SKU's journal, or waits for the drain that is under way; what is written meanwhile may stay in it. */
  async now(sku: Sku): Promise<void> {
    const running = this.#running.get(sku);
    if (running) return await running;
    const drained = this.#drainOne(sku).finally(() => this.#running.delete(sku));
    this.#running.set(sku, drained);
    await drained;
  }

  async #drain(skus: readonly Sku[]): Promise<void> {
    const documents = (await this.#steps.readWhole(skus)).filter(({ journal }) => journal.length > 0);
    if (documents.length === 0) return;
    await this.#steps.movements.insertAbsent(documents.flatMap(movementsIn));
    const drained = documents.map((document) => {
      const { sku, journal, journalEpoch, keyFilter } = document;
      const keys = journal.map(({ key }) => key);
      return { document, sku, journalEpoch, keys, bits: withMarks(bitsOf(keyFilter), journalEpoch, keys) };
    });
    const matched = await this.#steps.writeEach(
      drained.map(({ document: { _id }, journalEpoch, keys, bits }) => ({
        filter: { _id, journalEpoch },
        update: {
          $pull: { journal: { key: { $in: keys } } },
          $inc: { journalEpoch: 1, journalLength: -keys.length },
          $set: { keyFilter: storedBits(bits) },
        },
      })),
    );
    for (const { sku, journalEpoch, keys, bits } of drained) {
      if (matched === drained.length) this.#known.get(sku)?.drained(journalEpoch, keys, bits);
      // Another process drained one of them in the same moment.
      else this.#known.forget(sku);
    }
  }
}

/** The journal holds the newest changes without a gap, and each change made one version. */
function movementsIn({ clientId, sku, journal, version }: StockDocument) {
  const firstSequence = version - journal.length + 1;
  return journal.map((entry, index) => ({
    _id: movementIdOf(clientId, sku, entry.key),
    clientId,
    sku,
    sequence: firstSequence + index,
    ...entry,
  }));
}
