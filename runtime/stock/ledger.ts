/**
 * The stock ledger of one client: applies operations exactly once, under any interleaving and any crash,
 * with single-document writes only (design: docs/concepts/stock.md).
 *
 * Each write is filtered by the journal epoch that was known before the key was looked up. A process that
 * pauses between look-up and write for longer than a drain therefore finds its epoch gone, and looks again.
 */
import type { Db, Filter } from 'mongodb';
import type { ClientId, Sku } from '../ids.ts';
import { changeOf, entryOf, guardOf } from './change.ts';
import { drain } from './drain.ts';
import { StockOperation, type StockResult } from './operation.ts';
import { isOurs, mustBeSame, type Prior } from './prior.ts';
import { planWithQuotas, type Quotas, quotaChangeOf } from './quotas.ts';
import { emptyStock, type StockDocument, stockIdOf } from './stock-document.ts';
import type { StockLevel } from './stock-level.ts';
import { levelOf, StockReads } from './stock-reads.ts';

/** Journal entries in a document before they are drained: about 300 bytes each, rewritten with every change. */
const JOURNAL_LENGTH_MAX = 16;
/** A write that keeps losing against drains and other writers would be a mistake of ours, not bad luck. */
const ATTEMPTS_MAX = 100;
/** From so many operations on, one write of all is cheaper than one write of each. */
const TOGETHER_MIN = 3;
const EPOCHS_KEPT_MAX = 100_000;
/** No document has this epoch: a SKU that the ledger does not hold matches nothing. */
const NO_EPOCH = -1;

export class StockLedger {
  readonly #clientId: ClientId;
  readonly #reads: StockReads;
  readonly #epochs = new Map<string, number>();
  readonly #draining = new Map<string, Promise<void>>();

  constructor(db: Db, clientId: ClientId) {
    this.#clientId = clientId;
    this.#reads = new StockReads(db, clientId);
  }

