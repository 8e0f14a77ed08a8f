/** The ways to connect a Shopify shop. Why these: see the README. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type {
  ConnectedAccount,
  ConnectRequest,
  ConnectWay,
  ConsentAnswer,
} from '#runtime/sync/channel-connect.ts';
import { appRights } from './operations/shop-operations.ts';
import { withToken } from './renewal.ts';
import { REQUESTED_SCOPES } from './scopes.ts';
import { Credential, ShopDomain, type ShopifySecret } from './secret.ts';
import { shopDomainOf } from './shop-name.ts';
import { askForToken } from './token-endpoint.ts';
import { openTransport } from './transport.ts';

const Shop = z.string().min(1).max(300).meta({
  title: 'Shop',
  help: 'The name that ends in .myshopify.com. It stands in Shopify under Settings → Domains.',
});
const App = z.object({
  shop: Shop,
  clientId: Credential.meta({
    title: 'Client ID',
    help: "In Shopify's Dev Dashboard: your app → Settings.",
  }),
  clientSecret: Credential.meta({ title: 'Client secret', help: 'Beside the client ID.', secret: true }),
});
type App = z.infer<typeof App>;

const Token = z.object({
  shop: Shop,
  accessToken: Credential.meta({
    title: 'Admin API access token',
    help: 'Begins with shpat_.',
    secret: true,
  }),
  clientSecret: Credential.meta({
    title: 'API secret key',
    help: 'Beside the token. Shopify signs with it what it sends to SyncFlow.',
    secret: true,
  }),
});

/** How old a confirmation may be: Shopify's own library takes 90 s, but clocks of small servers run wrong. */
const AGE_SECONDS_MAX = 600;

const Pending = App.extend({ shop: ShopDomain, baseUrl: z.url() });

export const connectWays: readonly ConnectWay<ShopifySecret>[] = [
  {
    kind: 'keys',
    id: 'client-credentials',
    title: 'Your own app, in your own organisation',
    help: `The shortest way. Make an app in Shopify's Dev Dashboard with the account that owns the shop, give it the access scopes ${REQUESTED_SCOPES.join(', ')}, and install it in the shop; then copy two keys from it.`,
    form: App,
    connect: async (request) => {
      const { app, shop, baseUrl } = read(request);
      const known = { shop, clientId: app.clientId, clientSecret: app.clientSecret };
      const answer = await askForToken({ baseUrl, ...known, ask: { grant: 'client-credentials' } });
      return await tried(baseUrl, withToken(known, answer, 'client-credentials'));
    },
  },
  {
    kind: 'consent',
    id: 'oauth',
    title: 'Your own app, with consent',
    help: "For a shop of somebody else's organisation: an app with custom distribution for that shop. You are sent to Shopify, and agree there.",
    answeredBy: 'browser',
    form: App,
    begin: async (request, place) => {
      const { app, shop, baseUrl } = read(request);
      const url = new URL('/admin/oauth/authorize', baseUrl);
      url.searchParams.set('client_id', app.clientId);
      url.searchParams.set('scope', REQUESTED_SCOPES.join(','));
      url.searchParams.set('redirect_uri', place.callbackUrl);
      url.searchParams.set('state', place.state);
      return { url: url.href, pending: { ...app, shop, baseUrl } };
    },
    stateOf: ({ query }) => query.state ?? null,
    finish: async (kept, answer) => {
      const { baseUrl, ...known } = Pending.parse(kept);
      const code = codeIn(answer, known);
      const token = await askForToken({ baseUrl, ...known, ask: { grant: 'code', code } });
      return await tried(baseUrl, withToken(known, token, 'code'));
    },
  },
  {
    kind: 'keys',
    id: 'token',
    title: 'An app of before 2026, with a fixed token',
    help: 'Apps that were made in the shop\'s own admin ("Develop apps") have a token that never runs out. Shopify makes no new ones, but old ones go on working.',
    form: Token,
    connect: async ({ input, sandboxUrl }) => {
      const { shop: typed, accessToken, clientSecret } = Token.parse(input);
      const shop = shopDomainOf(typed);
      return await tried(sandboxUrl ?? `https://${shop}`, { shop, accessToken, clientSecret });
    },
  },
];

function read({ input, sandboxUrl }: ConnectRequest): { app: App; shop: string; baseUrl: string } {
  const app = App.parse(input);
  const shop = shopDomainOf(app.shop);
  return { app, shop, baseUrl: sandboxUrl ?? `https://${shop}` };
}

/**
 * The code in Shopify's answer.
 * @throws {Rejected} unless the answer is signed with our app's secret, for this shop, and new.
 */
function codeIn({ query }: ConsentAnswer, { shop, clientSecret }: App): string {
  const { hmac = '', code, timestamp, shop: answered } = query;
  const genuine = signed(query, hmac, clientSecret);
  const ageSeconds = Math.abs(Date.now() / 1_000 - Number(timestamp));
  if (genuine && answered !== shop) {
    throw again(
      `The consent came from ${String(answered).slice(0, 100)} and not from ${shop}.`,
      'Sign in to the shop that you want to connect, then connect again.',
    );
  }
  if (genuine && ageSeconds > AGE_SECONDS_MAX)
    throw again(
      'The consent is too old, or the clock of this machine is wrong.',
      'Check the clock, then connect again.',
    );
  if (genuine && code) return code;
  throw again(
    'The answer was not signed by Shopify for this app.',
    'Check that client ID and client secret belong to one app, then connect again.',
  );
}

const again = (reason: string, fix: string) =>
  new Rejected(reason, { code: 'far-side.keys', fix, action: 'connect-again' });

/** HMAC over the other parameters, sorted (shopify.dev, authorization code grant, step 1). */
function signed(query: Readonly<Record<string, string>>, hmac: string, clientSecret: string): boolean {
  const text = Object.entries(query)
    .filter(([name]) => name !== 'hmac')
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('&');
  const expected = createHmac('sha256', clientSecret).update(text).digest();
  const given = Buffer.from(hmac, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Keys that were never used may be wrong: the shop is asked for its name with them. */
async function tried(baseUrl: string, secret: ShopifySecret): Promise<ConnectedAccount<ShopifySecret>> {
  const transport = openTransport({ connectionId: NOT_YET, baseUrl, secret });
  const { shop } = await transport(appRights);
  if (shop.myshopifyDomain !== secret.shop) {
    throw again(
      `These keys belong to ${shop.myshopifyDomain.slice(0, 100)} and not to ${secret.shop}.`,
      'Connect under the name of the shop that the keys are for.',
    );
  }
  return { baseUrl, secret, name: shop.name.slice(0, 80) || secret.shop };
}

/** A connection that is being made has no id that anybody needs. */
const NOT_YET = ConnectionId.parse('not-connected-yet');
