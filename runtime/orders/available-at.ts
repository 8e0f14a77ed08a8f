import type { LocationId } from '../ids.ts';
import type { StockDocument } from '../stock/stock-document.ts';

/** Units of a SKU that could be taken now, by location; empty where the ledger does not hold it. */
export function availableAt(item: Pick<StockDocument, 'locations'> | null): Map<LocationId, number> {
  return new Map(
    Object.entries(item?.locations ?? {}).map(([location, { available }]) => [
      location as LocationId,
      available,
    ]),
  );
}
