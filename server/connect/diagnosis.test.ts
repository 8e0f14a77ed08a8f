/**
 * The usual failures of real shops, simulated over HTTP and HTTPS, as the API tells them to the connections page: each has
 * a sentence and a way out of its own. What the page makes of them: test/end-to-end/connections.test.ts.
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Sandbox } from '#nodes/kit/sandbox.ts';
import { openShopifySandbox } from '#nodes/shopify/sandbox/sandbox.ts';
import { ShopifySecret } from '#nodes/shopify/secret.ts';
import certificates from '#nodes/woocommerce/fixtures/tls-certificates.json' with { type: 'json' };
import { openWooCommerceSandbox } from '#nodes/woocommerce/sandbox/sandbox.ts';
import { WooCommerceSecret } from '#nodes/woocommerce/secret.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type { CheckView, ConnectAnswerView, ConnectionView, FindingView, ProblemView } from '../api/views.ts';

let database: TestDatabase;
let bench: ApiBench;
let trusted: string[];
let shop: Sandbox;
let proxy: Server | null = null;
/** What was said so far: no two failures are told alike. */
const said = new Map<string, string>();

beforeAll(async () => {
  trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, certificates.authority]);
  database = await openTestDatabase();
  bench = await openApiBench(database);
});
afterAll(async () => {
  setDefaultCACertificates(trusted);
  await bench.close();
  await database.close();
});
afterEach(async () => {
  await shop.close();
  proxy?.closeAllConnections();
  proxy?.close();
  proxy = null;
  await database.db.collection('connections').deleteMany({});
  await database.db.collection('health').deleteMany({});
});

async function hand(method: string, path: string, body: object = {}): Promise<void> {
  const response = await fetch(`${shop.address}/sandbox/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
}
async function openWoo(tls?: { readonly key: string; readonly cert: string }): Promise<string> {
  shop = await openWooCommerceSandbox({ shopName: 'Tea & Sons', ...(tls && { tls }) });
  return shop.address;
}
const connectWoo = async (address: string, keys: object = {}) => {
  const { consumerKey, consumerSecret } = WooCommerceSecret.parse(shop.account.secret);
  const input = { address, consumerKey, consumerSecret, ...keys };
  // By https it is reached as a real shop is; by http only a sandbox may be.
  const sandbox = address.startsWith('http:') ? { sandboxUrl: address } : {};
  return await connect({ channel: 'woocommerce', way: 'keys', input, ...sandbox });
};
const connectShopify = async (keys: object = {}, again?: string) => {
  const { shop: name, clientId, clientSecret } = ShopifySecret.parse(shop.account.secret);
  return await connect({
    channel: 'shopify',
    way: 'client-credentials',
    sandboxUrl: shop.address,
    input: { shop: name, clientId, clientSecret, ...keys },
    ...(again && { again }),
  });
};
async function connect(body: object): Promise<{ id: string | null; problem: string | null }> {
  const answer = await bench.ask('/connections/channels', body);
  const { connectionId = null } = answer.body as Partial<ConnectAnswerView>;
  const problem = answer.status === 201 ? null : String((answer.body as ProblemView).detail);
  return { id: connectionId, problem };
}
async function look(id: string | null): Promise<readonly FindingView[]> {
  return ((await bench.ask(`/connections/${id}/checks`, {})).body as CheckView).findings;
}
const rowOf = async (id: string | null) =>
  ((await bench.ask('/connections')).body as ConnectionView[]).find((row) => row.id === id);

/** Notes what was said of a failure: one way out may serve several, a sentence only one. */
function note(name: string, sentence: string | null | undefined): void {
  expect(sentence).toMatch(/\S.{20,}/);
  for (const [other, known] of said) if (other !== name) expect(known).not.toBe(sentence);
  said.set(name, String(sentence));
}

test.each<[string, object, RegExp]>([
  ['HTML of a firewall', { guard: 'firewall' }, /web page.*Allow SyncFlow's address/],
  ['a security plugin', { guard: 'plugin' }, /plugin.*allow the REST API/],
  ['a login page', { guard: 'login' }, /login.*maintenance mode/],
  ['a redirect', { redirectsTo: 'https://www.tea.example' }, /sends every call on.*Enter https:/],
  ['plain permalinks', { plainPermalinks: true }, /"Plain".*choose any structure/],
  ['a wrong clock', { clockSeconds: 3_000 }, /clocks.*50 minutes.*NTP/],
])('WooCommerce that can’t be connected: %s', async (name, site, sentence) => {
  const address = await openWoo();
  await hand('PUT', 'site', site);
  const { id, problem } = await connectWoo(address);
  expect([id, problem]).toEqual([null, expect.stringMatching(sentence)]);
  note(name, problem);
});

test('WooCommerce with a certificate of its own making: no key is sent', async () => {
  const address = await openWoo(certificates.selfSigned);
  const { problem } = await connectWoo(address);
  expect(problem).toMatch(/signed itself.*no key was sent.*real certificate/);
  note('self-signed certificate', problem);
});

test('WooCommerce whose server drops the Authorization header: it works, with a warning and its fix', async () => {
  // Its own controls are reached by the same https, which is trusted here.
  const address = await openWoo(certificates.shop);
  await hand('PUT', 'site', { dropsAuthorization: true });
  const { id } = await connectWoo(address);
  const [finding] = await look(id);
  expect(finding).toMatchObject({ code: 'woocommerce.header-dropped', tone: 'warn' });
  expect(finding?.fix).toMatch(/CGIPassAuth/);
  expect(await rowOf(id)).toMatchObject({
    tone: 'warn',
    word: 'In step, with a warning',
    findings: [finding],
  });
  note('stripped Authorization header', finding?.reason);
});

test('WooCommerce behind a proxy of which WordPress does not know: is_ssl() is false', async () => {
  await openWoo();
  proxy = createServer(certificates.shop, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { host, connection, 'content-length': _length, ...headers } = request.headers;
    const answer = await fetch(`${shop.address}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { ...(headers as Record<string, string>), 'x-forwarded-proto': 'https' },
      body: chunks.length > 0 ? Buffer.concat(chunks) : null,
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(await answer.text());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  await hand('PUT', 'site', { home: address, believesProxy: false });
  const { id } = await connectWoo(address);
  const [finding] = await look(id);
  expect(finding).toMatchObject({ code: 'woocommerce.proxy', tone: 'warn' });
  expect(finding?.fix).toMatch(/X-Forwarded-Proto/);
  expect(await rowOf(id)).toMatchObject({ tone: 'warn', findings: [finding] });
  note('is_ssl behind a proxy', finding?.reason);
});

