/** Addresses of the client's own, to which flows and alerts send signed webhooks: connected, and tried out. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { newWebhookSecret, WebhookUrl, webhooks } from '#nodes/webhooks/webhook-service.ts';
import { connectionsOf, saveConnection } from '#runtime/clients/connection-model.ts';
import { ConnectionId } from '#runtime/ids.ts';
import { enqueue } from '#runtime/outbox/enqueue.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { clientRoute, type Route } from './route.ts';
import { NewWebhookView, Nothing } from './views.ts';

const NewWebhook = z.strictObject({ name: z.string().trim().min(1).max(80), url: WebhookUrl });

export function webhookConnectionRoutes({ database, vault, reload, wake }: ApiOptions): Route[] {
  return [
    clientRoute({
      method: 'post',
      path: '/connections/webhooks',
      // Whoever knows the address of some receivers may send to them.
      secretBody: true,
      summary: 'Connects an address to which flows send signed webhooks',
      may: 'connect',
      body: NewWebhook,
      answer: NewWebhookView,
      status: 201,
      run: async ({ clientId, body: { name, url } }) => {
        const id = ConnectionId.parse(`webhook-${randomUUID()}`);
        const secret = newWebhookSecret();
        await saveConnection(database.models, {
          _id: id,
          clientId,
          name,
          channel: webhooks.type,
          baseUrl: new URL(url).origin,
          sandbox: false,
          countingAuthority: false,
          secret: vault.seal(id, { url, secret }),
          createdAt: new Date(),
        });
        reload(clientId);
        return { id, secret };
      },
    }),
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