  /** Makes the SKUs known, with nothing on hand. Those that are known stay as they are. */
  async addSkus(items: readonly { readonly sku: Sku; readonly title: string }[]): Promise<void> {
    await this.#reads.stock.insertAbsent(
      items.map(({ sku, title }) => emptyStock(this.#clientId, sku, title)),
    );
  }

  /** The current level of each of these SKUs that the ledger holds. */
  async levels(skus: readonly Sku[]): Promise<Map<Sku, StockLevel>> {
    const heads = await this.#reads.heads(skus);
    for (const { sku, journalLength } of heads) if (journalLength >= JOURNAL_LENGTH_MAX) this.#drainSoon(sku);
    return new Map(heads.map((head) => [head.sku, levelOf(head)]));
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

  /** Applies operations side by side: the same as `apply` of each, in few round trips. Results in their order. */
  async applyAll(operations: readonly StockOperation[]): Promise<StockResult[]> {
    const checked = operations.map((operation) => StockOperation.parse(operation));
    // Taken before the look-up, and never refreshed between look-up and write: that is what makes it safe.
    const epochs = await this.#epochsOf(checked.map(({ sku }) => sku));
    const priors = await this.#reads.priorsOf(checked.map(({ key }) => key));
    const together = checked.length >= TOGETHER_MIN && priors.size === 0;
    const done = together ? await this.#applyTogether(checked, epochs) : new Map<string, StockResult>();
    return await Promise.all(
      checked.map((operation) => {
        const { key, sku } = operation;
        return done.get(key) ?? this.#applyOnce(operation, epochs.get(sku), priors.get(key));
      }),
    );
  }

  /** Moves every journal into the movements. Needed by nobody to be right; done before an export. */
  async drainAll(): Promise<void> {
    const waiting = this.#reads.stock.find({ journalLength: { $gt: 0 } }, { projection: { sku: 1 } });
    for await (const { sku } of waiting) await this.#drain(sku);
  }

  /**
   * Nearly always nothing stands in the way: then one write of all does it, and the journals show what it did.
   * @returns the results of those that it applied, by key. The others have to be looked at one by one.
   */
  async #applyTogether(
    operations: readonly StockOperation[],
    epochs: ReadonlyMap<Sku, number>,
  ): Promise<Map<string, StockResult>> {
    const done = new Map<string, StockResult>();
    // What a count changes depends on what is there, which has to be read for each.
    if (operations.some(({ kind }) => kind === 'count')) return done;
    const at = new Date();
    const updates = operations.map((operation) => ({
      filter: { ...this.#unused(operation, epochs.get(operation.sku)), ...guardOf(operation) },
      update: changeOf(entryOf(operation, { short: false, onHandNow: 0, at })),
    }));
    const { matchedCount } = await this.#reads.stock.updateEach(updates, { ordered: false });
    const all = matchedCount === operations.length;
    const skus = operations.map(({ sku }) => sku);
    const heads = new Map((await this.#reads.heads(skus, !all)).map((head) => [head.sku, head]));
    for (const operation of operations) {
      const { key, sku } = operation;
      const head = heads.get(sku);
      if (!head || !(all || head.journal?.some((entry) => isOurs(entry, operation, at)))) continue;
      done.set(key, { outcome: 'applied', repeated: false, level: levelOf(head) });
      if (head.journalLength >= JOURNAL_LENGTH_MAX) this.#drainSoon(sku);
    }
    return done;
  }

  async #applyOnce(
    operation: StockOperation,
    knownEpoch: number | undefined,
    knownPrior: Prior | undefined,
  ): Promise<StockResult> {
    const _id = stockIdOf(this.#clientId, operation.sku);
    let [epoch, prior] = [knownEpoch, knownPrior];
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      if (prior) return await this.#repeated(operation, prior);
      if (epoch === undefined) return { outcome: 'unknown-sku' };
      const unused = this.#unused(operation, epoch);
      const written = await this.#write({ ...unused, ...guardOf(operation) }, operation, false);
      if (written) return { outcome: 'applied', repeated: false, level: written };

      const document = await this.#reads.stock.findOne({ _id });
      if (!document) return { outcome: 'unknown-sku' };
      const inJournal = document.journal.find(({ key }) => key === operation.key);
      if (inJournal) {
        prior = { ...inJournal, sku: operation.sku };
      } else if (document.journalEpoch !== epoch) {
        epoch = document.journalEpoch;
        this.#epochs.set(_id, epoch);
        prior = (await this.#reads.priorsOf([operation.key])).get(operation.key);
      } else if (document.quotas || operation.kind === 'allocate') {
        const planned = await this.#applyToParts(operation, document, unused);
        if (planned) return planned;
      } else {
        const refused = await this.#refuse(operation, document, unused);
        if (refused) return refused;
      }
    }
    throw new Error(`stock operation ${operation.key} found no turn in ${ATTEMPTS_MAX} attempts`);
  }

  /** On a SKU with quotas: planned from the whole document, written if it is still the same. null: it is not, try again. */
  async #applyToParts(
    operation: StockOperation,
    document: StockDocument,
    unused: Filter<StockDocument>,
  ): Promise<StockResult | null> {
    const plan = planWithQuotas(operation, document);
    const level = levelOf(document);
    if (plan.kind === 'stale') return { outcome: 'stale', level };
    const same = { ...unused, version: document.version };
    if (plan.kind === 'apply') {
      const quotaChange = quotaChangeOf(document.quotas, plan.quotas);
      const parts = quotaChange || operation.kind === 'allocate' ? { quotaChange, quotas: plan.quotas } : {};
      const written = await this.#write(same, operation, false, parts);
      return written && { outcome: 'applied', repeated: false, level: written };
    }
    if (operation.kind !== 'commit') return { outcome: 'short', repeated: false, level, winner: null };
    const { beyondQuota } = plan;
    const written = await this.#write(same, operation, true, beyondQuota ? { beyondQuota } : {});
    if (!written) return null;
    const winner = await this.#reads.lastSale(document, operation.key);
    return { outcome: 'short', repeated: false, level: written, winner, beyondQuota };
  }

  /** What makes a write safe: the epoch is the one from before the look-up, and the key is not in the journal. */
  #unused({ sku, key }: StockOperation, epoch: number | undefined): Filter<StockDocument> {
    const _id = stockIdOf(this.#clientId, sku);
    return { _id, journalEpoch: epoch ?? NO_EPOCH, 'journal.key': { $ne: key } };
  }

  /** The guard did not hold: says so, and records a sale that came short. null: things moved on meanwhile, try again. */
  async #refuse(
    operation: StockOperation,
    document: StockDocument,
    unused: Filter<StockDocument>,
  ): Promise<StockResult | null> {
    const available = document.locations[operation.location]?.available ?? 0;
    switch (operation.kind) {
      case 'commit': {
        if (available >= operation.units) return null;
        const field = `locations.${operation.location}.available`;
        // `$not $gte` also holds where the location has no stock yet.
        const tooFew = { ...unused, [field]: { $not: { $gte: operation.units } } };
        const level = await this.#write(tooFew, operation, true);
        if (!level) return null;
        const winner = await this.#reads.lastSale(document, operation.key);
        return { outcome: 'short', repeated: false, level, winner };
      }
      case 'adjust':
        if (available + operation.change >= 0) return null;
        return { outcome: 'short', repeated: false, level: levelOf(document), winner: null };
      case 'count':
        return document.version === operation.seenVersion
          ? null
          : { outcome: 'stale', level: levelOf(document) };
      default:
        return null;
    }
  }

  async #write(
    filter: Filter<StockDocument>,
    operation: StockOperation,
    short: boolean,
    parts: {
      readonly quotas?: Quotas | null;
      readonly quotaChange?: Quotas | undefined;
      readonly beyondQuota?: boolean;
    } = {},
  ): Promise<StockLevel | null> {
    const { kind, sku, location } = operation;
    const [head] = kind === 'count' ? await this.#reads.heads([sku]) : [];
    const onHandNow = head?.locations[location]?.onHand ?? 0;
    const { quotas, quotaChange, beyondQuota } = parts;
    const entry = {
      ...entryOf(operation, { short, onHandNow, at: new Date() }),
      ...(quotaChange && { quotaChange }),
      ...(beyondQuota && { beyondQuota }),
    };
    const written = await this.#reads.stock.findOneAndUpdate(filter, changeOf(entry, quotas), {
      returnDocument: 'after',
      projection: { journal: 0 },
    });
    if (!written) return null;
    if (written.journalLength >= JOURNAL_LENGTH_MAX) this.#drainSoon(sku);
    return levelOf(written);
  }

  async #repeated(operation: StockOperation, prior: Prior): Promise<StockResult> {
    mustBeSame(operation, prior);
    const document = await this.#reads.stock.findOne({ _id: stockIdOf(this.#clientId, operation.sku) });
    if (!document) return { outcome: 'unknown-sku' };
    const level = levelOf(document);
    if (prior.kind !== 'short') return { outcome: 'applied', repeated: true, level };
    const winner = await this.#reads.lastSale(document, operation.key);
    const beyond = prior.beyondQuota ? { beyondQuota: true } : {};
    return { outcome: 'short', repeated: true, level, winner, ...beyond };
  }

  /** The epochs as this process last saw them; those that it never saw are read. SKUs without one are unknown. */
  async #epochsOf(skus: readonly Sku[]): Promise<Map<Sku, number>> {
    if (this.#epochs.size > EPOCHS_KEPT_MAX) this.#epochs.clear();
    const known = new Map<Sku, number>();
    const unknown: string[] = [];
    for (const sku of new Set(skus)) {
      const epoch = this.#epochs.get(stockIdOf(this.#clientId, sku));
      if (epoch === undefined) unknown.push(stockIdOf(this.#clientId, sku));
      else known.set(sku, epoch);
    }
    if (unknown.length === 0) return known;
    const projection = { sku: 1, journalEpoch: 1 };
    for await (const { _id, sku, journalEpoch } of this.#reads.stock.find(
      { _id: { $in: unknown } },
      { projection },
    )) {
      this.#epochs.set(_id, journalEpoch);
      known.set(sku, journalEpoch);
    }
    return known;
  }

  #drainSoon(sku: Sku): void {
    void this.#drain(sku).catch(() => {
      // The journal stays as it is and the next write past the limit tries again: nothing is lost by waiting.
    });
  }

  async #drain(sku: Sku): Promise<void> {
    const _id = stockIdOf(this.#clientId, sku);
    const running = this.#draining.get(_id);
    if (running) return await running;
    const drained = drain(this.#reads.stock, this.#reads.movements, _id).then((epoch) => {
      if (epoch !== null) this.#epochs.set(_id, epoch);
    });
    this.#draining.set(_id, drained);
    try {
      await drained;
    } finally {
      this.#draining.delete(_id);
    }
  }
}
