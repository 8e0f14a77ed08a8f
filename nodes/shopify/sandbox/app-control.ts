/** The merchant's hand on the app, and Shopify's own: rights, uninstalling, privacy requests. Beside the common controls. */
import { createHmac, randomUUID } from 'node:crypto';
import { Router } from 'express';
import { z } from 'zod';
import type { AppState } from './app-state.ts';
import { SHOP_ID } from './ids.ts';
import type { ShopSettings } from './settings.ts';
import type { ShopEvents } from './shop-events.ts';
import type { Subscriptions } from './subscriptions.ts';

const Rights = z.strictObject({
  grantable: z.array(z.string()).exactOptional(),
  scopes: z.array(z.string()).exactOptional(),
  revoked: z.boolean().exactOptional(),
  consents: z.boolean().exactOptional(),
  sameOrganisation: z.boolean().exactOptional(),
  protectedData: z.boolean().exactOptional(),
  bulkQueries: z.boolean().exactOptional(),
  tokenMs: z.int().min(1).exactOptional(),
  searchLagMs: z.int().min(0).exactOptional(),
});
const Compliance = z.strictObject({
  /** Where the app is set up to be told, in its settings at Shopify. */
  address: z.url(),
  topic: z.enum(['customers/data_request', 'customers/redact', 'shop/redact']),
  customerId: z.int().default(7_000_000_000_001),
  orderIds: z.array(z.int()).default([]),
});

export interface AppControlParts {
  readonly app: AppState;
  readonly settings: ShopSettings;
  readonly subscriptions: Subscriptions;
  readonly events: ShopEvents;
  /** From now on the shop serves this API version. */
  readonly serve: (version: string) => void;
}

/** `PUT /sandbox/app`, `POST /sandbox/uninstall`, `POST /sandbox/compliance`, `PUT /sandbox/version`. */
export function appControlRouter({ app, settings, subscriptions, events, serve }: AppControlParts): Router {
  const router = Router();
  router.put('/app', (request, response) => {
    const { scopes } = app;
    Object.assign(app, Rights.parse(request.body));
    if (app.scopes !== scopes) events.scopesChanged(scopes, app.scopes);
    response.json(app);
  });
  router.post('/uninstall', (_request, response) => {
    events.uninstalled();
    subscriptions.clear();
    app.installed = false;
    response.json({});
  });
  router.put('/version', (request, response) => {
    serve(z.strictObject({ version: z.string() }).parse(request.body).version);
    response.json({});
  });
  router.post('/compliance', async (request, response) => {
    const wanted = Compliance.parse(request.body);
    response.json({ status: await tell(wanted, settings) });
  });
  return router;
}

/** These come from Shopify itself, not by a subscription. @returns the receiver's status. */
async function tell(wanted: z.infer<typeof Compliance>, { secret }: ShopSettings): Promise<number> {
  const { topic, customerId, orderIds } = wanted;
  const shop = { shop_id: SHOP_ID, shop_domain: secret.shop };
  const customer = { id: customerId, email: 'sam@example.com', phone: '555-625-1199' };
  const bodies = {
    'customers/data_request': { ...shop, customer, orders_requested: orderIds, data_request: { id: 9999 } },
    'customers/redact': { ...shop, customer, orders_to_redact: orderIds },
    'shop/redact': shop,
  };
  const body = JSON.stringify(bodies[topic]);
  const response = await fetch(wanted.address, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      'x-shopify-topic': topic,
      'x-shopify-shop-domain': secret.shop,
      'x-shopify-webhook-id': randomUUID(),
      'x-shopify-hmac-sha256': createHmac('sha256', secret.clientSecret).update(body).digest('base64'),
    },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}
