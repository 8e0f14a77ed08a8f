/** Addresses of the client's own programs, and what each is told of: made, changed, given a new secret, removed. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  newWebhookSecret,
  WebhookSecret,
  WebhookUrl,
  withNewSecret,
} from '#nodes/webhooks/webhook-service.ts';
import { Alerts } from '#runtime/alerts/alerts.ts';
import {
  type ConnectionDocument,
  removeConnection,
  saveConnection,
} from '#runtime/clients/connection-model.ts';
import {
  changeEndpoint,
  type EndpointFields,
  endpointsOf,
  HAPPENING_TYPES,
} from '#runtime/endpoints/endpoint-document.ts';
import { forgetEndpoints } from '#runtime/endpoints/tell-endpoints.ts';
import { type ClientId, ConnectionId } from '#runtime/ids.ts';
import { dropWaiting } from '#runtime/outbox/drop-waiting.ts';
import { Problem } from '../../problem.ts';
import type { ApiOptions } from '../client-context.ts';
import { clientRoute, type Route } from '../route.ts';
import { list } from '../view.ts';
import { NewWebhookSecretView, NewWebhookView, WebhookRow } from '../views.ts';
import { endpointOf, noSuchWebhook, webhookRows, webhooksOf } from './webhook-rows.ts';

/** More than any client needs: each is a message for everything that happens. */
const WEBHOOKS_MAX = 50;

const Fields = z.strictObject({
  name: z.string().trim().min(1).max(80),
  url: WebhookUrl,
  events: z.array(z.enum(HAPPENING_TYPES)).max(HAPPENING_TYPES.length),
});
const NewWebhook = Fields.extend({ events: Fields.shape.events.default([]) });
const Seen = z.strictObject({
  seenRevision: z.int().min(0).describe('`revision` of the webhook, as it was looked at'),
});
const Change = Fields.extend({ paused: z.boolean() }).partial().extend(Seen.shape);

