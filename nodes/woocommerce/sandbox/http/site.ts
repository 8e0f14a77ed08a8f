/**
 * How the site around the shop is set up: what stands between a caller and WooCommerce, and what is wrong with it.
 * `PUT /sandbox/site` changes it; a fresh sandbox is a well-run shop behind a proxy that ends TLS and says so.
 */
import type { Request } from 'express';
import { z } from 'zod';

export const SiteInput = z.strictObject({
  /** What the site calls itself; null: the address that it is reached at. */
  home: z.string().nullable().default(null),
  /** WordPress believes the proxy's X-Forwarded-Proto (a line in wp-config.php). */
  believesProxy: z.boolean().default(true),
  /** PHP runs as CGI, and the server drops the Authorization header. */
  dropsAuthorization: z.boolean().default(false),
  /** Permalinks are "Plain": /wp-json/ is no address. */
  plainPermalinks: z.boolean().default(false),
  /** Everything is sent on to this origin (301), as a switch to www or to https does. */
  redirectsTo: z.string().nullable().default(null),
  /** `plugin`: the REST API is for signed-in users only. `firewall`: a page asks whether one is human. `login`: sent to the login page. */
  guard: z.enum(['none', 'plugin', 'firewall', 'login']).default('none'),
  /** Seconds by which the server's clock is ahead. */
  clockSeconds: z.int().default(0),
  /** The user of the key is a customer or an editor: known, but not allowed. */
  userMayNot: z.boolean().default(false),
  wooCommerceActive: z.boolean().default(true),
  /** Before 10.3 there is no list of the variations of all products. */
  listsVariations: z.boolean().default(true),
  /** The shop-wide switch of WooCommerce → Settings → Products → Inventory. */
  managesStock: z.boolean().default(true),
});
export type Site = z.infer<typeof SiteInput>;

export const wellRunSite: Site = SiteInput.parse({});

/** WordPress's `is_ssl()`. */
export function seesHttps(site: Site, request: Request): boolean {
  if ('encrypted' in request.socket && request.socket.encrypted === true) return true;
  return site.believesProxy && request.headers['x-forwarded-proto'] === 'https';
}

/** WordPress's `get_home_url()` for this request, without a slash at the end. */
export function homeOf(site: Site, request: Request): string {
  const { host } = new URL(site.home ?? `http://${request.headers.host}`);
  return `${seesHttps(site, request) ? 'https' : 'http'}://${host}`;
}
