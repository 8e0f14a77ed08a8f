/** Alerts. */
import { z } from 'zod';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { AlertDocument } from '#runtime/effects/alerts.ts';
import type { ApiOptions } from './client-context.ts';
import { ListQuery, pageOf, readCursor } from './paging.ts';
import { clientRoute, type Route } from './route.ts';
import { AlertRow, pageOfRows } from './views.ts';

const Position = z.object({ at: z.coerce.date(), id: z.string().max(1_000) });

export function alertRoutes({ database }: ApiOptions): Route[] {
  return [
    clientRoute({
      method: 'get',
      path: '/alerts',
      summary: 'Alerts, newest first',
      may: 'see',
      query: ListQuery,
      answer: pageOfRows(AlertRow),
      run: async ({ clientId, query }) => {
        const after = readCursor(Position, query.cursor);
        const found = await new ClientCollection<AlertDocument>(database.db, 'alerts', clientId)
          .find(after ? { $or: [{ at: { $lt: after.at } }, { at: after.at, _id: { $lt: after.id } }] } : {})
          .sort({ at: -1, _id: -1 })
          .limit(query.limit + 1)
          .toArray();
        return pageOf(
          found,
          query.limit,
          ({ _id, at, level, title, text, pipelineId }): AlertRow => ({
            id: _id,
            at: at.toISOString(),
            level,
            title,
            text,
            pipelineId,
          }),
          ({ at, _id }) => ({ at, id: _id }),
        );
      },
    }),
  ];
}
