/** The headers by which browsers protect the page: what it may load and run, who may show it in a frame, https alone. */
import { randomBytes } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import helmet from 'helmet';

const NONCE_BYTES = 18;

/** @param secure whether the page is reached by https. */
export function securityHeaders(secure: boolean): RequestHandler[] {
  const choose: RequestHandler = (_request, response, next) => {
    response.locals.nonce = randomBytes(NONCE_BYTES).toString('base64');
    next();
  };
  const headers = helmet({
    contentSecurityPolicy: {
      // Nothing but what stands here: the defaults let fonts and styles come from any https address.
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'script-src-attr': ["'none'"],
        // The nonce is for the one style that a library makes while a dialog is open; see editor/main.tsx.
        'style-src': ["'self'", (_request, response) => `'nonce-${nonceOf(response as Response)}'`],
        'img-src': ["'self'", 'data:'],
        'font-src': ["'self'"],
        'connect-src': ["'self'"],
        'manifest-src': ["'self'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        // Over plain http on loopback there is nothing to upgrade to.
        'upgrade-insecure-requests': secure ? [] : null,
      },
    },
    strictTransportSecurity: secure,
    xFrameOptions: { action: 'deny' },
  });
  return [choose, headers];
}

/** What stands in this answer's policy, and in nobody else's. */
export function nonceOf({ locals }: Pick<Response, 'locals'>): string {
  const nonce: unknown = locals.nonce;
  return typeof nonce === 'string' ? nonce : '';
}
