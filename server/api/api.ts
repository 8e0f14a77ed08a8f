/** The REST API v1. Every route behind `signedIn` works for the session's client alone. */
import { Router } from 'express';
import { allClients } from '#runtime/clients/client-model.ts';
import { alertRoutes } from './alerts.ts';
import { type ApiOptions, clientOf, signedIn } from './client-context.ts';
import { conflictRoutes } from './conflicts.ts';
import { connectionRoutes } from './connections.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { executionRoutes } from './executions.ts';
import { orderRoutes } from './orders.ts';
import { outboxRoutes } from './outbox.ts';
import { overviewRoutes } from './overview.ts';
import { pipelineRoutes } from './pipelines.ts';
import { policyRoutes } from './policy.ts';
import { sharingRoutes } from './sharing.ts';
import { stockRoutes } from './stock.ts';
import { stockCorrectionRoutes } from './stock-corrections.ts';
import type { SessionView } from './views.ts';
import { webhookConnectionRoutes } from './webhook-connections.ts';
import { whyRoutes } from './why.ts';

export function apiRoutes(options: ApiOptions): Router {
  const router = Router();
  router.use(signedIn(options.sessions));
  router.get('/session', async (_request, response) => {
    const clientId = clientOf(response);
    const client = (await allClients(options.database.models)).find(({ _id }) => _id === clientId);
    const view: SessionView = {
      client: { id: clientId, name: client?.name ?? '' },
      version: options.version,
    };
    response.json(view);
  });
  for (const routes of [
    overviewRoutes,
    connectionRoutes,
    orderRoutes,
    stockRoutes,
    stockCorrectionRoutes,
    sharingRoutes,
    whyRoutes,
    conflictRoutes,
    policyRoutes,
    alertRoutes,
    pipelineRoutes,
    deadLetterRoutes,
    outboxRoutes,
    executionRoutes,
    webhookConnectionRoutes,
  ]) {
    router.use(routes(options));
  }
  return router;
}
