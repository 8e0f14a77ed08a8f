/** The client against a server that answers what no shop should. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Rejected, Retryable } from '#runtime/errors.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type { ChannelCall, ChannelClient } from '#runtime/sync/channel.ts';
import { openClient } from './client.ts';
import type { RestTimeouts } from './http.ts';
import { past } from './past-caches.ts';
import { basicAuthorization } from './request-auth.ts';
import type { WooCommerceSecret } from './secret.ts';

const secret: WooCommerceSecret = {
  consumerKey: 'ck_0123456789abcdef',
  consumerSecret: 'cs_fedcba9876543210',
  webhookSecret: 'whsec-rude/1+2',
};
const JSON_TYPE = { 'content-type': 'application/json; charset=UTF-8' };
const HTML_TYPE = { 'content-type': 'text/html' };
const IMPATIENT: RestTimeouts = { readTimeoutMs: 150, writeTimeoutMs: 300 };
const listing = { externalId: '10', ref: { productId: '10' } };

let server: Server;
let address: string;
let requests: IncomingMessage[];
let behave: (request: IncomingMessage, response: ServerResponse) => void;
let calls: ChannelCall[];
let client: ChannelClient;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request);
    behave(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  requests = [];
  calls = [];
  client = open(address);
});

/** As patient as ever, where the test is not about patience: a busy machine may take a while to answer. */
function open(baseUrl: string, timeouts?: RestTimeouts): ChannelClient {
  const account = { connectionId: ConnectionId.parse('shop-1'), baseUrl, secret };
  return openClient(account, (call) => calls.push(call), timeouts);
}

const answer = (status: number, headers: Record<string, string>, body: string) => {
  behave = (_request, response) => response.writeHead(status, headers).end(body);
};
const trouble = async (): Promise<Retryable | Rejected> =>
  client.readQuantities([listing]).then(
    () => {
      throw new Error('no trouble');
    },
    (error) => error,
  );

test('asks past caches; over http each call is signed, and the secret itself does not travel', async () => {
  answer(200, JSON_TYPE, '[{"id":10,"manage_stock":true,"stock_quantity":3}]');
  expect((await client.readQuantities([listing])).get('10')).toBe(3);
  await client.readQuantities([listing]);
  const [one, two] = requests.map((request) => new URL(request.url ?? '', address));
  expect(Object.fromEntries(one!.searchParams)).toMatchObject({
    _skip_cache: '1',
    include: '10',
    _fields: 'id,stock_quantity,manage_stock',
  });
  expect(one!.href).not.toBe(two!.href);
  expect(requests[0]!.headers.authorization).toBeUndefined();
  expect(one!.searchParams.get('oauth_consumer_key')).toBe(secret.consumerKey);
  expect(one!.searchParams.get('oauth_signature_method')).toBe('HMAC-SHA256');
  expect(one!.searchParams.get('oauth_nonce')).not.toBe(two!.searchParams.get('oauth_nonce'));
  expect(JSON.stringify(requests.map(({ url, headers }) => [url, headers]))).not.toContain(
    secret.consumerSecret,
  );
});

test('no two reads have the same address, however fast they follow each other', () => {
  expect(new Set(Array.from({ length: 1000 }, () => past({})._fresh)).size).toBe(1000);
});

test.each([
  ['a whole number', '7', 7],
  ['a fraction, for shops that sell by weight', '7.9', 7],
  ['nothing, though it is tracked', 'null', 0],
])('a count that is %s', async (_, quantity, read) => {
  answer(
    200,
    JSON_TYPE,
    `[{"id":10,"manage_stock":true,"stock_quantity":${quantity}},{"id":11,"manage_stock":false,"stock_quantity":null}]`,
  );
  expect([...(await client.readQuantities([listing]))]).toEqual([['10', read]]);
});

