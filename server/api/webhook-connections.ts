/** Connections to services are tried out: for now webhooks are the only ones. */
import { randomUUID } from 'node:crypto';
import { webhooks } from '#nodes/webhooks/webhook-service.ts';
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import { enqueue } from '#runtime/outbox/enqueue.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { clientRoute, type Route } from './route.ts';
import { Nothing } from './views.ts';

export function webhookConnectionRoutes({ database, wake }: ApiOptions): Route[] {
  return [
    clientRoute({
      method: 'post',
      path: '/connections/:id/test-message',
      summary: 'Sends a signed test webhook (`syncflow.test`); how it went stands in the outbox',
      may: 'connect',
      answer: Nothing,
      status: 202,
      run: async ({ clientId, params }) => {
        const connection = (await connectionsOf(database.models, clientId)).find(
          ({ _id }) => _id === params.id,
        );
        if (connection?.channel !== webhooks.type) {
          throw new Problem(
            404,
            'No such webhook',
            'You have no webhook connection with this id. Nothing was sent.',
          );
        }
        await enqueue(database.db, clientId, {
          key: `test:${randomUUID()}`,
          effect: webhooks.type,
          connectionId: connection._id,
          subject: `Test of ${connection.name}`,
          payload: { type: 'syncflow.test', data: { connection: connection.name } },
          whenInDoubt: 'again',
        });
        wake(clientId);
        return {};
      },
    }),
  ];
}
