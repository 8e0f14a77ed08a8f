/**
 * A person decides about a conflict. The decision is written into the log of the order line, in one write that two
 * people can't both win; from there it is carried out like everything else in that log.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId } from '../ids.ts';
import { appendChange } from './append-change.ts';
import { type ConflictDocument, conflictsOf } from './conflicts.ts';
import type { BookedOrder, OrderBooking } from './order-booking.ts';
import type { OrderDocument, StoredLine } from './order-document.ts';
import type { ConflictState } from './stock-account.ts';
import type { DecisionChange, DecisionChoice } from './stock-change.ts';
import { tellStockChanged } from './tell-stock-changed.ts';

export interface DecisionRequest {
  /** Id of the conflict's document. */
  readonly id: string;
  readonly choice: DecisionChoice;
  /** Who: `person:…`. */
  readonly by: string;
  /** Chosen by who asks: the same request sent again is the same decision. */
  readonly key: string;
}

export type DecisionResult =
  /**
   * decided: by this request, or by an earlier one with the same key. settled: somebody was quicker, or nothing is
   * left to decide. cancelling: the channel was asked to cancel, and has not answered yet. key-reused: the key stands
   * for another choice. In all but the first case nothing was changed.
   */
  | {
      readonly outcome: 'decided' | 'settled' | 'cancelling' | 'key-reused';
      /** As it is now. */
      readonly conflict: ConflictDocument;
      readonly booked: BookedOrder;
    }
  /** The client has no such conflict. */
  | { readonly outcome: 'unknown' };

export async function decideConflict(
  { db, clientId, booking }: { readonly db: Db; readonly clientId: ClientId; readonly booking: OrderBooking },
  { id, choice, by, key }: DecisionRequest,
): Promise<DecisionResult> {
  const conflicts = conflictsOf(db, clientId);
  const conflict = await conflicts.findOne({ _id: id });
  if (!conflict) return { outcome: 'unknown' };
  const { orderId, lineId, sku } = conflict;
  const conflictId = id.slice(clientId.length + 1);
  const orders = new ClientCollection<OrderDocument>(db, 'orders', clientId);

  let outcome: Exclude<DecisionResult['outcome'], 'unknown'> = 'settled';
  await appendChange(orders, orderId, lineId, (_order, line) => {
    outcome = outcomeOf(line, conflictId, choice, key);
    const known = decisionsOf(line, conflictId).some((decision) => decision.key === key);
    if (outcome !== 'decided' || known) return null;
    return { kind: 'decision', conflictId, sku, decision: choice, by, key, at: new Date() };
  });
  // What somebody else decided is brought to its end too: they may have died before they could.
  const booked = await booking.book(orderId, (order, levels) =>
    tellStockChanged(db, clientId, order, levels),
  );
  return { outcome, conflict: (await conflicts.findOne({ _id: id })) ?? conflict, booked };
}

function outcomeOf(line: StoredLine, conflictId: string, choice: DecisionChoice, key: string) {
  const decisions = decisionsOf(line, conflictId);
  const same = decisions.find((decision) => decision.key === key);
  if (same) return isDeepStrictEqual(same.decision, choice) ? 'decided' : 'key-reused';
  if (decisions.some(({ sequence }) => sequence > line.booked)) return 'settled';
  const state = stateOf(line, conflictId);
  return state === 'open' ? 'decided' : state === 'cancelling' ? 'cancelling' : 'settled';
}

function decisionsOf({ changes }: StoredLine, conflictId: string): DecisionChange[] {
  return changes.filter(
    (change): change is DecisionChange => change.kind === 'decision' && change.conflictId === conflictId,
  );
}

function stateOf({ accounts }: StoredLine, conflictId: string): ConflictState | undefined {
  return accounts.flatMap(({ conflicts }) => conflicts).find(({ id }) => id === conflictId)?.state;
}
