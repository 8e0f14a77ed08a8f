/**
 * Brings an order's stock to its end: books every entry of its lines' logs in the ledger, each once, and sees to it
 * that what came short is handed over, shipped from elsewhere, backordered, cancelled or held, as the client's policy
 * says. Each step is one atomic write of the order; a process that dies leaves the rest to whoever books it next.
 */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { Rejected } from '../errors.ts';
import type { ClientId, ConnectionId, OrderId, Sku } from '../ids.ts';
import { KitBook } from '../kits/with-kits.ts';
import type { StockLedger } from '../stock/ledger.ts';
import { KeyReused } from '../stock/operation.ts';
import type { StockDocument } from '../stock/stock-document.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import { type BookedLine, bookEntries, isDue } from './book-entries.ts';
import { showConflicts } from './conflicts.ts';
import { judgeConflict, unjudgedOf } from './judge-conflict.ts';
import { endOf, LaterSales } from './later-sales.ts';
import type { OrderDocument } from './order-document.ts';
import { withComponents } from './plan-kits.ts';
import { withLocations } from './plan-locations.ts';
import type { ChannelCancels } from './policy/conflict-strategy.ts';
import { type ClientPolicy, readClientPolicy } from './policy/policy-store.ts';
import { type ShortLine, shortLinesOf } from './short-line.ts';
import { soldUnits } from './stock-account.ts';
import { writeFinished, writeJudgement, writeLines, writePlan } from './write-order.ts';

/** What became of an order's lines in the ledger. */
export interface BookedOrder {
  /** The newest level of each SKU of the order. */
  readonly levels: readonly StockLevel[];
  /** Lines that wait for a person since there was too little; also of orders that handed their units over to this one. */
  readonly short: readonly ShortLine[];
}

export interface OrderBookingOptions {
  readonly db: Db;
  readonly clientId: ClientId;
  readonly ledger: StockLedger;
  /** For so long after a sale was booked, one that happened earlier may still take its units. Default: a minute. */
  readonly settleMs?: number;
  /** What can be asked of a connection's channel. Default: nothing. */
  readonly channelCancels?: (connectionId: ConnectionId) => ChannelCancels;
  /** The client's kits as they are now. Default: none. */
  readonly kits?: () => KitBook;
  /** false: other processes book orders of the client too. */
  readonly alone?: boolean;
}

/** What one run over an order has come across. */
interface Found {
  readonly levels: Map<Sku, StockLevel>;
  readonly others: ShortLine[];
  readonly tell: Tell | undefined;
}

type Tell = (order: OrderDocument, levels: readonly StockLevel[]) => Promise<void>;

/** Steps and lost turns of one order; more than this would be a mistake of ours. */
const TURNS_MAX = 10_000;
const SETTLE_MS = 60_000;
const NO_KITS = new KitBook([]);
const NO_CANCELS: ChannelCancels = { orders: false, lines: false };
/** A change of the policy is known to every process after this time. */
const POLICY_KEPT_MS = 2_000;

export class OrderBooking {
  readonly #options: Required<OrderBookingOptions>;
  readonly #orders: ClientCollection<OrderDocument>;
  readonly #stock: ClientCollection<StockDocument>;
  readonly #sales: LaterSales;
  #policy: { readonly read: Promise<ClientPolicy>; readonly untilMs: number } | undefined;

