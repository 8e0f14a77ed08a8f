/** What people ask under privacy laws: the record of it, and what has to be handed to a customer. */
import { z } from 'zod';
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { ClientId, ConnectionId } from '#runtime/ids.ts';
import {
  answerPrivacyRequest,
  deliveriesOf,
  type PrivacyRequestDocument,
} from '#runtime/notices/privacy-request.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { ListQuery, olderThan, pageOf, readCursor } from './paging.ts';
import { clientRoute, type Route } from './route.ts';
import { PrivacyDataView, PrivacyRequestRow, pageOfRows } from './views.ts';

const Position = z.object({ at: z.coerce.date(), id: z.string().max(1_000) });
/** More than this is not handed out at once; a customer with so many deliveries is none. */
const DELIVERIES_MAX = 2_000;

type Names = ReadonlyMap<ConnectionId, PrivacyRequestRow['connection']>;

export function privacyRoutes({ database, changed }: ApiOptions): Route[] {
  const { db, models } = database;

  async function namesOf(clientId: ClientId): Promise<Names> {
    const connections = await connectionsOf(models, clientId);
    return new Map(connections.map(({ _id, name, channel }) => [_id, { id: _id, name, channel }]));
  }

  return [
    clientRoute({
      method: 'get',
      path: '/privacy-requests',
      summary: 'What people ask under privacy laws, newest first',
      may: 'connect',
      query: ListQuery,
      answer: pageOfRows(PrivacyRequestRow),
      run: async ({ clientId, query }) => {
        const after = readCursor(Position, query.cursor);
        const requests = new ClientCollection<PrivacyRequestDocument>(db, 'privacyRequests', clientId);
        const [names, found] = await Promise.all([
          namesOf(clientId),
          requests
            .find(olderThan<PrivacyRequestDocument>('receivedAt', after))
            .sort({ receivedAt: -1, _id: -1 })
            .limit(query.limit + 1)
            .toArray(),
        ]);
        return pageOf(
          found,
          query.limit,
          (found) => rowOf(found, names),
          ({ receivedAt, _id }) => ({ at: receivedAt, id: _id }),
        );
      },
    }),
    clientRoute({
      method: 'post',
      path: '/privacy-requests/:id/answer',
      summary: 'Notes that the customer has what they asked for',
      may: 'connect',
      answer: PrivacyRequestRow,
      run: async ({ clientId, by, params }) => {
        const found = await answerPrivacyRequest(db, clientId, params.id, by);
        if (!found) throw noSuchRequest();
        changed(clientId, ['connections']);
        return rowOf(found, await namesOf(clientId));
      },
    }),
    clientRoute({
      method: 'get',
      path: '/privacy-requests/:id/data',
      summary: 'What is kept of the orders of a request, to be handed to the customer',
      may: 'connect',
      answer: PrivacyDataView,
      run: async ({ clientId, params }) => {
        const requests = new ClientCollection<PrivacyRequestDocument>(db, 'privacyRequests', clientId);
        const request = await requests.findOne({ _id: params.id });
        if (!request) throw noSuchRequest();
        const found = await deliveriesOf(db, request).limit(DELIVERIES_MAX).toArray();
        return {
          deliveries: found.map(({ body, receivedAt }) => ({
            receivedAt: receivedAt.toISOString(),
            body: JSON.parse(Buffer.from(body.value()).toString('utf8')) as unknown,
          })),
        };
      },
    }),
  ];
}

function rowOf(
  {
    _id,
    connectionId,
    kind,
    request,
    orders,
    deliveries,
    receivedAt,
    dueAt,
    answered,
  }: PrivacyRequestDocument,
  names: Names,
): PrivacyRequestRow {
  return {
    id: _id,
    kind,
    connection: names.get(connectionId) ?? { id: connectionId, name: connectionId, channel: '' },
    request,
    orders: [...orders],
    deliveries,
    receivedAt: receivedAt.toISOString(),
    dueAt: dueAt?.toISOString() ?? null,
    answeredAt: answered?.at.toISOString() ?? null,
  };
}

function noSuchRequest(): Problem {
  return new Problem(404, 'No such request', 'There is no request with this id.');
}
