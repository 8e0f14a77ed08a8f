/** Shopify's OAuth as far as an app of one's own needs it: consent, codes, expiring tokens, client credentials. */
import { createHmac, randomBytes } from 'node:crypto';
import { type Response, Router } from 'express';
import { z } from 'zod';
import { type AppState, isGranted } from './app-state.ts';
import type { ShopSettings } from './settings.ts';
import { type IssuedToken, REFRESH_LIFE_MS, type TokenBook } from './token-book.ts';

export interface OAuthParts {
  readonly settings: ShopSettings;
  readonly app: AppState;
  readonly tokens: TokenBook;
}

const Question = z.object({
  client_id: z.string(),
  scope: z.string(),
  redirect_uri: z.url(),
  state: z.string().optional(),
});
const TokenRequest = z.object({
  client_id: z.string(),
  client_secret: z.string(),
  grant_type: z.string().optional(),
  code: z.string().optional(),
  refresh_token: z.string().optional(),
  expiring: z.string().optional(),
});

/** `GET /admin/oauth/authorize` and `POST /admin/oauth/access_token`. */
export function oauthRoutes({ settings, app, tokens }: OAuthParts): Router {
  const router = Router();
  const codes = new Map<string, readonly string[]>();
  const { clientId, clientSecret, shop } = settings.secret;

  router.get('/authorize', (request, response) => {
    const question = Question.safeParse(request.query);
    if (!question.success || question.data.client_id !== clientId)
      return void response
        .status(400)
        .send('Oauth error invalid_request: Could not find Shopify API application');
    if (!app.consents) return void response.send('<h1>Install app</h1>');
    const { scope, redirect_uri, state } = question.data;
    const code = randomBytes(16).toString('hex');
    codes.set(code, granted(scope, app));
    app.installed = true;
    app.revoked = false;
    const answer = new URLSearchParams({
      code,
      host: Buffer.from(`admin.shopify.com/store/${shop.split('.')[0]}`).toString('base64url'),
      shop,
      ...(state === undefined ? {} : { state }),
      timestamp: String(Math.floor(Date.now() / 1000)),
    });
    answer.sort();
    const hmac = createHmac('sha256', clientSecret)
      .update(decodeURIComponent(answer.toString()))
      .digest('hex');
    const target = new URL(redirect_uri);
    for (const [name, value] of [['hmac', hmac], ...answer] as const) target.searchParams.set(name, value);
    response.redirect(302, target.href);
  });

  router.post('/access_token', (request, response) => {
    const asked = TokenRequest.safeParse(request.body);
    if (!asked.success) return refuse(response, 'invalid_request', 'Missing or invalid parameters');
    const { client_id, client_secret, grant_type, code = '', refresh_token = '', expiring } = asked.data;
    if (client_id !== clientId) return refuse(response, 'application_cannot_be_found', 'Unknown client');
    if (client_secret !== clientSecret) return refuse(response, 'invalid_client', 'Wrong client secret');
    if (grant_type === 'client_credentials') {
      if (!app.sameOrganisation || !app.installed)
        return refuse(response, 'shop_not_permitted', 'Client credentials cannot be performed on this shop.');
      return answer(response, tokens.issue(app.scopes, 'client-credentials'));
    }
    if (grant_type === 'refresh_token') {
      const issued = tokens.refresh(refresh_token);
      if (!issued) return refuse(response, 'invalid_grant', 'This refresh token is not valid');
      return answer(response, issued);
    }
    const scopes = codes.get(code);
    codes.delete(code);
    if (!scopes)
      return refuse(response, 'invalid_request', 'The authorization code was not found or was already used');
    answer(response, tokens.issue(scopes, expiring === '1' ? 'expiring' : 'fixed'));
  });
  return router;
}

function granted(asked: string, { grantable }: AppState): string[] {
  return asked.split(',').filter((scope) => isGranted(grantable, [scope]));
}

function refuse(response: Response, error: string, description: string): void {
  response.status(400).json({ error, error_description: description });
}

function answer(response: Response, { accessToken, scopes, lifeMs, refreshToken }: IssuedToken): void {
  response.json({
    access_token: accessToken,
    scope: scopes.join(','),
    ...(lifeMs === null ? {} : { expires_in: Math.floor(lifeMs / 1000) }),
    ...(refreshToken === null
      ? {}
      : { refresh_token: refreshToken, refresh_token_expires_in: REFRESH_LIFE_MS / 1000 }),
  });
}