test.each<[string, string, () => Promise<void>, RegExp, string]>([
  [
    'WooCommerce: keys that were revoked',
    'woocommerce',
    () => hand('PUT', 'faults', { keysRevoked: true }),
    /does not know this key/,
    'connect-again',
  ],
  [
    'WooCommerce: a plugin that came later',
    'woocommerce',
    () => hand('PUT', 'site', { guard: 'plugin' }),
    /keeps the REST API closed/,
    'look-again',
  ],
  [
    'Shopify: an app that was uninstalled',
    'shopify',
    () => hand('POST', 'uninstall'),
    /uninstalled|consent/,
    'connect-again',
  ],
  [
    'Shopify: a version that fell forward',
    'shopify',
    () => hand('PUT', 'version', { version: '2027-01' }),
    /2027-01/,
    'look-again',
  ],
])(
  '%s: the connection turns red, with the one action that mends it',
  async (name, channel, harm, sentence, action) => {
    const isShopify = channel === 'shopify';
    if (isShopify) shop = await openShopifySandbox({ shopName: 'Corner shop' });
    const { id } = isShopify ? await connectShopify() : await connectWoo(await openWoo());
    expect(await look(id)).toEqual([]);
    await harm();
    const [finding, ...others] = await look(id);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ tone: 'bad', reason: expect.stringMatching(sentence), action });
    expect(await rowOf(id)).toMatchObject({
      tone: 'bad',
      word: 'Needs you',
      error: { reason: finding?.reason, fix: finding?.fix, action },
    });
    note(name, finding?.reason);
  },
);

test('Shopify: rights that are missing are named, each with what it is for', async () => {
  shop = await openShopifySandbox({ shopName: 'Corner shop' });
  const { id } = await connectShopify();
  await hand('PUT', 'app', { scopes: ['read_products', 'read_inventory', 'read_locations', 'read_orders'] });
  await connectShopify({}, String(id));
  const findings = await look(id);
  expect(findings.map(({ tone, reason }) => [tone, reason])).toEqual([
    ['bad', expect.stringMatching(/write_inventory \(to set quantities\)/)],
    ['warn', expect.stringMatching(/write_orders.*write_merchant_managed_fulfillment_orders/)],
  ]);
  expect(await rowOf(id)).toMatchObject({ tone: 'bad', word: 'Needs you', findings });
  note('missing rights', findings[0]?.reason);
});

test.each<[string, object, object, RegExp]>([
  ['another organisation', {}, { sameOrganisation: false }, /consent/],
  ['a wrong client ID', { clientId: 'nobody' }, {}, /no app with this client ID/],
  ['a wrong secret', { clientSecret: 'shpss_wrong' }, {}, /does not belong to this client ID/],
])('Shopify that can’t be connected: %s', async (name, keys, settings, sentence) => {
  shop = await openShopifySandbox({ shopName: 'Corner shop' });
  await hand('PUT', 'app', settings);
  const { id, problem } = await connectShopify(keys);
  expect([id, problem]).toEqual([null, expect.stringMatching(sentence)]);
  note(name, problem);
});