describe('answers that are none', () => {
  test.each<[string, number, Record<string, string>, string, typeof Retryable | typeof Rejected, string]>([
    ['a page as JSON', 200, JSON_TYPE, '<html><p>Hello</p></html>', Retryable, 'Hello'],
    ['nothing', 200, JSON_TYPE, '', Retryable, 'broken JSON'],
    ['a notice of PHP before it', 200, JSON_TYPE, '<b>Notice</b>: x [{"id":10}]', Retryable, 'Notice : x'],
    ['a comment of a page cache behind it', 200, JSON_TYPE, '[]<!-- cached -->', Retryable, 'broken JSON'],
    ['JSON called text', 200, HTML_TYPE, '[]', Retryable, 'web page'],
    ['no type at all', 200, {}, '[]', Retryable, 'web page'],
    ['an error with status 200', 200, JSON_TYPE, '{"code":"x","message":"y"}', Rejected, 'shape'],
    ['rows without ids', 200, JSON_TYPE, '[{"manage_stock":true}]', Rejected, '0.id'],
    ['a login page', 401, HTML_TYPE, '<html>Staging</html>', Rejected, '401'],
    [
      'a right that is missing',
      403,
      JSON_TYPE,
      '{"code":"woocommerce_rest_cannot_view","message":"No"}',
      Rejected,
      '403',
    ],
    [
      'no WooCommerce',
      404,
      JSON_TYPE,
      '{"code":"rest_no_route","message":"No route"}',
      Rejected,
      'rest_no_route',
    ],
    ['a wrong parameter', 400, JSON_TYPE, '{"code":"rest_invalid_param","message":"Bad"}', Rejected, 'Bad'],
    ['no permalinks', 404, HTML_TYPE, '<html>Not found</html>', Rejected, 'not found'],
    ['a check for robots', 406, HTML_TYPE, '<html>Are you human?</html>', Retryable, 'human'],
    [
      'an error of PHP',
      500,
      JSON_TYPE,
      '{"code":"internal_server_error","message":"<p>Critical</p>"}',
      Retryable,
      'Critical',
    ],
  ])('%s', async (_, status, headers, body, kind, text) => {
    answer(status, headers, body);
    const error = await trouble();
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toContain(text);
    expect(calls).toEqual([{ name: 'GET products', ms: expect.any(Number), status }]);
  });

  test.each([
    ['7', 7_000],
    ['0', 0],
    ['99999999', 86_400_000],
    ['soon', undefined],
    ['Mon, 01 Jan 2001 00:00:00 GMT', 0],
  ])('Retry-After: %s', async (header, afterMs) => {
    answer(429, { 'retry-after': header }, 'slow');
    expect(await trouble()).toMatchObject({ name: 'Retryable', afterMs });
  });

  test.each([
    [
      'to another host',
      'https://www.shop.example/store/wp-json/wc/v3/products?x=1',
      'https://www.shop.example/store,',
    ],
    ['to a login', '/wp-login.php?redirect_to=x', 'login wall'],
    ['to nowhere', '', 'login wall'],
    ['to a script', 'javascript:alert(1)//wp-json/', 'login wall'],
    ['with a password', 'https://a:b@shop.example/wp-json/x', 'https://shop.example,'],
  ])('a redirect %s', async (_, location, fix) => {
    answer(301, { location }, '');
    expect(await trouble()).toMatchObject({ name: 'Rejected', fix: expect.stringContaining(fix) });
    expect(requests).toHaveLength(1);
  });
});

describe('a batch', () => {
  const write = () => client.setQuantities([{ ...listing, from: 1, to: 2 }], 'key-1');

  test('is answered for another product only: not believed', async () => {
    answer(200, JSON_TYPE, '{"update":[{"id":11,"manage_stock":true,"stock_quantity":2}]}');
    await expect(write()).rejects.toThrow(Retryable);
  });

  test('fails for a product by the shop itself: worth another try', async () => {
    answer(
      200,
      JSON_TYPE,
      '{"update":[{"id":10,"error":{"code":"db_error","message":"x","data":{"status":500}}}]}',
    );
    await expect(write()).rejects.toThrow('db_error');
  });

  test('fails for a product by its state: refused, with what to do', async () => {
    answer(
      200,
      JSON_TYPE,
      '{"update":[{"id":10,"error":{"code":"product_locked","message":"x","data":400}}]}',
    );
    expect((await write()).get('10')).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('locked'),
    });
  });
});

describe('no answer', () => {
  test('in time', async () => {
    client = open(address, IMPATIENT);
    behave = () => {};
    const error = await trouble();
    expect(error).toBeInstanceOf(Retryable);
    expect(error.message).toContain('in time');
    expect(calls).toMatchObject([{ status: 0 }]);
  });

  test('in time to the end', async () => {
    client = open(address, IMPATIENT);
    behave = (_request, response) => response.writeHead(200, JSON_TYPE).write('[');
    expect(await trouble()).toBeInstanceOf(Retryable);
  });

  test('but a closed connection', async () => {
    behave = (request) => request.socket.destroy();
    expect(await trouble()).toMatchObject({ name: 'Retryable', message: expect.stringContaining('reached') });
  });

  test('since nobody is there', async () => {
    client = open('http://127.0.0.1:9');
    expect(await trouble()).toMatchObject({ name: 'Retryable' });
  });
});

test.each(['ftp://shop.example', 'shop.example', 'https://a:b@shop.example', ''])(
  'keys are never sent to %j',
  async (baseUrl) => {
    client = open(baseUrl);
    expect(await trouble()).toMatchObject({ name: 'Rejected', fix: expect.stringContaining('https://') });
    expect(calls).toEqual([]);
  },
);

test('no secret gets into an error, and no more than 300 bytes of a page', async () => {
  const authorization = basicAuthorization(secret);
  const echo = `${Object.values(secret).join(' ')} ${authorization} ${encodeURIComponent(secret.webhookSecret)}`;
  const page = `<style>b { color: red }</style><b title="${echo}">${echo}</b> ${'ü'.repeat(5000)}`;
  for (const [status, headers] of [
    [200, JSON_TYPE],
    [500, HTML_TYPE],
    [403, HTML_TYPE],
    [429, HTML_TYPE],
  ] as const) {
    answer(status, headers, page);
    const error = await trouble();
    const told = `${error.message} ${error instanceof Rejected ? error.fix : ''} ${error.cause ?? ''}`;
    for (const value of [
      ...Object.values(secret),
      authorization.slice(6),
      encodeURIComponent(secret.webhookSecret),
    ]) {
      expect(told).not.toContain(value);
    }
    expect(told).not.toMatch(/<|color/);
    expect(told).toContain('*** *** ***');
    expect(Buffer.byteLength(error.message)).toBeLessThan(550);
  }
});
