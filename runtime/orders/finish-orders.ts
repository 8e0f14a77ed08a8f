/**
 * Brings to an end what a process left behind when it died in the middle of a decision or a hand-over, and what no
 * event of a channel tells: a cancellation that the channel refused, goods that came in for a backorder. Asked again
 * every few seconds.
 */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, OrderId } from '../ids.ts';
import { outboxIdOf } from '../outbox/enqueue.ts';
import type { OutboxDocument } from '../outbox/outbox-document.ts';
import { appendChange } from './append-change.ts';
import { type ConflictDocument, conflictsOf } from './conflicts.ts';
import { followFills } from './follow-fills.ts';
import type { OrderBooking } from './order-booking.ts';
import type { OrderDocument } from './order-document.ts';
import { cancellationKey } from './queue-cancellations.ts';
import type { DecisionChange } from './stock-change.ts';
import { tellStockChanged } from './tell-stock-changed.ts';

/** Looked at in one turn; what is more comes in the next one. */
const TOGETHER_MAX = 200;

/**
 * Flows hear of the stock that changed by it.
 * @returns how many orders were brought to their end. One that can't be now stays for the next turn; it stops no other.
 */
export async function finishOrders(
  { db, clientId, booking }: { readonly db: Db; readonly clientId: ClientId; readonly booking: OrderBooking },
  failed: (orderId: OrderId, error: unknown) => void,
): Promise<number> {
  await reopenRefused(db, clientId);
  await followFills(db, clientId);
  const orders = new ClientCollection<OrderDocument>(db, 'orders', clientId);
  const left = await orders
    .find({ unfinished: true }, { projection: { _id: 1 } })
    .limit(TOGETHER_MAX)
    .toArray();
  let finished = 0;
  for (const { _id: orderId } of left) {
    try {
      await booking.book(orderId, (order, levels) => tellStockChanged(db, clientId, order, levels));
      finished += 1;
    } catch (error) {
      failed(orderId, error);
    }
  }
  return finished;
}

/** Conflicts whose cancellation will not happen are open again, and say why. */
async function reopenRefused(db: Db, clientId: ClientId): Promise<void> {
  const orders = new ClientCollection<OrderDocument>(db, 'orders', clientId);
  const outbox = new ClientCollection<OutboxDocument>(db, 'outbox', clientId);
  for await (const { orderId, lineId, sku, _id } of conflictsOf(db, clientId).find({ state: 'cancelling' })) {
    const conflictId = _id.slice(clientId.length + 1);
    const order = await orders.findOne({ _id: orderId });
    const decision = order && lastCancellation(order, lineId, conflictId);
    if (!decision) continue;
    const message = await outbox.findOne({ _id: outboxIdOf(clientId, cancellationKey(decision)) });
    const reason = message && whyNot(message);
    if (!reason) continue;
    await appendChange(orders, orderId, lineId, (_order, line) =>
      line.changes.some(({ kind, sequence }) => kind === 'reopened' && sequence > decision.sequence)
        ? null
        : { kind: 'reopened', conflictId, sku, reason, at: new Date() },
    );
  }
}

function lastCancellation(
  { lines }: OrderDocument,
  lineId: ConflictDocument['lineId'],
  conflictId: string,
): DecisionChange | undefined {
  return lines
    .find((line) => line.lineId === lineId)
    ?.changes.findLast(
      (change): change is DecisionChange =>
        change.kind === 'decision' && change.conflictId === conflictId && change.decision.choice === 'cancel',
    );
}

function whyNot({ state, failure }: OutboxDocument): string | null {
  if (state === 'dropped') return 'the cancellation was dropped';
  if (state !== 'dead') return null;
  return `the channel did not cancel it: ${failure?.reason ?? 'it gave no reason'}`;
}
