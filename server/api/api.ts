/** The REST API v1: the table of its routes, mounted behind the sign-in, and its document. */
import { Router } from 'express';
import { alertRoutes } from './alerts.ts';
import { type ApiOptions, signedIn } from './client-context.ts';
import { conflictRoutes } from './conflicts.ts';
import { connectRoutes } from './connect.ts';
import { connectionRoutes } from './connections.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { executionRoutes } from './executions.ts';
import { flowDraftRoutes } from './flow-drafts.ts';
import { flowMakingRoutes } from './flow-making.ts';
import { flowVersionRoutes } from './flow-versions.ts';
import { importRoutes } from './imports.ts';
import { listingRoutes } from './listings.ts';
import { mountRoutes } from './mount-routes.ts';
import { documentRoutes } from './openapi/document-routes.ts';
import { orderRoutes } from './orders.ts';
import { outboxRoutes } from './outbox.ts';
import { overviewRoutes } from './overview.ts';
import { pipelineRoutes } from './pipelines.ts';
import { policyRoutes } from './policy.ts';
import { proofRoutes } from './proofs.ts';
import type { Route } from './route.ts';
import { sessionRoutes } from './session.ts';
import { sharingRoutes } from './sharing.ts';
import { stockRoutes } from './stock.ts';
import { stockCorrectionRoutes } from './stock-corrections.ts';
import { webhookConnectionRoutes } from './webhook-connections.ts';
import { whyRoutes } from './why.ts';

/** Every route of the API: the table from which all else is made. */
export function apiRouteTable(options: ApiOptions): Route[] {
  return [
    sessionRoutes,
    overviewRoutes,
    connectionRoutes,
    connectRoutes,
    importRoutes,
    listingRoutes,
    orderRoutes,
    stockRoutes,
    stockCorrectionRoutes,
    sharingRoutes,
    whyRoutes,
    conflictRoutes,
    policyRoutes,
    proofRoutes,
    alertRoutes,
    pipelineRoutes,
    flowDraftRoutes,
    flowVersionRoutes,
    flowMakingRoutes,
    deadLetterRoutes,
    outboxRoutes,
    executionRoutes,
    webhookConnectionRoutes,
  ].flatMap((routes) => routes(options));
}

export function apiRoutes(options: ApiOptions): Router {
  const table = apiRouteTable(options);
  const router = Router();
  router.use(documentRoutes(table, options.version));
  router.use(signedIn(options.sessions));
  router.use(mountRoutes(table));
  return router;
}
