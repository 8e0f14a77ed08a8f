/** Asks channels to cancel orders, through the outbox: once for each decision, however often it is booked. */
import type { Db } from 'mongodb';
import type { ClientId } from '../ids.ts';
import { enqueue } from '../outbox/enqueue.ts';
import type { Refund } from '../sync/order-action.ts';
import type { LineRound } from './book-entries.ts';
import type { OrderDocument, StoredLine } from './order-document.ts';
import { openConflictOf } from './stock-account.ts';
import type { DecisionChange } from './stock-change.ts';

/** The key of the message by which a decision asks for a cancellation. */
export function cancellationKey({
  conflictId,
  sequence,
}: Pick<DecisionChange, 'conflictId' | 'sequence'>): string {
  return `conflict:${conflictId}:cancel:${sequence}`;
}

/** Writes down every cancellation that a round of booking has decided. */
export async function queueCancellations(
  { db, clientId }: { readonly db: Db; readonly clientId: ClientId },
  order: OrderDocument,
  rounds: readonly LineRound[],
): Promise<void> {
  for (const { line, change, after } of rounds) {
    if (change?.kind !== 'decision' || change.decision.choice !== 'cancel') continue;
    const account = after.find(({ sku }) => sku === change.sku);
    const conflict = account && openConflictOf(account);
    if (conflict?.id !== change.conflictId || conflict.state !== 'cancelling') continue;
    await enqueue(db, clientId, {
      key: cancellationKey(change),
      connectionId: order.connectionId,
      ...(change.decision.scope === 'order' ? wholeOrder(order) : ofLine(order, line, account?.short ?? 0)),
    });
  }
}

function wholeOrder({ externalId, number }: OrderDocument) {
  const payload = { externalId, reason: 'inventory' };
  return { effect: 'cancel-order', subject: `Cancel order ${number}`, payload };
}

/** The channel's own count takes the units back, so that its number and ours stay in step. */
function ofLine({ externalId, number }: OrderDocument, { lineId, title }: StoredLine, quantity: number) {
  const payload: Refund = {
    externalId,
    lines: [{ lineId, quantity }],
    restock: true,
    payBack: true,
    reason: 'Out of stock',
    notify: true,
  };
  return {
    effect: 'refund-order',
    subject: `Refund ${quantity} × ${title.slice(0, 80)} of order ${number}`,
    payload,
  };
}
