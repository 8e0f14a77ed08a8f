/**
 * Shopify's token endpoint: codes, refresh tokens and client credentials become access tokens. Facts: shopify.dev,
 * authentication-authorization (offline tokens, client credentials), changelog of 2026-08-28. Not by
 * @shopify/shopify-api: it is set up once for one app and for https://<shop> alone, while here each connection has an
 * app of its own and a sandbox another address; what is left of it is one POST.
 */
import { z } from 'zod';
import { Rejected, Retryable } from '#runtime/errors.ts';
import { checkAddress } from './address.ts';
import { retryAfterMs } from './status-trouble.ts';
import { visibleText } from './visible-text.ts';

export interface TokenQuestion {
  readonly baseUrl: string;
  readonly shop: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly ask:
    | { readonly grant: 'code'; readonly code: string }
    | { readonly grant: 'refresh'; readonly refreshToken: string }
    | { readonly grant: 'client-credentials' };
}

const TokenAnswer = z.object({
  access_token: z.string().min(1),
  scope: z.string().default(''),
  expires_in: z.number().positive().optional(),
  refresh_token: z.string().min(1).optional(),
  refresh_token_expires_in: z.number().positive().optional(),
});
export type TokenAnswer = z.infer<typeof TokenAnswer>;

const Refusal = z.object({ error: z.string().default(''), error_description: z.string().default('') });

const TIMEOUT_MS = 30_000;

/**
 * @throws {Retryable} network, limits, 5xx, an answer that is none of Shopify's.
 * @throws {Rejected} for keys that are wrong, a shop that is not the app's, access that was taken away.
 */
export async function askForToken(question: TokenQuestion): Promise<TokenAnswer> {
  const { baseUrl, shop, clientId, clientSecret, ask } = question;
  checkAddress(baseUrl);
  const form = { client_id: clientId, client_secret: clientSecret, ...formOf(ask) };
  const response = await fetch(new URL('/admin/oauth/access_token', baseUrl), {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/json', accept: 'application/json', 'user-agent': 'SyncFlow' },
    body: JSON.stringify(form),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw new Retryable(`${shop} could not be reached for a new token (${nameOf(error)}).`, {
      code: 'far-side.unreachable',
    });
  });
  const text = await response.text().catch(() => '');
  if (response.ok) return tokenIn(text, shop);
  throw refusalOf(response, text, question);
}

function formOf(ask: TokenQuestion['ask']): Readonly<Record<string, string>> {
  // Without `expiring`, Shopify gives a token that never runs out, and no refresh token.
  if (ask.grant === 'code') return { code: ask.code, expiring: '1' };
  if (ask.grant === 'refresh') return { grant_type: 'refresh_token', refresh_token: ask.refreshToken };
  return { grant_type: 'client_credentials' };
}

function tokenIn(text: string, shop: string): TokenAnswer {
  const answer = TokenAnswer.safeParse(jsonOf(text));
  if (answer.success) return answer.data;
  throw new Retryable(`${shop} sent something that is not Shopify's answer when asked for a token.`, {
    code: 'far-side.garbled',
  });
}

function refusalOf({ status, headers }: Response, text: string, question: TokenQuestion): Error {
  const { shop, ask, clientSecret } = question;
  if (status === 429 || status === 408 || status >= 500) {
    const afterMs = retryAfterMs(headers.get('retry-after'));
    const reason = `Shopify gives no token for ${shop} at the moment (status ${status}).`;
    return new Retryable(reason, { code: 'far-side.unavailable', ...(afterMs !== null && { afterMs }) });
  }
  if (status === 404) return noSuchShop(shop);
  const { error, error_description } = Refusal.catch({ error: '', error_description: '' }).parse(
    jsonOf(text),
  );
  const known = REFUSALS[error];
  if (known)
    return new Rejected(known.reason(shop), { code: known.code, fix: known.fix, action: 'connect-again' });
  const said = visibleText([clientSecret])(error_description || error || text) || `status ${status}`;
  const [reason, fix] =
    ask.grant === 'code'
      ? [
          `${shop} did not take the confirmation that it had given (${said}).`,
          'It is good for a short time and for one use: connect again.',
        ]
      : [ended(shop), REINSTALL];
  return new Rejected(reason, { code: 'far-side.keys', fix, action: 'connect-again' });
}

const ended = (shop: string) =>
  `${shop} has ended SyncFlow's access: the app was uninstalled, its keys were revoked, or it was away for more than 90 days.`;
const REINSTALL =
  'Connect the shop again: this installs the app anew and renews its keys. What waits is kept.';

interface KnownRefusal {
  readonly code: Rejected['code'];
  readonly reason: (shop: string) => string;
  readonly fix: string;
}

const REFUSALS: Readonly<Record<string, KnownRefusal>> = {
  shop_not_permitted: {
    code: 'far-side.rights',
    reason: (shop) => `${shop} gives this app no token without a person's consent.`,
    fix: 'This way works only for an app that belongs to the shop\'s own organisation and is installed in it. Install it there, or connect by "Your own app, with consent".',
  },
  application_cannot_be_found: {
    code: 'far-side.keys',
    reason: () => 'Shopify knows no app with this client ID.',
    fix: "Copy the client ID again from the app's settings in Shopify's Dev Dashboard, then connect again.",
  },
  invalid_client: {
    code: 'far-side.keys',
    reason: () => 'The client secret does not belong to this client ID.',
    fix: "Copy the client secret again from the app's settings in Shopify's Dev Dashboard, then connect again.",
  },
};

export function noSuchShop(shop: string): Rejected {
  return new Rejected(`There is no shop at Shopify under ${shop}.`, {
    code: 'far-side.address',
    fix: 'Look up the myshopify.com name in Shopify under Settings → Domains, and connect under that name.',
    action: 'connect-again',
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  const { code } = z.object({ code: z.string() }).catch({ code: '' }).parse(error.cause);
  return code || (error.name === 'TimeoutError' ? 'no answer in time' : error.name);
}
