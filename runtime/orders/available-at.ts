import type { LocationId } from '../ids.ts';
import { sumOf } from '../stock/quotas.ts';
import type { StockDocument } from '../stock/stock-document.ts';

/** What of a stock document says where units could be taken from. */
export type Shelves = Pick<StockDocument, 'locations' | 'available' | 'quotas'>;

export const SHELVES = { sku: 1, locations: 1, available: 1, quotas: 1 } as const;

/**
 * Units of a SKU that could be taken now, by location, by somebody who is no channel: the parts of the channels are
 * theirs. Empty where the ledger does not hold it.
 */
export function availableAt(item: Shelves | null): Map<LocationId, number> {
  if (!item) return new Map();
  const free = Math.max(0, item.available - sumOf(item.quotas));
  return new Map(
    Object.entries(item.locations).map(([location, { available }]) => [
      location as LocationId,
      Math.min(available, free),
    ]),
  );
}