  constructor(options: OrderBookingOptions) {
    this.#options = {
      settleMs: SETTLE_MS,
      channelCancels: () => NO_CANCELS,
      kits: () => NO_KITS,
      alone: true,
      ...options,
    };
    const { db, clientId } = this.#options;
    this.#orders = new ClientCollection(db, 'orders', clientId);
    this.#stock = new ClientCollection(db, 'stock', clientId);
    this.#sales = new LaterSales(db, clientId, this.#options);
  }

  /**
   * Books all that is not booked yet. May be asked again at any time, also by several processes at once: what was
   * booked is told by its key, and the ledger's first answer holds.
   *
   * The answer speaks of the whole order, not only of what was booked now, so that a flow that is run again after a
   * crash publishes what its first run did not come to.
   * @param tell for callers that are no flow: says to the world what changed, before the order counts as finished.
   * What it was told of may come again.
   * @throws {Rejected} when the order was never captured.
   */
  async book(orderId: OrderId, tell?: Tell): Promise<BookedOrder> {
    const found: Found = { levels: new Map(), others: [], tell };
    let order: OrderDocument | null = null;
    for (let turn = 0; turn < TURNS_MAX; turn += 1) {
      order ??= await this.#read(orderId);
      const step = await this.#step(order, found);
      if (step === 'ended') return await this.#outcome(order, found);
      order = step;
    }
    throw new Error(`order ${orderId} was not booked to its end in ${TURNS_MAX} turns`);
  }

  /** @returns the order after one more step; null: it changed meanwhile, and has to be read again. */
  async #step(order: OrderDocument, found: Found): Promise<OrderDocument | null | 'ended'> {
    if (order.lines.some((line) => isDue(order, line))) return await this.#bookNext(order, found);
    const index = order.lines.findIndex((line) => unjudgedOf(line) !== null);
    if (index >= 0) return await this.#judgeNext(order, index, found);
    if (!order.unfinished) return 'ended';
    await showConflicts(this.#options.db, this.#options.clientId, order);
    await found.tell?.(order, await this.#levelsOf(order, found));
    return await writeFinished(this.#orders, order);
  }

  async #bookNext(order: OrderDocument, { levels }: Found): Promise<OrderDocument | null> {
    const planned =
      withComponents(order, this.#options.kits()) ??
      (await withLocations(this.#stock, await this.#clientPolicy(), order));
    if (planned) return await writePlan(this.#orders, order, planned);
    const booking = { ...this.#options, orders: this.#orders, stock: this.#stock, sales: this.#sales };
    const booked = await bookEntries(booking, order, levels).catch(async (error: unknown) => {
      // Somebody booked the same entry on top of a correction that we have not read: then it is not ours to book.
      const now = error instanceof KeyReused ? await this.#read(order._id) : null;
      if (now && now.revision !== order.revision) return null;
      throw error;
    });
    if (!booked) return null;
    const written = await writeLines(this.#orders, order, booked);
    if (written) this.#remember(written, booked);
    return written;
  }

  #remember(order: OrderDocument, booked: readonly BookedLine[]): void {
    for (const { line } of booked) {
      for (const account of line.accounts) {
        const end = endOf(order, line.lineId);
        if (soldUnits(account) > 0) this.#sales.remember(end, account.sku);
        else this.#sales.forget(end, account.sku);
      }
    }
  }

  async #judgeNext(order: OrderDocument, index: number, found: Found): Promise<OrderDocument | null> {
    const line = order.lines[index];
    const account = line && unjudgedOf(line);
    if (!line || !account) return order;
    const settle = async (orderId: OrderId) => await this.book(orderId);
    const judging = {
      ...this.#options,
      orders: this.#orders,
      stock: this.#stock,
      sales: this.#sales,
      settle,
    };
    const judgement = await judgeConflict(judging, order, line, account);
    if (judgement.kind === 'yields') {
      const { short, levels } = await this.book(judgement.by.orderId);
      found.others.push(...short);
      for (const level of levels) found.levels.set(level.sku, level);
      return null;
    }
    return await writeJudgement(this.#orders, order, index, account, judgement);
  }

  async #outcome(order: OrderDocument, found: Found): Promise<BookedOrder> {
    const levels = await this.#levelsOf(order, found);
    return { levels, short: [...shortLinesOf(order, found.levels), ...found.others] };
  }

  /** The newest level of each SKU that the order has to do with; what was not come across is read. */
  async #levelsOf(order: OrderDocument, { levels }: Found): Promise<StockLevel[]> {
    const skus = new Set(
      order.lines.flatMap(({ changes, accounts }) =>
        changes.length > 0 ? accounts.map(({ sku }) => sku) : [],
      ),
    );
    const unread = [...skus].filter((sku) => !levels.has(sku));
    if (unread.length > 0)
      for (const [sku, level] of await this.#options.ledger.levels(unread)) levels.set(sku, level);
    return [...levels.values()];
  }

  async #read(orderId: OrderId): Promise<OrderDocument> {
    const order = await this.#orders.findOne({ _id: orderId });
    if (order) return order;
    throw new Rejected(`order ${orderId} is not in the list of orders`, {
      code: 'order.unknown',
      fix: 'Put the node "Capture order" before "Commit stock".',
    });
  }

  /** Asked for with every order, and hardly ever changed. */
  async #clientPolicy(): Promise<ClientPolicy> {
    const now = Date.now();
    if (!this.#policy || this.#policy.untilMs < now) {
      const read = readClientPolicy(this.#options.db, this.#options.clientId);
      this.#policy = { read, untilMs: now + POLICY_KEPT_MS };
      read.catch(() => {
        this.#policy = undefined;
      });
    }
    return await this.#policy.read;
  }
}
