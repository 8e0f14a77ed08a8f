/** Conflicts: sales that met too little stock, and how each was decided. Policy so far: `hold`, a person decides. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, ConnectionId, OrderId, Sku } from '../ids.ts';
import type { JournalEntry } from '../stock/stock-document.ts';
import type { OrderDocument } from './order-document.ts';
import type { ShortLine } from './short-line.ts';

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
  readonly wanted: number;
  readonly availableThen: number;
  /** The order that got the units last, when one is known. */
  readonly winner: {
    readonly orderId: OrderId;
    readonly orderNumber: string;
    readonly connectionId: ConnectionId;
    readonly at: Date;
  } | null;
  readonly policy: 'hold';
  readonly state: 'open' | 'withdrawn';
  readonly at: Date;
}

/** Records a conflict once; recording it again changes nothing. */
export async function recordConflict(
  db: Db,
  clientId: ClientId,
  order: OrderDocument,
  key: string,
  line: ShortLine,
  winner: JournalEntry | null,
): Promise<void> {
  const { orderId, orderNumber } = winner?.cause ?? {};
  await collection(db, clientId).insertIfAbsent({
    _id: `${clientId}/${key}`,
    clientId,
    sku: line.sku,
    title: line.title,
    orderId: order._id,
    orderNumber: order.number,
    connectionId: order.connectionId,
    lineId: line.lineId,
    placedAt: order.placedAt,
    wanted: line.wanted,
    availableThen: line.available,
    winner:
      winner?.channel && orderId && orderNumber
        ? { orderId, orderNumber, connectionId: winner.channel.connectionId, at: winner.at }
        : null,
    policy: 'hold',
    state: 'open',
    at: new Date(),
  });
}

/** The customer's line was cancelled: nothing is left to decide. */
export async function withdrawConflict(
  db: Db,
  clientId: ClientId,
  order: OrderDocument,
  lineId: string,
): Promise<void> {
  await collection(db, clientId).updateMany(
    { orderId: order._id, lineId, state: 'open' },
    { $set: { state: 'withdrawn' } },
  );
}

function collection(db: Db, clientId: ClientId): ClientCollection<ConflictDocument> {
  return new ClientCollection<ConflictDocument>(db, 'conflicts', clientId);
}
