/** What the shops would show if a set-up were switched on now, with real rows. Nothing is written. */
import { planFirstSync } from '../wizard/first-sync.ts';
import { bufferOf } from '../wizard/switch-on.ts';
import type { ApiOptions } from './client-context.ts';
import { clientRoute, type Route } from './route.ts';
import { FirstSyncView } from './views.ts';
import { wizardOf } from './wizards.ts';

const ROWS_MAX = 100;

type Rows = FirstSyncView['rows'][number];

export function firstSyncRoutes({ database }: ApiOptions): Route[] {
  return [
    clientRoute({
      method: 'get',
      path: '/wizards/:id/first-sync',
      summary:
        'What the shops would show if it were switched on now, with the largest changes. Nothing is written',
      may: 'connect',
      answer: FirstSyncView,
      run: async ({ params, ...asker }) => {
        const { wizard, template } = await wizardOf({ database }, asker, params.id);
        const sum = { listings: 0, same: 0, raised: 0, lowered: 0, soldOut: 0 };
        if (!template.writesStock) return { ...sum, rows: [] };
        let rows: Rows[] = [];
        const parameters = template.parameters.safeParse(wizard.parameters).data ?? {};
        for await (const part of planFirstSync(database.db, asker.clientId, bufferOf(template, parameters))) {
          for (const { listingId, title, sku, connectionId, shows, willShow } of part) {
            sum.listings += 1;
            if (willShow === shows) {
              sum.same += 1;
              continue;
            }
            sum[willShow > shows ? 'raised' : 'lowered'] += 1;
            if (willShow === 0) sum.soldOut += 1;
            rows.push({ id: listingId, title, sku, connectionId, shows, willShow });
          }
          rows = rows.sort((a, b) => sizeOf(b) - sizeOf(a) || (a.id < b.id ? -1 : 1)).slice(0, ROWS_MAX);
        }
        return { ...sum, rows };
      },
    }),
  ];
}

function sizeOf({ shows, willShow }: Rows): number {
  return Math.abs(willShow - shows);
}
