/** What an endpoint was sent, with every answer that it gave; and sending one again. */
import { z } from 'zod';
import { messageIdOf, webhooks } from '#nodes/webhooks/webhook-service.ts';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';
import { sendAgain } from '#runtime/outbox/send-again.ts';
import { Problem } from '../../problem.ts';
import type { ApiOptions } from '../client-context.ts';
import { ListQuery, olderThan, pageOf, readCursor } from '../paging.ts';
import { clientRoute, type Route } from '../route.ts';
import { Nothing, pageOfRows, WebhookDeliveryRow } from '../views.ts';
import { endpointOf } from './webhook-rows.ts';

const Position = z.object({ at: z.coerce.date(), id: z.string().max(1_000) });
const Query = ListQuery.omit({ search: true });

export function webhookDeliveryRoutes({ database, changed, wake }: ApiOptions): Route[] {
  const { db, models } = database;

  const listAll = clientRoute({
    method: 'get',
    path: '/webhooks/:id/deliveries',
    summary: 'What a webhook was sent in the last 90 days, newest first, with its answers',
    may: 'see',
    query: Query,
    answer: pageOfRows(WebhookDeliveryRow),
    run: async ({ clientId, params, query }) => {
      const { _id: connectionId } = await endpointOf(models, clientId, params.id);
      const after = readCursor(Position, query.cursor);
      const found = await new ClientCollection<OutboxDocument>(db, 'outbox', clientId)
        .find(
          { connectionId, ...olderThan<OutboxDocument>('queuedAt', after) },
          { projection: { 'payload.data': 0 } },
        )
        .sort({ queuedAt: -1, _id: -1 })
        .limit(query.limit + 1)
        .toArray();
      return pageOf(found, query.limit, rowOf, ({ queuedAt, _id }) => ({ at: queuedAt, id: _id }));
    },
  });

  const again = clientRoute({
    method: 'post',
    path: '/webhooks/:id/deliveries/:delivery/again',
    summary: 'Sends a delivery again, with the same `webhook-id`',
    may: 'connect',
    answer: Nothing,
    status: 202,
    run: async ({ clientId, params: { id, delivery } }) => {
      const { _id: connectionId } = await endpointOf(models, clientId, id);
      const sent = await sendAgain(db, clientId, { id: delivery, connectionId, effect: webhooks.type });
      if (!sent) {
        throw new Problem(
          404,
          'Nothing to send again',
          'There is no such delivery, or it is on its way already. Nothing was changed.',
        );
      }
      changed(clientId, ['outbox']);
      wake(clientId);
      return {};
    },
  });

  return [listAll, again];
}

function rowOf(message: OutboxDocument): WebhookDeliveryRow {
  const { _id, queuedAt, payload, providerKey, subject, state, tries, notBefore, endedAt } = message;
  const { failure, doubt, calls = [] } = message;
  return {
    id: _id,
    at: queuedAt.toISOString(),
    type: String(payload.type),
    webhookId: messageIdOf(providerKey),
    subject,
    state,
    tries,
    nextTryAt: (state === 'queued' || state === 'in-doubt') && notBefore ? notBefore.toISOString() : null,
    endedAt: endedAt?.toISOString() ?? null,
    reason: doubt?.reason ?? failure?.reason ?? null,
    fix: failure?.fix ?? null,
    calls: calls.map(({ at, ...call }) => ({ ...call, at: at.toISOString() })),
    canSendAgain: state === 'sent' || state === 'dropped' || state === 'dead',
  };
}
