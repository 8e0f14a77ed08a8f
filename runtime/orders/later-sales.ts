/**
 * Of two sales of the same last units the one that happened first by its channel's own clock gets them, as long as
 * the other one was booked no longer ago than the settle time. This finds the other one.
 *
 * Sales of the last moments, and those that are just being booked, are remembered by the process that books a client's
 * orders; at its start it reads them. What is remembered is a hint: whoever uses one looks at the order itself.
 */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { type ClientId, LocationId, type OrderId, type Sku } from '../ids.ts';
import { isClosed } from './line-log.ts';
import type { OrderDocument } from './order-document.ts';
import type { HandOverEnd } from './stock-change.ts';

interface Hint {
  readonly orderId: OrderId;
  readonly lineId: string;
  readonly placedMs: number;
  readonly seenMs: number;
}

const HINTS_MAX = 200_000;

export class LaterSales {
  readonly #orders: ClientCollection<OrderDocument>;
  readonly #settleMs: number;
  readonly #alone: boolean;
  readonly #hints = new Map<Sku, Map<string, Hint>>();
  #count = 0;
  #warm: Promise<void> | null = null;

  /** @param alone this process books all orders of the client; if not, what others sold is read at each question. */
  constructor(
    db: Db,
    clientId: ClientId,
    { settleMs, alone }: { readonly settleMs: number; readonly alone: boolean },
  ) {
    this.#orders = new ClientCollection(db, 'orders', clientId);
    this.#settleMs = settleMs;
    this.#alone = alone;
  }

  /** The line has units of the SKU, or is about to get them. */
  remember(
    { orderId, lineId, placedAt }: Pick<HandOverEnd, 'orderId' | 'lineId' | 'placedAt'>,
    sku: Sku,
  ): void {
    if (this.#count >= HINTS_MAX) this.#forgetOld();
    const hints = this.#hints.get(sku) ?? new Map<string, Hint>();
    this.#hints.set(sku, hints);
    const key = keyOf(orderId, lineId);
    if (!hints.has(key)) this.#count += 1;
    hints.set(key, { orderId, lineId, placedMs: placedAt.getTime(), seenMs: Date.now() });
  }

  /** The line has none. */
  forget({ orderId, lineId }: Pick<HandOverEnd, 'orderId' | 'lineId'>, sku: Sku): void {
    const hints = this.#hints.get(sku);
    if (hints?.delete(keyOf(orderId, lineId))) this.#count -= 1;
    if (hints?.size === 0) this.#hints.delete(sku);
  }

  /**
   * The latest sale of the SKU that was placed after the order, and can hand over that many units.
   * @param settle books an order to its end: one that is just being booked can't be judged.
   */
  async find(
    order: OrderDocument,
    sku: Sku,
    units: number,
    settle: (orderId: OrderId) => Promise<unknown>,
  ): Promise<HandOverEnd | null> {
    if (!this.#alone) this.#warm = null;
    this.#warm ??= this.#read().catch((error: unknown) => {
      // The next one who asks reads again.
      this.#warm = null;
      throw error;
    });
    await this.#warm;
    const placedMs = order.placedAt.getTime();
    for (;;) {
      const later = this.#latest(sku, order._id, placedMs);
      if (!later) return null;
      const { orderId, lineId } = later;
      let other = await this.#orders.findOne({ _id: orderId });
      if (other && isBusy(other, lineId)) {
        await settle(orderId);
        other = await this.#orders.findOne({ _id: orderId });
      }
      if (other && this.canHandOver(other, lineId, sku, units)) return endOf(other, lineId);
      // It can't, and what could change that would make a new sale of it.
      this.forget(later, sku);
    }
  }

  /**
   * Where a line has that many units to hand over; null: it has not, it is no longer open, somebody decided about
   * it, or it was booked too long ago.
   */
  canHandOver(order: OrderDocument, lineId: string, sku: Sku, units: number): LocationId | null {
    const { status, bookedAt, lines } = order;
    if (isClosed(status) || status === 'fulfilled' || status === 'pending') return null;
    if (bookedAt === null || bookedAt.getTime() < Date.now() - this.#settleMs) return null;
    const line = lines.find((candidate) => candidate.lineId === lineId);
    if (!line || isBusy(order, lineId) || line.accounts.length !== 1) return null;
    const account = line.accounts.find((candidate) => candidate.sku === sku && candidate.per === 1);
    if (!account || account.conflicts.some(({ decision, state }) => decision || state === 'open'))
      return null;
    const found = Object.entries(account.sold).find(([, sold]) => sold >= units)?.[0];
    return found === undefined ? null : LocationId.parse(found);
  }

  #latest(sku: Sku, than: OrderId, placedMs: number): Hint | null {
    let latest: Hint | null = null;
    const sinceMs = Date.now() - this.#settleMs;
    for (const hint of [...(this.#hints.get(sku)?.values() ?? [])]) {
      if (hint.seenMs < sinceMs) this.forget(hint, sku);
      else if (hint.orderId !== than && hint.placedMs > placedMs && hint.placedMs > (latest?.placedMs ?? 0)) {
        latest = hint;
      }
    }
    return latest;
  }

  /** What was sold while this process was not there. */
  async #read(): Promise<void> {
    const since = new Date(Date.now() - this.#settleMs);
    for await (const order of this.#orders.find({ receivedAt: { $gte: since } })) {
      for (const { lineId, accounts } of order.lines)
        for (const { sku } of accounts) this.remember(endOf(order, lineId), sku);
    }
  }

  #forgetOld(): void {
    const sinceMs = Date.now() - this.#settleMs;
    for (const [sku, hints] of [...this.#hints])
      for (const hint of [...hints.values()]) if (hint.seenMs < sinceMs) this.forget(hint, sku);
    // So many in one settle time: forgetting costs a few hand-overs, remembering all would cost the process.
    if (this.#count < HINTS_MAX) return;
    this.#hints.clear();
    this.#count = 0;
  }
}

/** An order's line as one end of a hand-over. */
export function endOf(order: OrderDocument, lineId: string): HandOverEnd {
  const { _id: orderId, number: orderNumber, connectionId, placedAt } = order;
  return { orderId, orderNumber, connectionId, lineId, placedAt };
}

function isBusy({ lines }: OrderDocument, lineId: string): boolean {
  const line = lines.find((candidate) => candidate.lineId === lineId);
  return line !== undefined && line.booked < line.changes.length;
}

function keyOf(orderId: OrderId, lineId: string): string {
  return `${orderId} ${lineId}`;
}
