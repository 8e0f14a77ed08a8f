/** `POST /api/v1/connections/webhooks`: connects an address of the client's own, to which flows send signed webhooks. */
import { randomUUID } from 'node:crypto';
import { Router } from 'express';
import { z } from 'zod';
import { newWebhookSecret, WebhookUrl, webhooks } from '#nodes/webhooks/webhook-service.ts';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import { ConnectionId } from '#runtime/ids.ts';
import { type ApiOptions, clientOf } from './client-context.ts';
import { readQuery } from './paging.ts';
import type { NewWebhookView } from './views.ts';

const NewWebhook = z.object({ name: z.string().trim().min(1).max(80), url: WebhookUrl });

export function webhookConnectionRoutes({ database, vault, reload }: ApiOptions): Router {
  const router = Router();
  router.post('/connections/webhooks', async (request, response) => {
    const clientId = clientOf(response);
    const { name, url } = readQuery(NewWebhook, request.body);
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
    const view: NewWebhookView = { id, secret };
    response.status(201).json(view);
  });
  return router;
}
