/** The client's endpoints as the page shows them. */
import type { Connection } from 'mongoose';
import { webhooks } from '#nodes/webhooks/webhook-service.ts';
import { type ConnectionDocument, connectionsOf } from '#runtime/clients/connection-model.ts';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { Database } from '#runtime/database/open-database.ts';
import { endpointsOf } from '#runtime/endpoints/endpoint-document.ts';
import type { ClientId } from '#runtime/ids.ts';
import { WAITS_FOR_PERSON } from '#runtime/outbox/decide.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';
import { Problem } from '../../problem.ts';
import type { WebhookRow } from '../views.ts';

/** The client's connections that are endpoints, oldest first. */
export async function webhooksOf(models: Connection, clientId: ClientId): Promise<ConnectionDocument[]> {
  return (await connectionsOf(models, clientId)).filter(({ channel }) => channel === webhooks.type);
}

/** @throws {Problem} 404 when the client has no such endpoint. */
export async function endpointOf(
  models: Connection,
  clientId: ClientId,
  id: string,
): Promise<ConnectionDocument> {
  const found = (await webhooksOf(models, clientId)).find(({ _id }) => _id === id);
  if (found) return found;
  throw noSuchWebhook();
}

export function noSuchWebhook(): Problem {
  return new Problem(
    404,
    'No such webhook',
    'You have no webhook with this id. Nothing was changed, and nothing was sent.',
  );
}

/** @param only the one with this id; empty when there is none. */
export async function webhookRows(
  { db, models }: Database,
  clientId: ClientId,
  only?: string,
): Promise<WebhookRow[]> {
  const outbox = new ClientCollection<OutboxDocument>(db, 'outbox', clientId);
  const [connections, endpoints] = await Promise.all([
    webhooksOf(models, clientId),
    endpointsOf(db, clientId).find({}).toArray(),
  ]);
  const byId = new Map(endpoints.map((endpoint) => [endpoint._id, endpoint]));
  const wanted = connections.filter(({ _id }) => only === undefined || _id === only);
  return await Promise.all(
    wanted.map(async ({ _id: connectionId, name, baseUrl, createdAt }): Promise<WebhookRow> => {
      const endpoint = byId.get(connectionId);
      const [waiting, needsYou] = await Promise.all([
        outbox.count({ connectionId, state: { $in: ['queued', 'sending'] } }),
        outbox.count({ $and: [{ connectionId }, WAITS_FOR_PERSON] }),
      ]);
      return {
        id: connectionId,
        revision: endpoint?.revision ?? 0,
        name,
        address: baseUrl,
        events: [...(endpoint?.events ?? [])],
        paused: endpoint?.paused ?? false,
        declinedAt: endpoint?.declinedAt?.toISOString() ?? null,
        since: createdAt.toISOString(),
        secretSince: (endpoint?.secretSince ?? createdAt).toISOString(),
        waiting,
        needsYou,
      };
    }),
  );
}
