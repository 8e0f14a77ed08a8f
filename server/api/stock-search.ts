/** What the list of stock can be filtered, searched and ordered by. */
import type { Filter } from 'mongodb';
import { z } from 'zod';
import type { Sku } from '#runtime/ids.ts';
import { beginsWith, termsOf } from '#runtime/search/words.ts';
import type { StockDocument } from '#runtime/stock/stock-document.ts';
import type { ListOrder, Search } from './find-page.ts';
import type { LowThresholds } from './low-threshold.ts';
import { ListQuery } from './paging.ts';

/** What is looked for, and in which order. */
export const StockSearch = z.object({
  search: ListQuery.shape.search.describe('Beginnings of words: of the SKU, of the title'),
  low: z.enum(['true', 'false']).optional(),
  sort: z
    .enum(['available', 'sku', 'changed'])
    .default('available')
    .describe('Fewest available first; by SKU; changed last first'),
});

const AVAILABLE = { clientId: 1, available: 1, sku: 1 } as const;
/** Journals are long, and no list shows them. */
const PROJECTION = { journal: 0, keyFilter: 0 } as const;

const ORDERS: Readonly<Record<z.infer<typeof StockSearch>['sort'], ListOrder<StockDocument>>> = {
  available: {
    field: 'available',
    direction: 1,
    tie: 'sku',
    tieDirection: 1,
    index: AVAILABLE,
    kind: 'number',
    positionOf: ({ available, sku }) => ({ at: available, id: sku }),
  },
  sku: {
    field: 'sku',
    direction: 1,
    tie: 'sku',
    tieDirection: 1,
    index: { clientId: 1, sku: 1 },
    kind: 'text',
    positionOf: ({ sku }) => ({ at: sku, id: sku }),
  },
  changed: {
    field: 'changedAt',
    direction: -1,
    tie: 'sku',
    tieDirection: 1,
    index: { clientId: 1, changedAt: -1, sku: 1 },
    kind: 'date',
    positionOf: ({ changedAt, sku }) => ({ at: changedAt.getTime(), id: sku }),
  },
};

/** @param thresholds below them, a product is low. @returns null when nothing can be found by what was typed. */
export function searchOfStock(
  { search, low, sort }: z.infer<typeof StockSearch>,
  { usual, own }: LowThresholds,
): Search<StockDocument> | null {
  const order = ORDERS[sort];
  const narrow: { filter: Filter<StockDocument>; index: Record<string, 1 | -1> }[] = [];
  if (search) {
    const terms = termsOf(search);
    if (terms.length === 0) return null;
    for (const term of terms)
      narrow.push({ filter: { words: beginsWith(term) }, index: { clientId: 1, words: 1 } });
  }
  if (low !== 'true') return { order, narrow, projection: PROJECTION };
  const few = { available: { $lt: Math.max(usual, ...own.values()) } };
  if (own.size > 0) narrow.push({ filter: lowByOwn(usual, own), index: AVAILABLE });
  if (order.field === 'available') return { order, range: few, narrow, projection: PROJECTION };
  return { order, narrow: [...narrow, { filter: few, index: AVAILABLE }], projection: PROJECTION };
}

/** Products that are low, each by the number that it has. */
function lowByOwn(usual: number, own: LowThresholds['own']): Filter<StockDocument> {
  const skus = [...own].map(([sku, units]) => ({ sku: sku as Sku, available: { $lt: units } }));
  return {
    $or: [{ available: { $lt: usual }, sku: { $nin: [...own.keys()] as Sku[] } }, ...skus],
  };
}
