/** Dead letters: events that failed for good, each with what came in and its runs; one, many or all run again. */
import { ObjectId } from 'mongodb';
import { z } from 'zod';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import { DeadLetters } from '#runtime/events/dead-letters.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import type { ExecutionDocument } from '#runtime/executions/execution-document.ts';
import type { ClientId } from '#runtime/ids.ts';
import { pipelinesOf } from '#runtime/pipelines/pipeline-model.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { type DeadLetterNames, deadLetterRow, deadLetterView } from './dead-letter-view.ts';
import { orderOf } from './dead-letter-words.ts';
import { numbersById } from './find-executions.ts';
import { connectionNames } from './names.ts';
import { ListQuery, olderThan, pageOf, readCursor } from './paging.ts';
import { clientRoute, type Route } from './route.ts';
import { DeadLetterRow, DeadLetterView, pageOfRows, RetriedView } from './views.ts';

const EventId = z.string().regex(/^[0-9a-f]{24}$/);
const Position = z.object({ at: z.coerce.date(), id: EventId });
const ToRetry = z.union([
  z.strictObject({ ids: z.array(EventId).min(1).max(1_000) }),
  z.strictObject({ all: z.literal(true) }),
]);
const RUNS_SHOWN = 20;

export function deadLetterRoutes({ database, wake }: ApiOptions): Route[] {
  const eventsOf = (clientId: ClientId) =>
    new ClientCollection<EventDocument>(database.db, 'events', clientId);

  const list = clientRoute({
    method: 'get',
    path: '/dead-letters',
    summary: 'Events that failed for good, newest first',
    may: 'see',
    query: ListQuery,
    answer: pageOfRows(DeadLetterRow),
    run: async ({ clientId, query }) => {
      const after = readCursor(Position, query.cursor);
      const older = olderThan<EventDocument>(
        'endedAt',
        after && { at: after.at, id: new ObjectId(after.id) },
      );
      const found = await eventsOf(clientId)
        .find({ state: 'dead', ...older }, { projection: { body: 0 } })
        .sort({ endedAt: -1, _id: -1 })
        .limit(query.limit + 1)
        .toArray();
      const names = await namesOf(clientId, found);
      return pageOf(
        found,
        query.limit,
        (event) => deadLetterRow(event, names),
        ({ _id, receivedAt, endedAt }) => ({ at: endedAt ?? receivedAt, id: _id.toHexString() }),
      );
    },
  });

  const one = clientRoute({
    method: 'get',
    path: '/dead-letters/:id',
    summary: 'One of them with what came in, and the runs that failed',
    may: 'inspect',
    answer: DeadLetterView,
    run: async ({ clientId, params }) => {
      const id = EventId.safeParse(params.id);
      const event = id.success
        ? await eventsOf(clientId).findOne({ _id: new ObjectId(id.data), state: 'dead' })
        : null;
      if (!event) throw gone();
      // An execution's id begins with its event's.
      const [from, to] = [`${event._id.toHexString()}:`, `${event._id.toHexString()};`];
      const runs = await new ClientCollection<ExecutionDocument>(database.db, 'executions', clientId)
        .find({ _id: { $gte: from, $lt: to } })
        .sort({ endedAt: -1 })
        .limit(RUNS_SHOWN)
        .toArray();
      return deadLetterView(event, runs, await namesOf(clientId, [event]));
    },
  });

  const retryOne = clientRoute({
    method: 'post',
    path: '/dead-letters/:id/retry',
    summary: 'Gives an event another try, through the flows as they are now',
    may: 'decide',
    answer: RetriedView,
    status: 202,
    run: async ({ clientId, params }) => {
      const id = EventId.safeParse(params.id);
      const retried = id.success ? await retry(clientId, [id.data]) : 0;
      if (retried === 0) throw gone();
      return { retried };
    },
  });

  const retryMany = clientRoute({
    method: 'post',
    path: '/dead-letters/retry',
    summary: 'Gives many events another try, or all',
    may: 'decide',
    body: ToRetry,
    answer: RetriedView,
    status: 202,
    run: async ({ clientId, body }) => ({
      retried: await retry(clientId, 'ids' in body ? body.ids : undefined),
    }),
  });

  async function retry(clientId: ClientId, ids?: readonly string[]): Promise<number> {
    const retried = await new DeadLetters(database.db, clientId).retry(ids?.map((id) => new ObjectId(id)));
    if (retried > 0) wake(clientId);
    return retried;
  }

  async function namesOf(
    clientId: ClientId,
    events: readonly Pick<EventDocument, 'topic' | 'partition' | 'source'>[],
  ): Promise<DeadLetterNames> {
    const orders = new Set(events.map(orderOf).filter((id) => id !== null));
    const numbers = await numbersById(database, clientId, orders);
    const connections = await connectionNames(database, clientId);
    const pipelines = await pipelinesOf(database.models, clientId);
    return {
      connections,
      pipelines: new Map(pipelines.map((pipeline) => [pipeline._id, pipeline])),
      numbers,
    };
  }

  return [list, one, retryMany, retryOne];
}

function gone(): Problem {
  return new Problem(404, 'No such dead letter', 'It may have been retried already. Nothing was changed.');
}
