import type { Db } from 'mongodb';
import type { IncomingEvent } from '../events/event.ts';
import type { ClientId } from '../ids.ts';
import { readStockChanged } from '../stock/stock-changed.ts';
import { stockChanged } from './happenings.ts';
import { isToldOf, tellEndpoints } from './tell-endpoints.ts';

/** Hands an event `stock.changed` on to endpoints, before flows run for it. @returns whether something new is in the outbox. */
export async function tellOfStock(
  db: Db,
  clientId: ClientId,
  { topic, id, body }: Pick<IncomingEvent, 'topic' | 'id' | 'body'>,
): Promise<boolean> {
  if (topic !== 'stock.changed' || !(await isToldOf(db, clientId, topic))) return false;
  return await tellEndpoints(db, clientId, stockChanged(id, readStockChanged(body)));
}
