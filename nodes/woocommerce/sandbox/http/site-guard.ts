/** What stands between a caller and WooCommerce: redirects, permalinks, guards, the server's clock, and WordPress's index. */
import type { NextFunction, Request, Response } from 'express';
import { phpJson } from '../php-json.ts';
import { homeOf, type Site } from './site.ts';

/** Express middleware for everything but the control paths. */
export function siteGuard(site: () => Site) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const { clockSeconds, redirectsTo, guard, plainPermalinks } = site();
    response.setHeader('Date', new Date(Date.now() + clockSeconds * 1_000).toUTCString());
    if (redirectsTo !== null) {
      response.redirect(301, `${redirectsTo}${request.originalUrl}`);
      return;
    }
    if (guard === 'firewall') {
      page(
        response,
        403,
        'Attention Required!',
        'Please complete the security check to prove you are human.',
      );
      return;
    }
    if (guard === 'login') {
      const back = encodeURIComponent(request.originalUrl);
      response.redirect(302, `${homeOf(site(), request)}/wp-login.php?redirect_to=${back}`);
      return;
    }
    const routed = fromPlainAddress(request);
    if (request.path.startsWith('/wp-json') && plainPermalinks && !routed) {
      page(response, 404, 'Not Found', 'The requested URL was not found on this server.');
      return;
    }
    if (guard === 'plugin' && request.path.startsWith('/wp-json')) {
      const message = 'Only authenticated users can access the REST API.';
      json(response, 401, { code: 'rest_cannot_access', message, data: { status: 401 } });
      return;
    }
    next();
  };
}

/** `/?rest_route=/wc/v3/orders` is `/wp-json/wc/v3/orders`, whatever the permalinks are. */
function fromPlainAddress(request: Request): boolean {
  const url = new URL(request.url, 'http://x');
  const route = url.searchParams.get('rest_route');
  if (url.pathname !== '/' || route === null) return false;
  url.searchParams.delete('rest_route');
  request.url = `/wp-json${route.startsWith('/') ? route : `/${route}`}${url.search}`;
  return true;
}

/** `GET /wp-json/`: what the site says of itself to everybody (WP_REST_Server::get_index, without its routes). */
export function siteIndex(site: () => Site, name: string) {
  return (request: Request, response: Response): void => {
    const home = homeOf(site(), request);
    const namespaces = ['oembed/1.0', ...(site().wooCommerceActive ? ['wc/v3', 'wc-admin'] : []), 'wp/v2'];
    json(response, 200, {
      name,
      description: '',
      url: home,
      home,
      gmt_offset: '0',
      timezone_string: 'UTC',
      namespaces,
      authentication: {},
      routes: {},
    });
  };
}

function json(response: Response, status: number, body: unknown): void {
  response.status(status).set('Content-Type', 'application/json; charset=UTF-8').end(phpJson(body));
}

function page(response: Response, status: number, title: string, text: string): void {
  response.status(status).set('Content-Type', 'text/html; charset=UTF-8');
  response.end(
    `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1><p>${text}</p></body></html>`,
  );
}
