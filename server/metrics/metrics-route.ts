/** `/metrics`: for Prometheus, by a key of the whole agency. */
import { Router } from 'express';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Database } from '#runtime/database/open-database.ts';
import type { RunnerState } from '#runtime/host/fleet.ts';
import { type Auth, principalOf } from '../auth/auth.ts';
import { Problem } from '../problem.ts';
import { queueMetrics } from './queue-metrics.ts';
import { type RequestMetrics, requestMetrics } from './request-metrics.ts';

export interface Metrics extends RequestMetrics {
  readonly route: Router;
}

interface MetricsOptions {
  readonly database: Database;
  readonly auth: Auth;
  readonly runners: () => readonly RunnerState[];
}

export function openMetrics({ database, auth, runners }: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  queueMetrics(registry, database, runners);
  const route = Router();
  route.get('/metrics', async (request, response) => {
    const principal = await principalOf(auth, request, request.ip ?? '');
    if (!principal) {
      throw new Problem(
        401,
        'A key is needed',
        'Send a key of your whole agency with the permission “inspect”: authorization: Bearer sfk_…',
      );
    }
    if (principal.clients !== null || !principal.permissions.has('inspect')) {
      throw new Problem(
        403,
        'Not allowed',
        'Metrics are about all clients: they need the permission “inspect” for the whole agency.',
      );
    }
    response.setHeader('cache-control', 'no-store');
    response.type(registry.contentType).send(await registry.metrics());
  });
  return { ...requestMetrics(registry), route };
}
