/** Keeps orders: once each, newest snapshot wins, and writes down what each change means for the stock. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { type ClientId, orderIdOf } from '../ids.ts';
import { wordsOf } from '../search/words.ts';
import { firstLine, nextLine, SETTLED_MS } from './line-log.ts';
import type { CapturedOrder, Order } from './order.ts';
import type { OrderDocument } from './order-document.ts';
import { PROGRESS } from './order-progress.ts';

/** Two flows that keep the same order at the same moment take turns; more than this many turns is a mistake of ours. */
const ATTEMPTS_MAX = 20;

/**
 * Keeps a snapshot of an order.
 * - First sight: a new order, whatever its state (a cancellation may come before its creation).
 * - A snapshot that is older than the kept one changes nothing.
 * - What is new of a line (units taken or put back, paid, closed) goes into its log, to be booked by `OrderBooking`.
 */
export async function captureOrder(
  db: Db,
  clientId: ClientId,
  order: Order,
  receivedAt: Date = new Date(),
): Promise<CapturedOrder> {
  const orders = new ClientCollection<OrderDocument>(db, 'orders', clientId);
  const orderId = orderIdOf(order.connectionId, order.externalId);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    // Most events are new orders, so the insert is tried first.
    const isNew = await orders.insertIfAbsent({ ...firstSight(order, receivedAt), _id: orderId, clientId });
    if (isNew) return { ...order, orderId };
    const kept = await orders.findOne({ _id: orderId });
    if (!kept) continue;
    if (isOlder(order, kept)) return { ...order, orderId };
    const next = merged(kept, order, receivedAt);
    if (!next) return { ...order, orderId };
    const written = await orders.updateOne(
      { _id: orderId, revision: kept.revision },
      { $set: next, $inc: { revision: 1 } },
    );
    if (written.modifiedCount === 1) return { ...order, orderId };
  }
  throw new Error(`order ${orderId} found no turn to be written in ${ATTEMPTS_MAX} attempts`);
}

function firstSight(
  { takenAt: _judged, ...order }: Order,
  receivedAt: Date,
): Omit<OrderDocument, '_id' | 'clientId'> {
  return {
    ...order,
    lines: order.lines.map((line) => firstLine(line, order.status, receivedAt)),
    receivedAt,
    shortLines: 0,
    owedLines: 0,
    unfinished: false,
    bookedAt: null,
    words: wordsOfOrder(order),
    revision: 1,
  };
}

/** By which an order is found: its number, and the SKUs and titles of its lines. */
export function wordsOfOrder({
  number,
  lines,
}: {
  readonly number: string;
  readonly lines: readonly Pick<Order['lines'][number], 'sku' | 'title'>[];
}): string[] {
  return wordsOf([number, ...lines.flatMap(({ sku, title }) => [sku ?? '', title])]);
}

/** Whether a snapshot is older than the one that is kept: then it changes nothing. */
export function isOlder(
  order: Pick<Order, 'updatedAt' | 'status'>,
  kept: Pick<Order, 'updatedAt' | 'status'>,
): boolean {
  const ms = order.updatedAt.getTime() - kept.updatedAt.getTime();
  return ms < 0 || (ms === 0 && PROGRESS[order.status] < PROGRESS[kept.status]);
}

/** The kept order brought up to the snapshot; null when the snapshot says nothing new. */
function merged(
  kept: OrderDocument,
  order: Order,
  receivedAt: Date,
): Pick<OrderDocument, 'number' | 'status' | 'updatedAt' | 'total' | 'lines' | 'words'> | null {
  const isSettled = kept.receivedAt.getTime() < receivedAt.getTime() - SETTLED_MS;
  const incoming = new Map(
    order.lines.map((line) => [line.lineId, isSettled ? { ...line, sku: null } : line]),
  );
  const known = new Set(kept.lines.map(({ lineId }) => lineId));
  const lines = [
    ...kept.lines.map((line) => nextLine(line, incoming.get(line.lineId), kept.status, order, receivedAt)),
    ...order.lines
      .filter(({ lineId }) => !known.has(lineId))
      // It came to an order that we knew: nothing of it was in any count.
      .map(({ takenBefore: _none, ...line }) => firstLine(line, order.status, receivedAt)),
  ];
  const unchanged =
    lines.length === kept.lines.length &&
    lines.every((line, index) => line === kept.lines[index]) &&
    order.status === kept.status &&
    order.updatedAt.getTime() === kept.updatedAt.getTime() &&
    order.total.amount === kept.total.amount;
  if (unchanged) return null;
  const { number, status, updatedAt, total } = order;
  return { number, status, updatedAt, total, lines, words: wordsOfOrder({ number, lines }) };
}
