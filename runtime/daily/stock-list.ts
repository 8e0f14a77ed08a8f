/** Tells every product with its level, in parts: for flows that want all of them, not only what changes. */

import { z } from 'zod';
import { ClientCollection } from '../database/client-collection.ts';
import type { StockDocument } from '../stock/stock-document.ts';
import { levelOf, StockLevel } from '../stock/stock-level.ts';
import type { DailyTelling } from './daily-job.ts';

const TOGETHER = 200;

export const StockListed = z.object({ hour: z.int(), levels: z.array(StockLevel) });

/** One event for each 200 products. */
export async function* stockList({ db, clientId, hour }: DailyTelling): AsyncGenerator<object> {
  const stock = new ClientCollection<StockDocument>(db, 'stock', clientId).find({}).sort({ sku: 1 });
  let levels: StockLevel[] = [];
  for await (const head of stock) {
    levels.push(levelOf(head));
    if (levels.length < TOGETHER) continue;
    yield { hour, levels } satisfies z.input<typeof StockListed>;
    levels = [];
  }
  if (levels.length > 0) yield { hour, levels } satisfies z.input<typeof StockListed>;
}
