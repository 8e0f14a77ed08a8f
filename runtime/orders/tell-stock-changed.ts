import type { Db } from 'mongodb';
import { acceptEvent } from '../events/inbox.ts';
import type { ClientId } from '../ids.ts';
import { stockChangedBody } from '../stock/stock-changed.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import type { OrderDocument } from './order-document.ts';

/**
 * Tells the flows of stock that changed by an order, but not in the course of a flow: a decision, a backorder that
 * was filled. Of one state of the order it is told once.
 */
export async function tellStockChanged(
  db: Db,
  clientId: ClientId,
  { _id: orderId, revision }: Pick<OrderDocument, '_id' | 'revision'>,
  levels: readonly StockLevel[],
): Promise<void> {
  if (levels.length === 0) return;
  await acceptEvent(db, {
    clientId,
    source: 'syncflow',
    topic: 'stock.changed',
    dedupeKey: `finished:${orderId}:${revision}`,
    partition: orderId,
    body: stockChangedBody({ by: 'person', levels: [...levels] }),
  });
}
