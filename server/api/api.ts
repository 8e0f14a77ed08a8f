/** The REST API v1: the table of its routes, mounted, and its document. */
import { Router } from 'express';
import { clientRoutes } from './accounts/clients.ts';
import { forgottenPasswordRoutes } from './accounts/forgotten-password.ts';
import { invitationRoutes } from './accounts/invitations.ts';
import { keyRoutes } from './accounts/keys.ts';
import { memberRoutes } from './accounts/members.ts';
import { ownAccountRoutes } from './accounts/own-account.ts';
import { sessionRoutes } from './accounts/session.ts';
import { signingInRoutes } from './accounts/signing-in.ts';
import { alertPreferenceRoutes } from './alert-preferences.ts';
import { alertRoutes } from './alerts.ts';
import { auditRoutes } from './audit.ts';
import type { ApiOptions } from './client-context.ts';
import { conflictRoutes } from './conflicts.ts';
import { connectRoutes } from './connect.ts';
import { connectionRoutes } from './connections.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { executionRoutes } from './executions.ts';
import { firstSyncRoutes } from './first-syncs.ts';
import { flowDraftRoutes } from './flow-drafts.ts';
import { flowHookRoutes } from './flow-hooks.ts';
import { flowMakingRoutes } from './flow-making.ts';
import { flowVersionRoutes } from './flow-versions.ts';
import { importRoutes } from './imports.ts';
import { listingRoutes } from './listings.ts';
import { mountRoutes } from './mount-routes.ts';
import { documentRoutes } from './openapi/document-routes.ts';
import { optOutRoutes } from './opt-outs.ts';
import { orderExportRoutes } from './order-export.ts';
import { orderRoutes } from './orders.ts';
import { outboxRoutes } from './outbox.ts';
import { overviewRoutes } from './overview.ts';
import { pipelineRoutes } from './pipelines.ts';
import { policyRoutes } from './policy.ts';
import { privacyRoutes } from './privacy.ts';
import { proofRoutes } from './proofs.ts';
import type { Route } from './route.ts';
import { sharingRoutes } from './sharing.ts';
import { shopLocationRoutes } from './shop-locations.ts';
import { stockRoutes } from './stock.ts';
import { stockCorrectionRoutes } from './stock-corrections.ts';
import { stockFileRoutes } from './stock-files.ts';
import { stockListRoutes } from './stock-lists.ts';
import { trendRoutes } from './trends.ts';
import { trialRoutes } from './trials.ts';
import { webhookConnectionRoutes } from './webhook-connections.ts';
import { webhookDeliveryRoutes } from './webhooks/deliveries.ts';
import { webhookEndpointRoutes } from './webhooks/endpoints.ts';
import { whyRoutes } from './why.ts';
import { wizardRoutes } from './wizards.ts';

/** Every route of the API: the table from which all else is made. */
export function apiRouteTable(options: ApiOptions): Route[] {
  return [
    sessionRoutes,
    signingInRoutes,
    forgottenPasswordRoutes,
    ownAccountRoutes,
    clientRoutes,
    memberRoutes,
    invitationRoutes,
    keyRoutes,
    auditRoutes,
    overviewRoutes,
    trendRoutes,
    connectionRoutes,
    connectRoutes,
    optOutRoutes,
    importRoutes,
    listingRoutes,
    // Before the one whose path would take its name for an order's id.
    orderExportRoutes,
    orderRoutes,
    stockRoutes,
    stockCorrectionRoutes,
    stockFileRoutes,
    stockListRoutes,
    sharingRoutes,
    whyRoutes,
    conflictRoutes,
    policyRoutes,
    privacyRoutes,
    shopLocationRoutes,
    proofRoutes,
    alertRoutes,
    alertPreferenceRoutes,
    pipelineRoutes,
    flowDraftRoutes,
    flowVersionRoutes,
    flowMakingRoutes,
    flowHookRoutes,
    trialRoutes,
    deadLetterRoutes,
    outboxRoutes,
    executionRoutes,
    webhookConnectionRoutes,
    webhookEndpointRoutes,
    webhookDeliveryRoutes,
    wizardRoutes,
    firstSyncRoutes,
  ].flatMap((routes) => routes(options));
}

export function apiRoutes(options: ApiOptions): Router {
  const table = apiRouteTable(options);
  const router = Router();
  router.use(documentRoutes(table, options.version));
  router.use(mountRoutes(table, options));
  return router;
}
