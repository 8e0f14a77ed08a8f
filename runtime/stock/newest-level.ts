/** The newest level of single SKUs: what many messages ask at one moment is read at once. */
import { batchCalls } from '../batch-calls.ts';
import type { Sku } from '../ids.ts';
import type { StockLedger } from './ledger.ts';
import type { StockLevel } from './stock-level.ts';

const TOGETHER_MAX = 200;

/** @returns a function that answers the level of now where it is newer than the one it is given, else that one. */
export function newestLevelOf(
  ledger: Pick<StockLedger, 'levels'>,
): (level: StockLevel) => Promise<StockLevel> {
  const read = batchCalls<Sku, StockLevel | undefined>(async (skus) => {
    const levels = await ledger.levels([...new Set(skus)]);
    return skus.map((sku) => levels.get(sku));
  }, TOGETHER_MAX);
  return async (level) => {
    const now = await read(level.sku);
    return now && now.version > level.version ? now : level;
  };
}
