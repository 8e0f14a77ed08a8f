/** The shop's orders: what customers buy and give back. Each booking is one transaction with its counts and webhooks. */
import type { DatabaseSync } from 'node:sqlite';
import { moneyFromDecimal } from '#runtime/money.ts';
import type { SandboxOrder, SandboxRefund, SandboxSale } from '../../kit/sandbox.ts';
import type { Catalogue } from './catalogue.ts';
import { transaction } from './database.ts';
import { idOf, LINES_MAX, REFUNDS_MAX, seqOfNumber } from './ids.ts';
import { figuresOf, lineIds, type OrderRecord, orderName, type RecordedRefund } from './order-record.ts';

/** What a booking answers when the shop can't do it: told to whoever asked, with status 422. */
export class NotBookable extends Error {}

export interface OrderBook {
  bySeq(seq: number): OrderRecord | undefined;
  /** Orders behind a place in the order of their last update, at most `count`. */
  updatedSince(since: { atMs: number; afterSeq: number }, count: number): readonly OrderRecord[];
  /** Orders behind a running number, in order of it. */
  after(seq: number, count: number): readonly OrderRecord[];
  /** Books a purchase. @throws {NotBookable} for an unknown SKU or an unreadable price. */
  sell(sale: SandboxSale): SandboxOrder;
  /** Books a refund. @throws {NotBookable} for what was not sold or is refunded already. */
  refund(refund: SandboxRefund): void;
}

/** Told of a booking inside its transaction: makes the webhooks. */
export type Booked = (topic: 'orders/create' | 'orders/updated', order: OrderRecord) => void;

export function openOrderBook(
  database: DatabaseSync,
  catalogue: Catalogue,
  currency: string,
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
    updatedSince: ({ atMs, afterSeq }, count) => selectUpdated.all(atMs, afterSeq, count).map(recordOf),
    after: (last, count) => selectAfter.all(last, count).map(recordOf),
    sell: (sale) => {
      const order = newOrder(sale, seq + 1, catalogue, currency);
      const orderId = String(idOf('Order', order.seq));
      transaction(database, () => {
        insert.run(order.seq, order.placedAtMs, JSON.stringify(order));
        for (const line of order.lines)
          catalogue.move(line.product, -line.quantity, { cause: 'sale', orderId });
        booked('orders/create', order);
      });
      seq = order.seq;
      catalogue.announce();
      return { id: orderId, number: orderName(seq), lineIds: lineIds(order) };
    },
    refund: (wanted) => {
      const order = bySeq(seqOfNumber('Order', wanted.orderId) ?? 0);
      if (!order) throw new NotBookable(`there is no order ${wanted.orderId}`);
      const refund = newRefund(wanted, order);
      const refunded = { ...order, refunds: [...order.refunds, refund] };
      transaction(database, () => {
        update.run(refund.atMs, JSON.stringify(refunded), order.seq);
        for (const { line, quantity } of refund.restock ? refund.lines : []) {
          const sold = order.lines[line];
          if (sold) catalogue.move(sold.product, quantity, { cause: 'refund', orderId: wanted.orderId });
        }
        booked('orders/updated', refunded);
      });
      catalogue.announce();
    },
  };
}

function recordOf(row: Record<string, unknown>): OrderRecord {
  return JSON.parse(String(row.record));
}

function newOrder(sale: SandboxSale, seq: number, catalogue: Catalogue, currency: string): OrderRecord {
  if (sale.lines.length > LINES_MAX) throw new NotBookable(`an order has at most ${LINES_MAX} lines`);
  const lines = sale.lines.map(({ sku, quantity, price }) => {
    const product = catalogue.bySku(sku);
    if (!product) throw new NotBookable(`the shop has no product with SKU "${sku}"`);
    return { product: product.seq, quantity, price: minorUnits(price ?? product.price, currency) };
  });
  return { seq, placedAtMs: Date.now(), customer: sale.customer ?? 'Sam Shopper', lines, refunds: [] };
}

function minorUnits(price: string, currency: string): number {
  try {
    return moneyFromDecimal(price, currency).amount;
  } catch {
    throw new NotBookable(`"${price.slice(0, 40)}" is no price`);
  }
}

function newRefund(wanted: SandboxRefund, order: OrderRecord): RecordedRefund {
  if (order.refunds.length >= REFUNDS_MAX) throw new NotBookable(`at most ${REFUNDS_MAX} refunds`);
  const left = [...figuresOf(order).currentQuantities];
  const places = new Map(lineIds(order).map((id, index) => [id, index]));
  const lines = wanted.lines.map(({ lineId, quantity }) => {
    const line = places.get(lineId);
    const units = line === undefined ? undefined : left[line];
    if (line === undefined || units === undefined) throw new NotBookable(`the order has no line ${lineId}`);
    if (units < quantity) throw new NotBookable(`line ${lineId} has only ${units} units left to refund`);
    left[line] = units - quantity;
    return { line, quantity };
  });
  return { atMs: Date.now(), restock: wanted.restock, lines };
}
