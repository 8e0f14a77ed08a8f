/** The shop's web server: the control paths, and WooCommerce's API behind its key. */
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { BodyContext } from '../bodies/product-body.ts';
import type { KeyRing } from '../key-ring.ts';
import type { Webhook } from '../state.ts';
import type { WebhookBook } from '../webhook-book.ts';
import { type Counter, controlRoutes } from './control-routes.ts';
import { grantRoutes } from './grant-routes.ts';
import { KeyCheck } from './key-check.ts';
import { orderRoutes } from './order-routes.ts';
import { productRoutes } from './product-routes.ts';
import { replyError, type Stage } from './reply.ts';
import { settingRoutes } from './setting-routes.ts';
import { type Site, SiteInput, wellRunSite } from './site.ts';
import { siteGuard, siteIndex } from './site-guard.ts';
import { variationRoutes } from './variation-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';
import { WordPressError } from './wordpress-error.ts';

const BODY_LIMIT = '32mb';

export interface AppParts extends Counter {
  readonly context: BodyContext;
  readonly keys: KeyRing;
  readonly webhooks: WebhookBook;
  readonly ping: (webhook: Webhook) => void;
}

export function shopApp(parts: AppParts): Express {
  const { context, book, desk, ground, faults } = parts;
  const stage: Stage = { ground, faults, afterwards: parts.afterwards, shop: context.shop };
  const app = express();
  app.disable('x-powered-by');
  // WordPress sends none for its API, and a hash over each answer would cost more than the answer.
  app.disable('etag');
  let site: Site = wellRunSite;
  const siteNow = () => site;
  app.put('/sandbox/site', express.json(), (request, response) => {
    const input = SiteInput.safeParse(request.body);
    if (input.success) site = input.data;
    response.status(input.success ? 200 : 400).json(input.data ?? { error: String(input.error) });
  });
  app.use('/sandbox', controlRoutes(parts));
  app.use(siteGuard(siteNow));
  app.get(['/wp-json', '/wp-json/'], siteIndex(siteNow, ground.settings.name));
  app.use(
    '/wc-auth/v1',
    grantRoutes(parts.keys, siteNow, () => ground.flush()),
  );
  app.use('/wp-json/wc/v3', (request, _response, next) => {
    const there = site.wooCommerceActive && (site.listsVariations || request.path !== '/variations');
    next(there ? undefined : noRoute());
  });
  const keyCheck = new KeyCheck(parts.keys, siteNow, () => faults.now.keysRevoked ?? false);
  app.use(
    '/wp-json/wc/v3',
    faults.middleware,
    keyCheck.middleware,
    express.json({ limit: BODY_LIMIT }),
    settingRoutes(stage, siteNow),
    productRoutes(stage, context),
    variationRoutes(stage, context),
    orderRoutes(stage, context, book, desk),
    webhookRoutes(stage, parts.webhooks, parts.ping),
  );
  app.use((_request, _response, next) => next(noRoute()));
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    replyError(stage, error, request, response);
  });
  return app;
}

function noRoute(): WordPressError {
  return new WordPressError(404, 'rest_no_route', 'No route was found matching the URL and request method.');
}
