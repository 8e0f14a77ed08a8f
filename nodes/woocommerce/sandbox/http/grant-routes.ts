/**
 * `/wc-auth/v1/…`: the shop's owner grants another program a key by one click (class-wc-auth.php). The owner of a
 * sandbox is signed in at all times; the page has one link that approves.
 */
import { randomBytes } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { KeyRing } from '../key-ring.ts';
import { homeOf, type Site } from './site.ts';

const Grant = z.object({
  app_name: z.string().min(1),
  scope: z.enum(['read', 'write', 'read_write']),
  user_id: z.string().min(1),
  return_url: z.string().min(1),
  callback_url: z.string().min(1),
});
type Grant = z.infer<typeof Grant>;
const CALLBACK_MS_MAX = 60_000;

export function grantRoutes(keys: KeyRing, site: () => Site, keep: () => void): Router {
  const router = Router();
  const nonce = randomBytes(5).toString('hex');

  router.get('/authorize', (request, response) => {
    const grant = checked(request, response);
    if (!grant) return;
    const query = new URLSearchParams({ ...grant, wc_auth_nonce: nonce });
    const approve = `${homeOf(site(), request)}/wc-auth/v1/access_granted/?${query}`;
    const deny = withQuery(grant.return_url, { success: '0', user_id: grant.user_id });
    const name = escaped(grant.app_name);
    response
      .status(200)
      .set('Content-Type', 'text/html; charset=UTF-8')
      .end(
        `<!DOCTYPE html><html><body><h1>${name} would like to connect to your store</h1><p><a href="${escaped(approve)}" class="wc-auth-approve">Approve</a> <a href="${escaped(deny)}" class="wc-auth-deny">Deny</a></p></body></html>`,
      );
  });

  router.get(['/access_granted', '/access_granted/'], async (request, response) => {
    const grant = checked(request, response);
    if (!grant) return;
    if (request.query.wc_auth_nonce !== nonce) {
      denied(response, 'Invalid nonce verification');
      return;
    }
    const key = keys.make(grant.scope);
    const problem = await handOver(grant, {
      key_id: 1,
      user_id: grant.user_id,
      consumer_key: key.consumerKey,
      consumer_secret: key.consumerSecret,
      key_permissions: key.permissions,
    });
    if (problem !== null) {
      keys.remove(key);
      denied(response, problem);
    } else response.redirect(302, withQuery(grant.return_url, { success: '1', user_id: grant.user_id }));
    keep();
  });
  return router;
}

/** @returns what went wrong; null when the other side answered with exactly 200. */
async function handOver(grant: Grant, body: object): Promise<string | null> {
  try {
    const answer = await fetch(grant.callback_url, {
      method: 'POST',
      headers: { 'content-type': 'application/json;charset=UTF-8' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(CALLBACK_MS_MAX),
    });
    return answer.status === 200
      ? null
      : 'An error occurred in the request and at the time were unable to send the consumer data';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function checked(request: Request, response: Response): Grant | null {
  const grant = Grant.safeParse(request.query);
  if (!grant.success) {
    denied(response, `Missing parameter ${String(grant.error.issues[0]?.path[0])}`);
    return null;
  }
  const { return_url: back, callback_url: callback } = grant.data;
  const broken = [back, callback].find((url) => !URL.canParse(url));
  if (broken !== undefined) denied(response, `The ${broken} is not a valid URL`);
  else if (!callback.toLowerCase().startsWith('https://'))
    denied(response, 'The callback_url needs to be over SSL');
  else return grant.data;
  return null;
}

function denied(response: Response, why: string): void {
  response
    .status(401)
    .set('Content-Type', 'text/html; charset=UTF-8')
    .end(
      `<!DOCTYPE html><html><head><title>Access denied</title></head><body>Error: ${escaped(why)}.</body></html>`,
    );
}

function withQuery(address: string, query: Readonly<Record<string, string>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
