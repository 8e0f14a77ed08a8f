/** Connecting a shop, and staying connected: keys, consent, tokens that run out, rights. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Rejected, Retryable } from '#runtime/errors.ts';
import type { ConsentWay, KeysWay } from '#runtime/sync/channel-connect.ts';
import { shopify } from './channel.ts';
import { openClient } from './client.ts';
import { renewal } from './renewal.ts';
import { ShopBench } from './sandbox/shop-bench.ts';
import { ShopifySecret } from './secret.ts';
import { shopDomainOf } from './shop-name.ts';

let bench: ShopBench;
beforeEach(async () => {
  bench = await ShopBench.open({ locations: ['Warehouse', 'Shop floor'] });
});
afterEach(() => bench.close());

const app = (settings: object) => bench.send('PUT', '/sandbox/app', settings);
const input = (changes: object = {}) => {
  const { shop, clientId, clientSecret } = bench.secret;
  return { shop, clientId, clientSecret, ...changes };
};
const request = (changes: object = {}) => ({ input: input(changes), sandboxUrl: bench.sandbox.address });
const way = (id: string) => shopify.connect?.find((one) => one.id === id);
const keys = () => way('client-credentials') as KeysWay<ShopifySecret>;
const consent = () => way('oauth') as ConsentWay<ShopifySecret>;

async function failure(work: Promise<unknown>): Promise<Rejected> {
  const error = await work.catch((caught: unknown) => caught);
  if (error instanceof Rejected) return error;
  throw error instanceof Error ? error : new Error('nothing was rejected');
}

describe("what people type for their shop's name", () => {
  test.each([
    ['my-shop', 'my-shop.myshopify.com'],
    [' My-Shop.myshopify.com ', 'my-shop.myshopify.com'],
    ['https://my-shop.myshopify.com/admin/orders?x=1', 'my-shop.myshopify.com'],
    ['https://admin.shopify.com/store/my-shop/products', 'my-shop.myshopify.com'],
  ])('%s', (typed, domain) => expect(shopDomainOf(typed)).toBe(domain));

  test.each([
    'www.my-shop.com',
    'my-shop.myshopify.com.evil.example',
    'evil.example/my-shop.myshopify.com',
    '',
  ])('%j leads nowhere, with a way out', (typed) =>
    expect(() => shopDomainOf(typed)).toThrow(/is not the name that a shop has/),
  );
});

describe('by client credentials', () => {
  test('a token of a day, which is used and renewed', async () => {
    const { secret, baseUrl, name } = await keys().connect(request());
    expect([baseUrl, name, secret.grant?.kind]).toEqual([
      bench.sandbox.address,
      'Sandbox shop',
      'client-credentials',
    ]);
    expect(shopify.secret.parse(secret)).toEqual(secret);
    const dueMs = Number(renewal.dueAt(secret)) - Date.now();
    expect(dueMs / 3_600_000).toBeCloseTo(23.9, 1);
    const next = await renewal.renew({ baseUrl, secret });
    expect(next.accessToken).not.toBe(secret.accessToken);
    expect(next).toMatchObject({ shop: secret.shop, clientId: secret.clientId });
  });

  test.each<[string, object, object, RegExp]>([
    ['another organisation', {}, { sameOrganisation: false }, /no token without a person's consent/],
    ['a wrong client ID', { clientId: 'nobody' }, {}, /knows no app with this client ID/],
    ['a wrong client secret', { clientSecret: 'shpss_wrong' }, {}, /does not belong to this client ID/],
    ['a domain of its own', { shop: 'www.shop.example' }, {}, /is not the name/],
    ['the name of another shop', { shop: 'other-shop' }, {}, /belong to sandbox-shop/],
  ])('%s is told apart, with what to do', async (_name, changes, settings, sentence) => {
    await app(settings);
    const error = await failure(keys().connect(request(changes)));
    expect(error.message).toMatch(sentence);
    expect(error.fix).not.toBe('');
    expect(error.message + error.fix).not.toMatch(/shpss_/);
  });

  test('a shop that is not there, and one that does not answer', async () => {
    const gone = createServer((_request, response) => response.writeHead(404).end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => gone.once('listening', resolve));
    const sandboxUrl = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
    const error = await failure(keys().connect({ input: input(), sandboxUrl }));
    expect(error.message).toMatch(/There is no shop at Shopify/);
    await new Promise((resolve) => gone.close(resolve));
    await expect(keys().connect({ input: input(), sandboxUrl })).rejects.toBeInstanceOf(Retryable);
  });
});

describe('by consent', () => {
  const place = {
    state: 'state-0123456789',
    callbackUrl: 'https://sync.example/connect/shopify/callback',
    returnUrl: 'https://sync.example/connections',
  };
  async function agreed(): Promise<{ pending: Record<string, unknown>; query: Record<string, string> }> {
    const { url, pending } = await consent().begin(request(), place);
    expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
      client_id: bench.secret.clientId,
      redirect_uri: place.callbackUrl,
      state: place.state,
    });
    const response = await fetch(url, { redirect: 'manual' });
    const target = new URL(response.headers.get('location') ?? 'none:');
    expect(target.href.startsWith(place.callbackUrl)).toBe(true);
    return { pending, query: Object.fromEntries(target.searchParams) };
  }
  const body = Buffer.alloc(0);

  test('a pair of tokens, kept and renewed in turn', async () => {
    const { pending, query } = await agreed();
    expect(consent().stateOf({ query, body })).toBe(place.state);
    const { secret, baseUrl } = await consent().finish(JSON.parse(JSON.stringify(pending)), { query, body });
    expect(secret.grant).toMatchObject({ kind: 'code', refreshToken: expect.any(String) });
    const second = await renewal.renew({ baseUrl, secret });
    // The answer got lost: the old pair still gets another one.
    const third = await renewal.renew({ baseUrl, secret });
    expect(new Set([secret, second, third].map(({ accessToken }) => accessToken)).size).toBe(3);
    // The new one was used: now the old one is spent.
    await renewal.renew({ baseUrl, secret: third });
    expect((await failure(renewal.renew({ baseUrl, secret }))).message).toMatch(
      /has ended SyncFlow's access/,
    );
  });

  test.each<[string, (query: Record<string, string>) => Record<string, string>, RegExp]>([
    ['another state of the parameters', (query) => ({ ...query, code: 'stolen' }), /not signed by Shopify/],
    ['no signature', ({ hmac: _none, ...query }) => query, /not signed by Shopify/],
    ['an old confirmation', (query) => query, /too old, or the clock/],
  ])('%s is not believed', async (name, change, sentence) => {
    const { pending, query } = await agreed();
    const now = Date.now;
    if (name.startsWith('an old')) Date.now = () => now() + 3_600_000;
    try {
      const error = await failure(consent().finish(pending, { query: change(query), body }));
      expect(error.message).toMatch(sentence);
      expect(error.action).toBe('connect-again');
    } finally {
      Date.now = now;
    }
  });

  test('a code is good for one use', async () => {
    const { pending, query } = await agreed();
    await consent().finish(pending, { query, body });
    const error = await failure(consent().finish(pending, { query, body }));
    expect(error.message).toMatch(/already used/);
  });

  test('rights that were not granted are named', async () => {
    await app({
      grantable: [
        'read_products',
        'write_inventory',
        'read_locations',
        'read_orders',
        'read_merchant_managed_fulfillment_orders',
      ],
    });
    const { pending, query } = await agreed();
    const { secret, baseUrl } = await consent().finish(pending, { query, body });
    const { connectionId } = bench;
    const findings = (await openClient({ connectionId, baseUrl, secret }).check?.()) ?? [];
    const missing = findings.find(({ code }) => code === 'shopify.scopes-missing');
    expect(missing).toMatchObject({ tone: 'warn', action: 'connect-again' });
    expect(missing?.reason).toMatch(/write_orders \(to cancel.*write_merchant_managed_fulfillment_orders/);
    expect(missing?.reason).not.toMatch(/read_/);
  });
});

describe('a look at the connection', () => {
  const check = async () => (await bench.client.check?.()) ?? [];

  test('finds other locations that sell', async () => {
    expect(await check()).toEqual([
      expect.objectContaining({
        code: 'shopify.other-locations',
        tone: 'warn',
        reason: expect.stringMatching(/"Warehouse" in step\. "Shop floor" sells online too/),
      }),
    ]);
  });

  test('finds missing rights, without which the rest is not even asked', async () => {
    await app({ scopes: ['read_products', 'read_inventory'] });
    expect(await check()).toMatchObject([
      {
        code: 'shopify.scopes-missing',
        tone: 'bad',
        reason: expect.stringMatching(/write_inventory.*read_locations.*read_orders/),
      },
      { code: 'shopify.scopes-missing', tone: 'warn' },
    ]);
  });

  test('an uninstalled app', async () => {
    await bench.send('POST', '/sandbox/uninstall', {});
    const error = await failure(check());
    expect(error).toMatchObject({ code: 'far-side.keys', concerns: 'connection', action: 'connect-again' });
  });

  test('a version that fell forward', async () => {
    await bench.send('PUT', '/sandbox/version', { version: '2027-01' });
    expect(await failure(check())).toMatchObject({
      code: 'far-side.outdated',
      message: expect.stringMatching(/2027-01/),
    });
    // What is written is still read by what came back, and not called a failure.
    const listing = {
      externalId: '46000000000001',
      ref: {
        inventoryItemId: 'gid://shopify/InventoryItem/46000000000001',
        locationId: 'gid://shopify/Location/70000000001',
      },
    };
    const written = await bench.client.setQuantities([{ ...listing, from: 10, to: 9 }], crypto.randomUUID());
    expect([...written.values()]).toEqual([{ kind: 'set' }]);
  });
});

describe('a token that is refused', () => {
  test('is renewed and the call made again, once', async () => {
    const { secret, baseUrl } = await keys().connect(request());
    const asked: unknown[] = [];
    const fresh = async (refused?: ShopifySecret) => {
      asked.push(refused?.accessToken);
      return refused ? secret : { ...secret, accessToken: 'shpat_dead' };
    };
    const { connectionId } = bench;
    const client = openClient({ connectionId, baseUrl, secret, fresh });
    expect(await client.check?.()).toHaveLength(1);
    expect(asked.slice(0, 2)).toEqual([undefined, 'shpat_dead']);
  });

  test('a secret of before the change still signs for a while', async () => {
    const before = bench.secret;
    const after: ShopifySecret = { ...before, clientSecret: 'shpss_new' };
    const merged = shopify.reconnected?.(before, after) as ShopifySecret;
    expect(ShopifySecret.parse(merged)).toEqual({ ...after, previousClientSecret: before.clientSecret });
    await bench.sell({ sku: 'MUG', quantity: 1 });
    await bench.delivered(1);
    expect(shopify.readWebhook(bench.delivery(0), merged)).toMatchObject({ kind: 'event' });
    expect(shopify.readWebhook(bench.delivery(0), after)).toMatchObject({ kind: 'refused', status: 401 });
  });
});
