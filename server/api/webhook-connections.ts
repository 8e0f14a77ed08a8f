/** `POST /api/v1/connections/webhooks`: connects an address of the client's own, to which flows send signed webhooks. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { newWebhookSecret, WebhookUrl, webhooks } from '#nodes/webhooks/webhook-service.ts';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type { ApiOptions } from './client-context.ts';
import { clientRoute, type Route } from './route.ts';
import { NewWebhookView } from './views.ts';

const NewWebhook = z.strictObject({ name: z.string().trim().min(1).max(80), url: WebhookUrl });

export function webhookConnectionRoutes({ database, vault, reload }: ApiOptions): Route[] {
  return [
    clientRoute({
      method: 'post',
      path: '/connections/webhooks',
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
  ];
}
