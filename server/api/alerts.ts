/** `GET /api/v1/alerts` */
import { Router } from 'express';
import { z } from 'zod';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { AlertDocument } from '#runtime/effects/alerts.ts';
import { type ApiOptions, clientOf } from './client-context.ts';
import { ListQuery, pageOf, readCursor, readQuery } from './paging.ts';
import type { AlertRow } from './views.ts';

const Position = z.object({ at: z.coerce.date(), id: z.string().max(1_000) });

export function alertRoutes({ database }: ApiOptions): Router {
  const router = Router();
  router.get('/alerts', async (request, response) => {
    const query = readQuery(ListQuery, request.query);
    const after = readCursor(Position, query.cursor);
    const found = await new ClientCollection<AlertDocument>(database.db, 'alerts', clientOf(response))
      .find(after ? { $or: [{ at: { $lt: after.at } }, { at: after.at, _id: { $lt: after.id } }] } : {})
      .sort({ at: -1, _id: -1 })
      .limit(query.limit + 1)
      .toArray();
    response.json(
      pageOf(
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
      ),
    );
  });
  return router;
}
