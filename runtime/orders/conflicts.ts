/**
 * Conflicts: sales that met too little stock, as people see them. The truth about each lies in its order's log; these
 * documents are its list, brought up to the order by whoever booked it.
 */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { conflictRaised } from '../endpoints/happenings.ts';
import { tellEndpoints } from '../endpoints/tell-endpoints.ts';
import type { ClientId, ConnectionId, OrderId, Sku } from '../ids.ts';
import type { OrderDocument } from './order-document.ts';
import type { ConflictState, DecisionRecord } from './stock-account.ts';

/** The order that got the units, when one is known. */
export interface ConflictWinner {
  readonly orderId: OrderId;
  readonly orderNumber: string;
  readonly connectionId: ConnectionId;
  readonly at: Date;
}

export interface ConflictDocument {
  /** `<client>/<key of the stock operation that came short>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly sku: Sku;
  readonly title: string;
  readonly orderId: OrderId;
  readonly orderNumber: string;
  readonly connectionId: ConnectionId;
  readonly lineId: string;
  readonly placedAt: Date;
  /** Units that came short, and how many were there at that moment. */
  readonly wanted: number;
  readonly availableThen: number;
  readonly winner: ConflictWinner | null;
  /** There were units, but they are the parts of other channels: this channel sold more than it was given. */
  readonly beyondPart: boolean;
  /** The units were this order's, and went to an order that was placed before it. */
  readonly handedOver: boolean;
  readonly at: Date;

  // From here on as the order's account says, as of its revision.
  /** Units that are short now. */
  readonly units: number;
  readonly state: ConflictState;
  readonly because: string | null;
  readonly decision: DecisionRecord | null;
  readonly revision: number;
}

type Story = Omit<
  ConflictDocument,
  '_id' | 'clientId' | 'at' | 'units' | 'state' | 'because' | 'decision' | 'revision'
>;

export function conflictsOf(db: Db, clientId: ClientId): ClientCollection<ConflictDocument> {
  return new ClientCollection<ConflictDocument>(db, 'conflicts', clientId);
}

/** The id of a conflict's document. */
export function conflictDocumentId(clientId: ClientId, conflictId: string): string {
  return `${clientId}/${conflictId}`;
}

/** Writes the story of a conflict down, once; telling it again changes nothing. */
export async function tellConflict(
  db: Db,
  clientId: ClientId,
  conflictId: string,
  story: Story,
): Promise<void> {
  const conflict = { ...story, _id: conflictDocumentId(clientId, conflictId), clientId, at: new Date() };
  await conflictsOf(db, clientId).insertIfAbsent({
    ...conflict,
    units: story.wanted,
    state: 'open',
    because: null,
    decision: null,
    revision: 0,
  });
  await tellEndpoints(db, clientId, conflictRaised(conflict));
}

/** Brings the list up to what an order's accounts say; what a later write of the order has said already stays. */
export async function showConflicts(db: Db, clientId: ClientId, order: OrderDocument): Promise<void> {
  const updates = order.lines.flatMap(({ accounts }) =>
    accounts.flatMap(({ short, conflicts }) =>
      conflicts.map(({ id, state, because, decision }) => ({
        filter: { _id: conflictDocumentId(clientId, id), revision: { $lt: order.revision } },
        update: {
          $set: {
            state,
            because,
            decision,
            units: state === 'open' || state === 'cancelling' ? short : 0,
            revision: order.revision,
          },
        },
      })),
    ),
  );
  if (updates.length > 0) await conflictsOf(db, clientId).updateEach(updates, { ordered: false });
}
