/** Connections, as they do. */
import { ClientCollection } from '#runtime/database/client-collection.ts';
import { quantileOf } from '#runtime/metrics/histogram.ts';
import { figuresOf, readMinutes, spansOf } from '#runtime/metrics/read-figures.ts';
import { OptOuts } from '#runtime/outbox/opt-outs.ts';
import type { DriftDocument } from '#runtime/sync/drift.ts';
import type { ApiOptions } from './client-context.ts';
import { connectionStates, lagOf } from './connection-states.ts';
import { clientRoute, type Route } from './route.ts';
import { list } from './view.ts';
import { ConnectionView } from './views.ts';

const MINUTE_MS = 60_000;
const SPARK_MINUTES = 30;
const DRIFTS_MS = 24 * 60 * MINUTE_MS;

export function connectionRoutes({ database, channels, services, publicUrl }: ApiOptions): Route[] {
  return [
    clientRoute({
      method: 'get',
      path: '/connections',
      summary: 'How each channel and service is doing',
      may: 'see',
      answer: list(ConnectionView),
      run: async ({ clientId }) => {
        const nowMs = Date.now();
        const since = new Date(nowMs - SPARK_MINUTES * MINUTE_MS);
        const states = await connectionStates(database, clientId, services);
        const drifts = new ClientCollection<DriftDocument>(database.db, 'drifts', clientId);
        return await Promise.all(
          states.map(
            async ({
              connection,
              kind,
              error,
              findings,
              lastEventAt,
              lastPushAt,
              name,
              tone,
              word,
              listings,
              importing,
              unmatched,
              waiting,
            }) => {
              const minutes = await readMinutes(database.db, clientId, [connection._id], since);
              const spans = spansOf(minutes, SPARK_MINUTES, MINUTE_MS, nowMs);
              const view: ConnectionView = {
                id: connection._id,
                kind,
                name,
                channel: connection.channel,
                channelTitle:
                  (channels.get(connection.channel) ?? services.get(connection.channel))?.title ??
                  connection.channel,
                sandbox: connection.sandbox,
                address: kind === 'channel' ? connection.baseUrl : null,
                tone,
                word,
                listings,
                importing,
                locations: channels.get(connection.channel)?.severalLocations
                  ? Math.max(1, connection.locations?.length ?? 0)
                  : null,
                unmatched,
                waiting,
                drifts: await drifts.count({
                  connectionId: connection._id,
                  at: { $gte: new Date(nowMs - DRIFTS_MS) },
                }),
                lastEventAt: lastEventAt?.toISOString() ?? null,
                lastPushAt: lastPushAt?.toISOString() ?? null,
                lag: lagOf(figuresOf(minutes).times('lag')),
                lagSpark: spans.map((figures) => quantileOf(figures.times('lag'), 0.95)),
                error: error ? { ...error, at: error.at.toISOString() } : null,
                hookAddress: services.get(connection.channel)?.readHook
                  ? `${publicUrl()}/hooks/${connection.channel}/${connection._id}`
                  : null,
                optOuts:
                  kind === 'service' ? await new OptOuts(database.db, clientId, connection._id).count() : 0,
                findings: [...findings],
              };
              return view;
            },
          ),
        );
      },
    }),
  ];
}
