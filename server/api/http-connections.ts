/** `POST /api/v1/connections/http`: connects an HTTP API for the node *HTTP request*. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { HttpSecret } from '#nodes/http/http-call.ts';
import { http } from '#nodes/http/http-service.ts';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type { ApiOptions } from './client-context.ts';
import { clientRoute, type Route } from './route.ts';
import { MadeView } from './views.ts';

const NewHttpConnection = z.strictObject({ name: z.string().trim().min(1).max(80), ...HttpSecret.shape });

export function httpConnectionRoutes({ database, vault, reload }: ApiOptions): Route[] {
  return [
    clientRoute({
      method: 'post',
      path: '/connections/http',
      summary: 'Connects an HTTP API that flows call: a base address, and a header with the key',
      may: 'connect',
      body: NewHttpConnection,
      secretBody: true,
      answer: MadeView,
      status: 201,
      run: async ({ clientId, body: { name, ...secret } }) => {
        const id = ConnectionId.parse(`http-${randomUUID()}`);
        await saveConnection(database.models, {
          _id: id,
          clientId,
          name,
          channel: http.type,
          baseUrl: new URL(secret.url).origin,
          sandbox: false,
          countingAuthority: false,
          secret: vault.seal(id, secret),
          createdAt: new Date(),
        });
        reload(clientId);
        return { id };
      },
    }),
  ];
}
