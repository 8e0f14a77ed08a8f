/** A list of stock booked as a person saw it: what a file would change, or what a stock-take has counted. */
import { z } from 'zod';
import { LocationId, Sku } from '#runtime/ids.ts';
import { correctList, type LineOutcome } from '#runtime/stock/correct-list.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import type { ApiOptions } from './client-context.ts';
import { clientRoute, type Route } from './route.ts';
import { StockListView } from './views.ts';

/** Booked within a second or two; a longer list is sent in parts with the same key. */
const LINES_MAX = 200;
const UNITS_MAX = 1_000_000_000;
const NOTES = { import: 'Import of a list', take: 'Stock-take' } as const;

const Line = z.strictObject({
  sku: Sku,
  location: LocationId,
  seen: z.int().min(-UNITS_MAX).max(UNITS_MAX).describe('On hand there when the quantity was written down'),
  quantity: z.int().min(0).max(UNITS_MAX),
});

export function stockListRoutes({ database, wake }: ApiOptions): Route[] {
  return [
    clientRoute({
      method: 'post',
      path: '/stock/lists',
      summary:
        'Corrects a list of stock: by the difference to what was seen (import), or as counted (take). The same line with the same key is booked once',
      may: 'decide',
      body: z.strictObject({
        key: z.string().min(1).max(64),
        kind: z.enum(['import', 'take']),
        lines: z.array(Line).min(1).max(LINES_MAX),
      }),
      answer: StockListView,
      run: async ({ clientId, by, body: { key, kind, lines } }) => {
        const ledger = new StockLedger(database.db, clientId);
        const list = {
          kind: kind === 'take' ? 'count' : 'adjust',
          key,
          by,
          note: NOTES[kind],
          lines,
        } as const;
        const outcomes = await correctList(database.db, clientId, ledger, list);
        wake(clientId);
        const of = (wanted: LineOutcome) => outcomes.filter((outcome) => outcome === wanted).length;
        return {
          booked: of('booked'),
          before: of('before'),
          unchanged: of('unchanged'),
          refused: lines.flatMap(({ sku, location }, index) => {
            const text = whyNot(outcomes[index] ?? 'booked', location);
            return text === null ? [] : [{ sku, location, text }];
          }),
        };
      },
    }),
  ];
}

/** null: it was not refused. */
function whyNot(outcome: LineOutcome, location: string): string | null {
  switch (outcome) {
    case 'booked':
    case 'before':
    case 'unchanged':
      return null;
    case 'unknown-sku':
      return 'It is no SKU of your stock.';
    case 'stale':
      return 'It changes too fast just now. Send it again.';
    case 'unknown-location':
      return `It never lay at “${location}”.`;
    case 'full':
      return 'It lies at as many locations as SyncFlow keeps for one product.';
    default:
      return `Too few are free at “${location}”: the others are promised to orders.`;
  }
}