export function webhookEndpointRoutes({ database, vault, reload, changed, wake }: ApiOptions): Route[] {
  const { db, models } = database;

  function saved(clientId: ClientId): void {
    forgetEndpoints(db, clientId);
    reload(clientId);
    changed(clientId, ['connections', 'outbox']);
  }

  /** For the audit log. Whether its address changed is said there by its host alone. */
  async function was({ clientId, params }: { clientId: ClientId; params: { id: string } }) {
    const [row] = await webhookRows(database, clientId, params.id);
    if (!row) return null;
    const { name, address, events, paused, secretSince } = row;
    return { name, address, events, paused, secretSince };
  }

  const listAll = clientRoute({
    method: 'get',
    path: '/webhooks',
    summary: 'Addresses to which signed webhooks are sent, and what each is told of',
    may: 'see',
    answer: list(WebhookRow),
    run: async ({ clientId }) => await webhookRows(database, clientId),
  });

  const make = clientRoute({
    method: 'post',
    path: '/webhooks',
    // Whoever knows the address of some receivers may send to them.
    secretBody: true,
    summary: 'Names an address to which signed webhooks are sent: of what happens, and by flows',
    may: 'connect',
    body: NewWebhook,
    answer: NewWebhookView,
    status: 201,
    run: async ({ clientId, body: { name, url, events } }) => {
      if ((await webhooksOf(models, clientId)).length >= WEBHOOKS_MAX) {
        throw new Problem(
          409,
          'Too many webhooks',
          `There are ${WEBHOOKS_MAX} already. Nothing was changed. Remove one that nobody needs.`,
        );
      }
      const id = ConnectionId.parse(`webhook-${randomUUID()}`);
      const secret = newWebhookSecret();
      const now = new Date();
      const heard = { events: [...new Set(events)], paused: false, secretSince: now };
      await endpointsOf(db, clientId).insertIfAbsent({ _id: id, clientId, ...heard });
      await saveConnection(models, {
        _id: id,
        clientId,
        name,
        channel: 'webhook',
        baseUrl: new URL(url).origin,
        sandbox: false,
        countingAuthority: false,
        secret: vault.seal(id, { url, secret }),
        createdAt: now,
      });
      saved(clientId);
      return { id, secret };
    },
  });

  const change = clientRoute({
    method: 'patch',
    path: '/webhooks/:id',
    secretBody: true,
    summary:
      'Changes a webhook, unless it was changed meanwhile: its name, its address, what it is told of; or pauses it',
    may: 'connect',
    body: Change,
    answer: WebhookRow,
    was,
    run: async ({ clientId, params: { id }, body: { seenRevision, name, url, events, paused } }) => {
      const connection = await take(clientId, id, seenRevision, {
        ...(events !== undefined && { events: [...new Set(events)] }),
        ...(paused !== undefined && { paused, declinedAt: null }),
      });
      if (name !== undefined || url !== undefined) {
        const secret = secretOf(connection);
        await saveConnection(models, {
          ...connection,
          name: name ?? connection.name,
          ...(url !== undefined && {
            baseUrl: new URL(url).origin,
            secret: vault.seal(connection._id, { ...secret, url }),
          }),
        });
      }
      // Another address has declined nothing.
      if (url !== undefined)
        await endpointsOf(db, clientId).updateOne(
          { _id: connection._id, declinedAt: { $ne: null } },
          { $set: { paused: false, declinedAt: null } },
        );
      saved(clientId);
      const [row] = await webhookRows(database, clientId, id);
      if (!row) throw noSuchWebhook();
      return row;
    },
  });

  const rotate = clientRoute({
    method: 'post',
    path: '/webhooks/:id/secret',
    summary:
      'Makes a new secret, unless the webhook was changed meanwhile; for a day the one before signs too, so that no delivery is refused',
    may: 'connect',
    body: Seen,
    answer: NewWebhookSecretView,
    status: 201,
    was,
    run: async ({ clientId, params: { id }, body: { seenRevision } }) => {
      const now = new Date();
      const connection = await take(clientId, id, seenRevision, { secretSince: now });
      const next = withNewSecret(secretOf(connection), now);
      await saveConnection(models, { ...connection, secret: vault.seal(connection._id, next) });
      saved(clientId);
      const { secret, previous } = next;
      return { secret, previousUntil: previous.until.toISOString(), revision: seenRevision + 1 };
    },
  });

  const remove = clientRoute({
    method: 'delete',
    path: '/webhooks/:id',
    summary: 'Removes a webhook. What waits for it is dropped; what it was sent stays in the outbox',
    may: 'connect',
    answer: null,
    was,
    run: async ({ clientId, params: { id } }) => {
      const { _id } = await endpointOf(models, clientId, id);
      await endpointsOf(db, clientId).deleteOne({ _id });
      await new Alerts(db, clientId).removed(_id);
      await removeConnection(models, clientId, _id);
      await dropWaiting(db, clientId, _id);
      saved(clientId);
      changed(clientId, ['alerts']);
      wake(clientId);
      return undefined;
    },
  });

  const secretOf = ({ _id, secret }: ConnectionDocument) => WebhookSecret.parse(vault.open(_id, secret));

  /** Changes what of it is no secret, if it still is as it was seen. @returns its connection, which is then changed by nobody else. */
  async function take(
    clientId: ClientId,
    id: string,
    seenRevision: number,
    fields: EndpointFields,
  ): Promise<ConnectionDocument> {
    const seen = await endpointOf(models, clientId, id);
    if (!(await changeEndpoint(db, seen, seenRevision, fields))) throw changedMeanwhile();
    // Read after that: what was saved before it is not undone.
    return await endpointOf(models, clientId, id);
  }

  return [listAll, make, change, rotate, remove];
}

function changedMeanwhile(): Problem {
  return new Problem(
    409,
    'Changed meanwhile',
    'This webhook was changed since you opened it: by somebody else, or paused since its receiver wants no more. That is kept, and nothing of yours was saved. Look at what it is now, and repeat your change if you still want it.',
  );
}
