/** The shop's orders: what customers buy, and what becomes of it. Each booking is one transaction with its counts and webhooks. */
import type { DatabaseSync } from 'node:sqlite';
import { moneyFromDecimal } from '#runtime/money.ts';
import type { SandboxOrder, SandboxSale } from '../../kit/sandbox.ts';
import type { Catalogue, Cause } from './catalogue.ts';
import { transaction } from './database.ts';
import { idOf, LINES_MAX, STEPS_MAX, seqOfNumber } from './ids.ts';
import { NotBookable } from './not-bookable.ts';
import { lineIds, type OrderRecord, type OrderStep, orderName } from './order-record.ts';

export interface OrderBook {
  bySeq(seq: number): OrderRecord | undefined;
  /** By the plain id. @throws {NotBookable} when there is none. */
  byId(id: string): OrderRecord;
  /** Orders behind a place in the order of their last update, at most `count`. */
  updatedSince(since: { atMs: number; afterSeq: number }, count: number): readonly OrderRecord[];
  /** Orders behind a running number, in order of it, which is also the order in which they were placed. */
  after(seq: number, count: number): readonly OrderRecord[];
  /** Books a purchase. @throws {NotBookable} for an unknown SKU or an unreadable price. */
  sell(sale: SandboxSale): SandboxOrder;
  /** Books what happened to an order, made from its newest state. @throws what `step` throws. */
  happen(order: OrderRecord, step: OrderStep, cause?: Cause['cause']): OrderRecord;
}

/** Moves a count at one of the shop's locations; what is not counted is left alone. */
export type MoveCount = (product: number, units: number, location: number, cause: Cause) => void;

/** Told of a booking inside its transaction: makes the webhooks. */
export type Booked = (order: OrderRecord, step: OrderStep | null) => void;

export function openOrderBook(
  database: DatabaseSync,
  catalogue: Catalogue,
  currency: string,
  move: MoveCount,
  booked: Booked,
): OrderBook {
  const insert = database.prepare('INSERT INTO orders VALUES (?, ?, ?)');
  const update = database.prepare('UPDATE orders SET updatedAtMs = ?, record = ? WHERE seq = ?');
  const select = database.prepare('SELECT record FROM orders WHERE seq = ?');
  const selectUpdated = database.prepare(
    'SELECT record FROM orders WHERE (updatedAtMs, seq) > (?, ?) ORDER BY updatedAtMs, seq LIMIT ?',
  );
  const selectAfter = database.prepare('SELECT record FROM orders WHERE seq > ? ORDER BY seq LIMIT ?');
  let seq = Number(database.prepare('SELECT coalesce(max(seq), 0) AS last FROM orders').get()?.last);

  const bySeq = (wanted: number): OrderRecord | undefined => {
    const row = select.get(wanted);
    return row && recordOf(row);
  };

  return {
    bySeq,
    byId: (id) => {
      const order = bySeq(seqOfNumber('Order', id) ?? 0);
      if (!order) throw new NotBookable(`there is no order ${id}`);
      return order;
    },
    updatedSince: ({ atMs, afterSeq }, count) => selectUpdated.all(atMs, afterSeq, count).map(recordOf),
    after: (last, count) => selectAfter.all(last, count).map(recordOf),
    sell: (sale) => {
      const order = newOrder(sale, seq + 1, catalogue, currency);
      const orderId = String(idOf('Order', order.seq));
      transaction(database, () => {
        insert.run(order.seq, order.placedAtMs, JSON.stringify(order));
        for (const line of order.lines)
          move(line.product, -line.quantity, order.location, { cause: 'sale', orderId });
        booked(order, null);
      });
      seq = order.seq;
      catalogue.announce();
      return { id: orderId, number: orderName(seq), lineIds: lineIds(order) };
    },
    happen: (order, step, cause = 'refund') => {
      if (order.steps.length >= STEPS_MAX)
        throw new NotBookable(`at most ${STEPS_MAX} things can happen to an order`);
      const after = { ...order, steps: [...order.steps, step] };
      const orderId = String(idOf('Order', order.seq));
      transaction(database, () => {
        update.run(step.atMs, JSON.stringify(after), order.seq);
        for (const { line, units, location = order.location } of countMoves(step)) {
          const sold = order.lines[line];
          if (sold) move(sold.product, units, location, { cause, orderId });
        }
        booked(after, step);
      });
      catalogue.announce();
      return after;
    },
  };
}

function recordOf(row: Record<string, unknown>): OrderRecord {
  return JSON.parse(String(row.record));
}

/** How a step moves the shop's count. */
function countMoves(step: OrderStep): { line: number; units: number; location?: number }[] {
  const back = 'removed' in step ? step.removed.filter(({ how }) => how !== 'no_restock') : [];
  const out = step.kind === 'edit' ? step.raised : [];
  return [
    ...back.map(({ line, quantity, location }) => ({
      line,
      units: quantity,
      ...(location !== undefined && { location }),
    })),
    ...out.map(({ line, quantity }) => ({ line, units: -quantity })),
  ];
}

function newOrder(sale: SandboxSale, seq: number, catalogue: Catalogue, currency: string): OrderRecord {
  if (sale.lines.length > LINES_MAX) throw new NotBookable(`an order has at most ${LINES_MAX} lines`);
  const lines = sale.lines.map(({ sku, quantity, price }) => {
    const product = catalogue.bySku(sku);
    if (!product) throw new NotBookable(`the shop has no product with SKU "${sku}"`);
    if (sale.onlyIfThere && (product.quantity ?? quantity) < quantity)
      throw new NotBookable(`the shop has not ${quantity} of "${sku}"`);
    return { product: product.seq, quantity, price: minorUnits(price ?? product.price, currency) };
  });
  const { customer = 'Sam Shopper', paid = true, test = false, location = 0 } = sale;
  return { seq, placedAtMs: Date.now(), customer, paid, test, location, lines, steps: [] };
}

function minorUnits(price: string, currency: string): number {
  try {
    return moneyFromDecimal(price, currency).amount;
  } catch {
    throw new NotBookable(`"${price.slice(0, 40)}" is no price`);
  }
}
