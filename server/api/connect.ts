/** Connecting a channel: what there is, by keys, by consent, and looking whether a connection is in order. */
import { z } from 'zod';
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import { openLivingAccount } from '#runtime/clients/key-keeper.ts';
import { beginConsent, outcomeOf } from '#runtime/connecting/by-consent.ts';
import { connectByKeys } from '#runtime/connecting/by-keys.ts';
import { type ConnectWish, connectableOf } from '#runtime/connecting/ways.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type { ConnectWay } from '#runtime/sync/channel-connect.ts';
import { checkConnection } from '#runtime/sync/check-connection.ts';
import { ConnectionHealth } from '#runtime/sync/connection-health.ts';
import { auditedConnection } from '../connect/audited-connection.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { clientRoute, type Route } from './route.ts';
import { told } from './told.ts';
import { list } from './view.ts';
import { ChannelKindView, CheckView, ConnectAnswerView, ConsentView } from './views.ts';

/** Only a sandbox on this machine may stand in for a channel: keys go nowhere else than where they belong. */
const SandboxUrl = z
  .url()
  .regex(/^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$/, 'must be on this machine');

const Connect = z.strictObject({
  channel: z.string().max(32),
  way: z.string().max(40),
  input: z.record(z.string().max(60), z.string().max(8_000)),
  name: z.string().trim().min(1).max(80).optional(),
  countingAuthority: z.boolean().default(false),
  sandboxUrl: SandboxUrl.optional(),
  /** A connection whose keys are to be renewed. */
  again: ConnectionId.optional(),
});

export function connectRoutes(options: ApiOptions): Route[] {
  const { database, vault, channels, services, reload, publicUrl } = options;
  return [
    clientRoute({
      method: 'get',
      path: '/channels',
      summary: 'Channels and services that can be connected, and how',
      may: 'connect',
      answer: list(ChannelKindView),
      run: async () =>
        [...channels.values(), ...services.values()].flatMap(({ type, title, connect = [] }) =>
          connect.length > 0
            ? [
                {
                  type,
                  title,
                  kind: services.has(type) ? ('service' as const) : ('channel' as const),
                  ways: connect.map(wayView),
                },
              ]
            : [],
        ),
    }),
    clientRoute({
      method: 'post',
      path: '/connections/channels',
      secretBody: ({ channel, way, name, again }) => ({ channel, way, name, again }),
      summary:
        'Connects a channel or service, or renews the keys of a connection; for a consent, tells where to send the person',
      may: 'connect',
      body: Connect,
      answer: ConnectAnswerView,
      status: 201,
      was: async ({ clientId, body: { again } }) => await auditedConnection(options, clientId, again),
      became: async ({ clientId }, { connectionId, consent }) =>
        (await auditedConnection(options, clientId, connectionId as ConnectionId | null)) ?? { consent },
      run: async ({ clientId, by, body: { name, sandboxUrl, again, ...body } }) => {
        const wish: ConnectWish = {
          ...body,
          clientId,
          name: name ?? null,
          sandboxUrl: sandboxUrl ?? null,
          again: again ?? null,
        };
        const parts = { database, vault, channels, services };
        const way = connectableOf(parts, body.channel)?.connect?.find(({ id }) => id === body.way);
        return await told(async () => {
          if (way?.kind === 'consent') {
            const base = publicUrl();
            const addresses = {
              callback: `${base}/connect/${body.channel}/callback`,
              page: (id: string) => `${base}/connect?consent=${id}`,
            };
            const { url, id } = await beginConsent(parts, wish, by, addresses);
            return { connectionId: null, url, consent: id };
          }
          const connectionId = await connectByKeys(parts, wish);
          reload(clientId);
          return { connectionId, url: null, consent: null };
        });
      },
    }),
    clientRoute({
      method: 'get',
      path: '/connections/consents/:id',
      summary: 'How a consent at a channel ended',
      may: 'connect',
      answer: ConsentView,
      run: async ({ clientId, params }) => {
        const outcome = await outcomeOf(database.db, clientId, params.id);
        const nothing = { connectionId: null, reason: null, fix: null };
        if (typeof outcome === 'string') return { ...nothing, state: outcome };
        if ('connectionId' in outcome) {
          return { ...nothing, state: 'connected' as const, connectionId: outcome.connectionId };
        }
        return { ...nothing, ...outcome, state: 'failed' as const };
      },
    }),
    clientRoute({
      method: 'post',
      path: '/connections/:id/checks',
      unaudited: true,
      summary: 'Looks at a connection now: keys, rights, and what stands in the way',
      may: 'connect',
      answer: CheckView,
      run: async ({ clientId, params }) => {
        const connection = (await connectionsOf(database.models, clientId)).find(
          ({ _id }) => _id === params.id,
        );
        if (!connection) throw gone();
        const { _id, baseUrl, channel: type } = connection;
        const channel = channels.get(type);
        const service = services.get(type);
        const look = () => {
          if (channel) return channel.open(openLivingAccount(database.db, vault, channel, connection));
          if (!service) throw gone();
          const secret = vault.open(_id, connection.secret);
          const far = { connectionId: _id, type, baseUrl, secret, client: null };
          const { check } = service;
          return check ? { check: () => check.call(service, far) } : {};
        };
        const health = new ConnectionHealth(database.db, clientId, _id);
        const findings = await told(() => checkConnection(look(), health));
        options.changed(clientId, ['connections', 'overview']);
        return { at: new Date().toISOString(), findings: [...findings] };
      },
    }),
  ];
}

function wayView({ id, kind, title, help, form }: ConnectWay) {
  const fields = Object.entries(form.shape).map(([name, schema]) => {
    const { title: label = name, help: about, secret } = z.globalRegistry.get(schema as z.ZodType) ?? {};
    return {
      name,
      title: label,
      help: typeof about === 'string' ? about : null,
      secret: secret === true,
      required: !(schema as z.ZodType).safeParse(undefined).success,
    };
  });
  return { id, kind, title, help, fields };
}

function gone(): Problem {
  return new Problem(
    404,
    'No such connection',
    'It may have been removed. Load the page again. Nothing was changed.',
  );
}
