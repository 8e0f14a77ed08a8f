/** Stock corrected by a person: booked in the ledger, and told to the flows that listen. */
import type { Db } from 'mongodb';
import { acceptEvent } from '../events/inbox.ts';
import type { ClientId } from '../ids.ts';
import { StockLedger } from './ledger.ts';
import type { StockOperation, StockResult } from './operation.ts';
import { stockChangedBody } from './stock-changed.ts';
import type { StockLevel } from './stock-level.ts';

/**
 * Books first and tells the flows after. When the process dies in between, the caller got no answer and sends
 * the same key again: the ledger knows it, and the flows hear of it then.
 * @throws what `StockLedger.apply` throws.
 */
export async function correctByHand(
  db: Db,
  clientId: ClientId,
  operation: StockOperation,
): Promise<StockResult> {
  const result = await new StockLedger(db, clientId).apply(operation);
  if (result.outcome !== 'applied') return result;
  await tellCorrected(db, clientId, operation.key, result.level);
  return result;
}

/** The flows that listen hear of what a person has corrected, once for its key. */
export async function tellCorrected(
  db: Db,
  clientId: ClientId,
  key: string,
  level: StockLevel,
): Promise<void> {
  await acceptEvent(db, {
    clientId,
    source: 'syncflow',
    topic: 'stock.changed',
    dedupeKey: `hand:${key}`,
    partition: `sku:${level.sku}`,
    body: stockChangedBody({ by: 'person', levels: [level] }),
  });
}
