/**
 * WooCommerce's key check (class-wc-rest-authentication.php). An unknown key is nobody, and nobody may not see
 * the resource; a known key with a wrong secret is told so.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { ShopSettings } from '../state.ts';
import { WordPressError } from './wordpress-error.ts';

export function basicAuth(settings: ShopSettings) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const [key, secret] = credentials(request.headers.authorization);
    if (!same(key, settings.consumerKey)) next(nobody(request));
    else if (same(secret, settings.consumerSecret)) next();
    else {
      response.set(
        'WWW-Authenticate',
        'Basic realm="WooCommerce API. Use a consumer key in the username field."',
      );
      next(new WordPressError(401, 'woocommerce_rest_authentication_error', 'Consumer secret is invalid.'));
    }
  };
}

function credentials(header: string | undefined): [string, string] {
  const [, encoded = ''] = /^Basic ([\w+/=]+)$/i.exec(header ?? '') ?? [];
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? ['', ''] : [text.slice(0, colon), text.slice(colon + 1)];
}

function same(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function nobody(request: Request): WordPressError {
  const refuse = (code: string, message: string) =>
    new WordPressError(401, `woocommerce_rest_cannot_${code}`, `Sorry, you ${message}`);
  if (request.path.endsWith('/batch')) {
    return refuse('batch', 'are not allowed to batch manipulate this resource.');
  }
  const single = /\/\d+$/.test(request.path);
  if (request.method === 'GET') {
    return single ? refuse('view', 'cannot view this resource.') : refuse('view', 'cannot list resources.');
  }
  if (request.method === 'DELETE') return refuse('delete', 'are not allowed to delete this resource.');
  return single
    ? refuse('edit', 'are not allowed to edit this resource.')
    : refuse('create', 'are not allowed to create resources.');
}
