/** `GET /api/v1/dead-letters`, `POST /api/v1/dead-letters/:id/retry`: events that wait for a person. */
import { ObjectId } from 'mongodb';
import { z } from 'zod';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { connectionNames } from './names.ts';
import { ListQuery, pageOf, readCursor } from './paging.ts';
import { clientRoute, type Route } from './route.ts';
import { DeadLetterRow, Nothing, pageOfRows } from './views.ts';

const EventId = z.string().regex(/^[0-9a-f]{24}$/);
const Position = z.object({ at: z.coerce.date(), id: EventId });

export function deadLetterRoutes({ database, wake }: ApiOptions): Route[] {
  const list = clientRoute({
    method: 'get',
    path: '/dead-letters',
    summary: 'Events that wait for a person, newest first',
    may: 'see',
    query: ListQuery,
    answer: pageOfRows(DeadLetterRow),
    run: async ({ clientId, query }) => {
      const after = readCursor(Position, query.cursor);
      const older = after
        ? {
            $or: [
              { endedAt: { $lt: after.at } },
              { endedAt: after.at, _id: { $lt: new ObjectId(after.id) } },
            ],
          }
        : {};
      const found = await new ClientCollection<EventDocument>(database.db, 'events', clientId)
        .find({ state: 'dead', ...older }, { projection: { body: 0 } })
        .sort({ endedAt: -1, _id: -1 })
        .limit(query.limit + 1)
        .toArray();
      const names = await connectionNames(database, clientId);
      return pageOf(
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
      );
    },
  });

  const retry = clientRoute({
    method: 'post',
    path: '/dead-letters/:id/retry',
    summary: 'Gives an event another try',
    may: 'decide',
    answer: Nothing,
    status: 202,
    run: async ({ clientId, params }) => {
      const id = EventId.safeParse(params.id);
      const again = id.success
        ? await new ClientCollection<EventDocument>(database.db, 'events', clientId).updateOne(
            { _id: new ObjectId(id.data), state: 'dead' },
            { $set: { state: 'queued', failures: 0, crashes: 0, nextTryAt: null, endedAt: null } },
          )
        : null;
      if (again?.modifiedCount !== 1) {
        throw new Problem(
          404,
          'No such dead letter',
          'It may have been retried already. Nothing was changed.',
        );
      }
      wake(clientId);
      return {};
    },
  });

  return [list, retry];
}
