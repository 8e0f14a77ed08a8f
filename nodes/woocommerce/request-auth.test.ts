/** How calls show the key, against the shop's own check, over real HTTP and behind a proxy that ends TLS. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { authorized, signatureBase } from './request-auth.ts';
import { BEHIND_TLS, openTestShop, type TestShop } from './sandbox/test-shop.ts';
import type { AuthWay } from './secret.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop();
});
afterEach(() => shop.sandbox.close());

const target = (query = '') => new URL(`${shop.sandbox.address}/wp-json/wc/v3/orders${query}`);

/** A call as the shop sees it: over https the address of the proxy is kept, and the scheme is told by a header. */
async function call(way: AuthWay, https: boolean, keys = shop.secret, query = '', method = 'GET') {
  const url = target(query);
  if (https) url.protocol = 'https:';
  const signed = authorized(method, url, keys, way);
  const reached = new URL(signed.url);
  reached.protocol = 'http:';
  const headers = { ...signed.headers, ...(https ? BEHIND_TLS : {}) };
  const response = await fetch(reached, { method, headers });
  const { message = '' } = (await response.json()) as { message?: string };
  return { status: response.status, message };
}

describe('a key', () => {
  test.each<[AuthWay, boolean]>([
    ['basic', true],
    ['query', true],
    ['oauth1', true],
    ['oauth1', false],
    ['basic', false],
  ])('by %s is taken (https: %s)', async (way, https) => {
    expect(await call(way, https)).toMatchObject({ status: 200 });
  });

  test('as it is never goes over http, whatever was asked for', () => {
    for (const way of ['basic', 'query'] as const) {
      const { url, headers } = authorized('GET', target(), shop.secret, way);
      expect(`${url.href} ${JSON.stringify(headers)}`).not.toContain(shop.secret.consumerSecret);
      expect(url.searchParams.get('oauth_signature')).toBeTruthy();
    }
  });

  test('with values that have to be encoded is signed right', async () => {
    const query = `?search=${encodeURIComponent("Müller & Sons (it's) 50% off *~")}&_fields=id,number&sku=a+b`;
    expect(await call('oauth1', false, shop.secret, query)).toMatchObject({ status: 200 });
  });

  test('for a writing call is signed with its method', async () => {
    const signed = authorized('POST', target(), shop.secret, 'oauth1');
    expect((await fetch(signed.url, { method: 'GET' })).status).toBe(401);
  });

  test('behind a proxy that does not tell WordPress of HTTPS: only a signature as if by http counts', async () => {
    await shop.site({ believesProxy: false });
    expect(await call('basic', true)).toMatchObject({
      status: 401,
      message: 'Sorry, you cannot list resources.',
    });
    expect(await call('oauth1', true)).toMatchObject({
      status: 401,
      message: expect.stringContaining('signature'),
    });
    expect(await call('oauth1-http', true)).toMatchObject({ status: 200 });
  });

  test('of which the header is dropped on the way goes into the address', async () => {
    await shop.site({ dropsAuthorization: true });
    expect(await call('basic', true)).toMatchObject({ status: 401 });
    expect(await call('query', true)).toMatchObject({ status: 200 });
  });
});

describe('the shop refuses', () => {
  test.each([
    ['a secret that is wrong, plain', 'basic', true, 'Consumer secret is invalid.'],
    [
      'a secret that is wrong, signed',
      'oauth1',
      false,
      'Invalid signature - provided signature does not match.',
    ],
  ] as const)('%s', async (_, way, https, message) => {
    const keys = { ...shop.secret, consumerSecret: 'cs_wrong' };
    expect(await call(way, https, keys)).toEqual({ status: 401, message });
  });

  test('a call of another time', async () => {
    await shop.site({ clockSeconds: 16 * 60 });
    expect(await call('oauth1', false)).toEqual({ status: 401, message: 'Invalid timestamp.' });
    await shop.site({ clockSeconds: -14 * 60 });
    expect(await call('oauth1', false)).toMatchObject({ status: 200 });
  });

  test('the same signed call a second time', async () => {
    const { url } = authorized('GET', target(), shop.secret, 'oauth1');
    expect((await fetch(url)).status).toBe(200);
    const again = await fetch(url);
    expect([again.status, await again.json()]).toMatchObject([
      401,
      { message: 'Invalid nonce - nonce has already been used.' },
    ]);
  });

  test('half a signature', async () => {
    const response = await fetch(`${target()}?oauth_consumer_key=${shop.secret.consumerKey}`);
    expect(await response.json()).toMatchObject({
      code: 'woocommerce_rest_authentication_missing_parameter',
    });
  });
});

test('what is signed is what RFC 5849 says (3.4.1.1, without a token)', () => {
  const url = new URL('http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b');
  const base = signatureBase('post', url, { ...Object.fromEntries(url.searchParams), oauth_nonce: '7d8f' });
  expect(base).toBe(
    'POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26oauth_nonce%3D7d8f',
  );
});
