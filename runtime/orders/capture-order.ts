/** Keeps orders: once each, newest snapshot wins, and writes down what each change means for the stock. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { type ClientId, orderIdOf } from '../ids.ts';
import type { CapturedOrder, Order, OrderLine } from './order.ts';
import type { OrderDocument, StoredLine } from './order-document.ts';

/** Two flows that keep the same order at the same moment take turns; more than this many turns is a mistake of ours. */
const ATTEMPTS_MAX = 20;

/**
 * Keeps a snapshot of an order.
 * - First sight: a new order, whatever its state (a cancellation may come before its creation).
 * - A snapshot that is older than the kept one changes nothing.
 * - Each line whose `taken` differs from the kept one gets a stock change, to be booked by `bookOrder`.
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
    if (order.updatedAt < kept.updatedAt) return { ...order, orderId };
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

function firstSight(order: Order, receivedAt: Date): Omit<OrderDocument, '_id' | 'clientId'> {
  return {
    ...order,
    lines: order.lines.map((line) => ({
      ...line,
      ...withChange([], line.taken, receivedAt),
      booked: 0,
      state: 'waiting',
    })),
    receivedAt,
    shortLines: 0,
    revision: 1,
  };
}

/** The kept order brought up to the snapshot; null when the snapshot says nothing new. */
function merged(
  kept: OrderDocument,
  order: Order,
  receivedAt: Date,
): Pick<OrderDocument, 'number' | 'status' | 'updatedAt' | 'total' | 'lines'> | null {
  const incoming = new Map(order.lines.map((line) => [line.lineId, line]));
  const lines: StoredLine[] = kept.lines.map((line) =>
    mergedLine(line, incoming.get(line.lineId), receivedAt),
  );
  const known = new Set(kept.lines.map(({ lineId }) => lineId));
  for (const line of order.lines) {
    if (known.has(line.lineId)) continue;
    lines.push({ ...line, ...withChange([], line.taken, receivedAt), booked: 0, state: 'waiting' });
  }
  const unchanged =
    lines.length === kept.lines.length &&
    lines.every((line, index) => line === kept.lines[index]) &&
    order.status === kept.status &&
    order.updatedAt.getTime() === kept.updatedAt.getTime() &&
    order.total.amount === kept.total.amount;
  if (unchanged) return null;
  return {
    number: order.number,
    status: order.status,
    updatedAt: order.updatedAt,
    total: order.total,
    lines,
  };
}

/** A line that the channel no longer names was removed by an edit: nothing of it is taken any more. */
function mergedLine(kept: StoredLine, line: OrderLine | undefined, at: Date): StoredLine {
  const taken = line?.taken ?? 0;
  const quantity = line?.quantity ?? kept.quantity;
  if (taken === kept.taken && quantity === kept.quantity) return kept;
  return { ...kept, quantity, taken, ...withChange(kept.changes, taken - kept.taken, at) };
}

function withChange(changes: StoredLine['changes'], units: number, at: Date): Pick<StoredLine, 'changes'> {
  return { changes: units === 0 ? changes : [...changes, { sequence: changes.length + 1, units, at }] };
}
