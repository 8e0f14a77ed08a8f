/** `GET /api/v1/connections` */
import { Router } from 'express';
import { quantileOf } from '#runtime/metrics/histogram.ts';
import { figuresOf, readMinutes, spansOf } from '#runtime/metrics/read-figures.ts';
import { type ApiOptions, clientOf } from './client-context.ts';
import { connectionStates, lagOf } from './connection-states.ts';
import type { ConnectionView } from './views.ts';

const MINUTE_MS = 60_000;
const SPARK_MINUTES = 30;

export function connectionRoutes({ database, channels, services }: ApiOptions): Router {
  const router = Router();
  router.get('/connections', async (_request, response) => {
    const clientId = clientOf(response);
    const nowMs = Date.now();
    const since = new Date(nowMs - SPARK_MINUTES * MINUTE_MS);
    const states = await connectionStates(database, clientId, services);
    const views = await Promise.all(
      states.map(
        async ({ connection, kind, error, lastEventAt, lastPushAt, name, tone, word, listings, waiting }) => {
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
            tone,
            word,
            listings,
            waiting,
            lastEventAt: lastEventAt?.toISOString() ?? null,
            lastPushAt: lastPushAt?.toISOString() ?? null,
            lag: lagOf(figuresOf(minutes).times('lag')),
            lagSpark: spans.map((figures) => quantileOf(figures.times('lag'), 0.95)),
            error: error ? { ...error, at: error.at.toISOString() } : null,
          };
          return view;
        },
      ),
    );
    response.json(views);
  });
  return router;
}
