/** Stock that a flow sets: booked as a count, once for each key, and told to the flows that listen when it changed something. */
import type { Db } from 'mongodb';
import type { StockTarget } from '../effects/node-context.ts';
import { Rejected, Retryable } from '../errors.ts';
import { acceptEvent } from '../events/inbox.ts';
import type { ClientId } from '../ids.ts';
import type { StockLedger } from './ledger.ts';
import { stockChangedBody } from './stock-changed.ts';
import type { StockLevel } from './stock-level.ts';

/** A count is refused when the SKU changed since it was looked at; sales come between, but not for ever. */
const ATTEMPTS_MAX = 20;

/**
 * @throws {Rejected} when there is no such SKU, or one location more is one too many.
 * @throws {Retryable} when it changes too fast to be counted.
 */
export async function setStock(
  db: Db,
  clientId: ClientId,
  ledger: StockLedger,
  { key, sku, location, quantity, note }: StockTarget,
): Promise<StockLevel> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const level = (await ledger.levels([sku])).get(sku);
    if (!level) throw noSuch(sku);
    const result = await ledger.apply({
      kind: 'count',
      key,
      sku,
      location,
      quantity,
      seenVersion: level.version,
      cause: { by: 'flow', note },
    });
    if (result.outcome === 'applied') {
      // A flow that sets what is there already must not wake itself.
      if (result.repeated || result.level.onHand !== level.onHand)
        await tell(db, clientId, key, result.level);
      return result.level;
    }
    if (result.outcome === 'unknown-sku') throw noSuch(sku);
    if (result.outcome !== 'stale') {
      throw new Rejected(`The stock of ${sku} can't be set at the location "${location}".`, {
        code: 'item.shape',
        fix: 'Choose a location at which the SKU lies already.',
      });
    }
  }
  throw new Retryable(`The stock of ${sku} changes too fast to be set just now.`);
}

async function tell(db: Db, clientId: ClientId, key: string, level: StockLevel): Promise<void> {
  await acceptEvent(db, {
    clientId,
    source: 'syncflow',
    topic: 'stock.changed',
    dedupeKey: `set:${key}`,
    partition: `sku:${level.sku}`,
    body: stockChangedBody({ by: 'flow', levels: [level] }),
  });
}

function noSuch(sku: string): Rejected {
  return new Rejected(`There is no stock of the SKU "${sku}".`, {
    code: 'item.shape',
    fix: 'Check how the SKU is written, or connect the shop that sells it first.',
  });
}
