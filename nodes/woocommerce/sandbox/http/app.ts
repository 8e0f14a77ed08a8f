/** The shop's web server: the control paths, and WooCommerce's API behind its key. */
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { BodyContext } from '../bodies/product-body.ts';
import type { Webhook } from '../state.ts';
import type { WebhookBook } from '../webhook-book.ts';
import { basicAuth } from './basic-auth.ts';
import { type Counter, controlRoutes } from './control-routes.ts';
import { orderRoutes } from './order-routes.ts';
import { productRoutes } from './product-routes.ts';
import { replyError, type Stage } from './reply.ts';
import { variationRoutes } from './variation-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';
import { WordPressError } from './wordpress-error.ts';

const BODY_LIMIT = '32mb';

export interface AppParts extends Counter {
  readonly context: BodyContext;
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
  app.use('/sandbox', controlRoutes(parts));
  app.use(
    '/wp-json/wc/v3',
    faults.middleware,
    basicAuth(ground.settings),
    express.json({ limit: BODY_LIMIT }),
    productRoutes(stage, context),
    variationRoutes(stage, context),
    orderRoutes(stage, context, book, desk),
    webhookRoutes(stage, parts.webhooks, parts.ping),
  );
  app.use((_request, _response, next) => {
    next(new WordPressError(404, 'rest_no_route', 'No route was found matching the URL and request method.'));
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    replyError(stage, error, request, response);
  });
  return app;
}
