/** Stock as a file: taken away, changed elsewhere, brought back; what would change is shown before anything does. */
import { z } from 'zod';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { ClientId, Sku } from '#runtime/ids.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import type { StockDocument } from '#runtime/stock/stock-document.ts';
import type { StockLevel } from '#runtime/stock/stock-level.ts';
import type { ApiOptions } from './client-context.ts';
import { csvParts } from './csv-parts.ts';
import { findAll } from './find-page.ts';
import { lowThresholdsOf } from './low-threshold.ts';
import { readStockFile } from './read-stock-file.ts';
import { clientRoute, type Route } from './route.ts';
import { StockSearch, searchOfStock } from './stock-search.ts';
import { StockPreviewView } from './views.ts';

const COLUMNS = ['sku', 'title', 'location', 'on hand', 'reserved', 'available'];
/** Fifty thousand lines of our own export, in JSON. */
const FILE_BYTES_MAX = 8_000_000;
const READ_TOGETHER = 1_000;

export function stockFileRoutes({ database }: ApiOptions): Route[] {
  const take = clientRoute({
    method: 'get',
    path: '/stock/export',
    summary:
      'The stock that a search finds, all of it, as a file of comma separated values: a line for each location',
    may: 'see',
    query: StockSearch,
    answer: z.string(),
    media: 'text/csv',
    run: async ({ clientId, query }) => {
      const search = searchOfStock(query, await lowThresholdsOf(database, clientId));
      const stock = new ClientCollection<StockDocument>(database.db, 'stock', clientId);
      return csvParts(
        search ? await findAll(stock, search) : nothing(),
        COLUMNS,
        ({ sku, title, locations }) =>
          Object.entries(locations).map(([id, { onHand, reserved, available }]) => [
            sku,
            title,
            id,
            onHand,
            reserved,
            available,
          ]),
      );
    },
  });

  const preview = clientRoute({
    method: 'post',
    path: '/stock/import-preview',
    summary:
      'What a file of stock (columns sku, on hand and, if you like, location) would change. It changes nothing',
    may: 'decide',
    body: z.strictObject({ csv: z.string().min(1).max(FILE_BYTES_MAX) }),
    bodyBytesMax: FILE_BYTES_MAX,
    unaudited: true,
    answer: StockPreviewView,
    run: async ({ clientId, body }) => {
      const file = readStockFile(body.csv);
      const levels = await levelsOf(
        clientId,
        file.rows.map(({ sku }) => sku),
      );
      const wrong = [...file.wrong];
      const changes: z.input<typeof StockPreviewView>['changes'][number][] = [];
      let unchanged = 0;
      for (const { line, sku, location, quantity } of file.rows) {
        const level = levels.get(sku);
        const seen = level?.byLocation[location]?.onHand ?? 0;
        const reserved = level?.byLocation[location]?.reserved ?? 0;
        if (!level) wrong.push({ line, text: `“${sku}” is no SKU of your stock` });
        else if (quantity < reserved)
          wrong.push({ line, text: `“${sku}”: ${reserved} are promised to orders, so ${quantity} can’t be` });
        else if (quantity === seen) unchanged += 1;
        else changes.push({ line, sku, title: level.title, location, seen, quantity });
      }
      return { changes, unchanged, wrong: wrong.sort((a, b) => a.line - b.line) };
    },
  });

  async function levelsOf(clientId: ClientId, skus: readonly Sku[]): Promise<Map<Sku, StockLevel>> {
    const ledger = new StockLedger(database.db, clientId);
    const all = new Map<Sku, StockLevel>();
    for (let start = 0; start < skus.length; start += READ_TOGETHER) {
      const some = await ledger.levels(skus.slice(start, start + READ_TOGETHER));
      for (const [sku, level] of some) all.set(sku, level);
    }
    return all;
  }

  return [take, preview];
}

async function* nothing(): AsyncGenerator<StockDocument> {}
