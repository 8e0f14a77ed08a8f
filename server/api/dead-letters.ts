/** `GET /api/v1/dead-letters`, `POST /api/v1/dead-letters/:id/retry`: events that wait for a person. */
import { Router } from 'express';
import { ObjectId } from 'mongodb';
import { z } from 'zod';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import { Problem } from '../problem.ts';
import { type ApiOptions, clientOf } from './client-context.ts';
import { connectionNames } from './names.ts';
import { ListQuery, pageOf, readCursor, readQuery } from './paging.ts';
import type { DeadLetterRow } from './views.ts';

const EventId = z.string().regex(/^[0-9a-f]{24}$/);
const Position = z.object({ at: z.coerce.date(), id: EventId });

export function deadLetterRoutes({ database, wake }: ApiOptions): Router {
  const router = Router();

  router.get('/dead-letters', async (request, response) => {
    const clientId = clientOf(response);
    const query = readQuery(ListQuery, request.query);
    const after = readCursor(Position, query.cursor);
    const older = after
      ? { $or: [{ endedAt: { $lt: after.at } }, { endedAt: after.at, _id: { $lt: new ObjectId(after.id) } }] }
      : {};
    const found = await new ClientCollection<EventDocument>(database.db, 'events', clientId)
      .find({ state: 'dead', ...older }, { projection: { body: 0 } })
      .sort({ endedAt: -1, _id: -1 })
      .limit(query.limit + 1)
      .toArray();
    const names = await connectionNames(database, clientId);
    response.json(
      pageOf(
        found,
        query.limit,
        ({ _id, receivedAt, endedAt, source, topic, partition, failure, failures }): DeadLetterRow => ({
          id: _id.toHexString(),
          at: (endedAt ?? receivedAt).toISOString(),
          connectionName: source === 'syncflow' ? 'SyncFlow' : names(source).name,
          subject: `${topic} · ${partition}`,
          reason: failure ? `${failure.where ? `${failure.where}: ` : ''}${failure.reason}` : 'unknown',
          fix: failure?.fix ?? null,
          tries: failures,
        }),
        ({ _id, receivedAt, endedAt }) => ({ at: endedAt ?? receivedAt, id: _id.toHexString() }),
      ),
    );
  });

  router.post('/dead-letters/:id/retry', async (request, response) => {
    const clientId = clientOf(response);
    const id = EventId.safeParse(request.params.id);
    const again = id.success
      ? await new ClientCollection<EventDocument>(database.db, 'events', clientId).updateOne(
          { _id: new ObjectId(id.data), state: 'dead' },
          { $set: { state: 'queued', failures: 0, crashes: 0, nextTryAt: null, endedAt: null } },
        )
      : null;
    if (again?.modifiedCount !== 1) {
      throw new Problem(404, 'No such dead letter', 'It may have been retried already. Nothing was changed.');
    }
    wake(clientId);
    response.status(202).json({});
  });

  return router;
}
