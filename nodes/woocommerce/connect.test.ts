/** Every usual failure of a shop, simulated over real HTTP and HTTPS: each has its own sentence and its own way out. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '#nodes/kit/sandbox.ts';
import { Rejected } from '#runtime/errors.ts';
import { ConnectionId } from '#runtime/ids.ts';
import { woocommerce } from './channel.ts';
import { grantWay, keysWay } from './connect.ts';
import { examine } from './examine.ts';
import { FINDING_CODES, finding } from './findings.ts';
import certificates from './fixtures/tls-certificates.json' with { type: 'json' };
import { type HttpsFront, openHttpsFront } from './sandbox/https-front.ts';
import { openWooCommerceSandbox } from './sandbox/sandbox.ts';
import { WooCommerceSecret } from './secret.ts';
import { shopAddress } from './shop-address.ts';

/** Short for a shop that hangs, long enough for a machine at work. */
const QUICK = { readTimeoutMs: 2_000, writeTimeoutMs: 2_000 };
let trusted: string[];
let sandbox: Sandbox;
let secret: WooCommerceSecret;
const opened: Server[] = [];
const fronts: HttpsFront[] = [];

beforeAll(() => {
  trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, certificates.authority]);
});
afterAll(() => setDefaultCACertificates(trusted));
afterEach(async () => {
  await sandbox.close();
  for (const server of opened.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  for (const front of fronts.splice(0)) front.close();
});

async function open(tls?: { readonly key: string; readonly cert: string }): Promise<void> {
  sandbox = await openWooCommerceSandbox({ shopName: 'Tea & Sons', ...(tls ? { tls } : {}) });
  secret = WooCommerceSecret.parse(sandbox.account.secret);
}
const control = async (path: string, body: object) => {
  const response = await fetch(`${sandbox.address}/sandbox/${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
};
const site = (changes: object) => control('site', changes);
const codes = async (keys: Partial<WooCommerceSecret> = {}, address = sandbox.address) => {
  const { auth, findings } = await examine(address, { ...secret, ...keys }, QUICK);
  return [auth, ...findings.map(({ code }) => code)];
};
/** A server that answers everything in the same way. */
async function serve(status: number, headers: Record<string, string>, body: string): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status, headers).end(body));
  opened.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const seen = new Set<unknown>();
const found = async (...args: Parameters<typeof codes>) => {
  const result = await codes(...args);
  for (const code of result) seen.add(code);
  return result;
};

describe('a shop by https', () => {
  beforeEach(() => open(certificates.shop));

  test('that is well: nothing stands in the way', async () => {
    expect(await found()).toEqual(['basic']);
  });

  test.each<[string, object, (string | null)[]]>([
    ['drops the Authorization header', { dropsAuthorization: true }, ['query', 'woocommerce.header-dropped']],
    ['is behind a firewall', { guard: 'firewall' }, [null, 'woocommerce.firewall']],
    ['has a plugin that closes the API', { guard: 'plugin' }, [null, 'woocommerce.security-plugin']],
    ['sends everybody to its login', { guard: 'login' }, [null, 'woocommerce.login-wall']],
    ['sends everybody to www', { redirectsTo: 'https://www.tea.example' }, [null, 'woocommerce.redirect']],
    ['has plain permalinks', { plainPermalinks: true }, [null, 'woocommerce.permalinks']],
    ['has WooCommerce switched off', { wooCommerceActive: false }, [null, 'woocommerce.not-active']],
    ['gave the key to a customer', { userMayNot: true }, [null, 'woocommerce.user-rights']],
    ['goes by another name', { home: 'https://tea.example' }, ['basic', 'woocommerce.other-home']],
    ['has a clock that is off', { clockSeconds: 1_200 }, ['basic', 'woocommerce.clock-off']],
    ['counts no stock', { managesStock: false }, ['basic', 'woocommerce.stock-off']],
  ])('that %s', async (_, changes, expected) => {
    await site(changes);
    expect(await found()).toEqual(expected);
  });

  test('whose key was revoked, or mistyped', async () => {
    expect(await found({ consumerKey: 'ck_other' })).toEqual([null, 'woocommerce.key-unknown']);
    await control('faults', { keysRevoked: true });
    expect(await found()).toEqual([null, 'woocommerce.key-unknown']);
  });

  test('whose secret is another one', async () => {
    expect(await found({ consumerSecret: 'cs_other' })).toEqual([null, 'woocommerce.secret-wrong']);
  });

  test.each([
    ['read', ['basic', 'woocommerce.read-only']],
    ['write', [null, 'woocommerce.read-only']],
  ])('whose key may only %s', async (permission, expected) => {
    expect(await found(await granted(permission))).toEqual(expected);
  });

  test('that is overloaded', async () => {
    await control('faults', { failNext: { count: 9, status: 500 } });
    expect(await found()).toEqual([null, 'woocommerce.busy']);
  });
});

describe('a shop by https that ends at a proxy', () => {
  let proxy: string;
  beforeEach(async () => {
    await open();
    const front = await openHttpsFront(sandbox.address, certificates.shop);
    fronts.push(front);
    proxy = front.address;
    await site({ home: proxy });
  });

  test('and tells WordPress of it', async () => {
    expect(await found({}, proxy)).toEqual(['basic']);
  });

  test('and does not: is_ssl() is false, and only signed calls are taken', async () => {
    await site({ home: proxy, believesProxy: false });
    expect(await found({}, proxy)).toEqual(['oauth1-http', 'woocommerce.proxy']);
    const account = { connectionId: ConnectionId.parse('shop-1'), baseUrl: proxy, secret };
    expect((await woocommerce.open(account).readQuantities([])).size).toBe(0);
    const pages = await woocommerce.open(account).listingPage!(null);
    expect(pages.listings).toEqual([]);
  });
});

describe('a shop whose certificate', () => {
  test('is its own word for itself', async () => {
    await open();
    const self = await openWooCommerceSandbox({ tls: certificates.selfSigned });
    expect(await found({}, self.address)).toEqual([null, 'woocommerce.self-signed']);
    await self.close();
  });

  test('is made out for another host', async () => {
    await open();
    const other = await openWooCommerceSandbox({ tls: certificates.otherHost });
    expect(await found({}, other.address)).toEqual([null, 'woocommerce.certificate']);
    await other.close();
  });
});

describe('a shop by plain http', () => {
  beforeEach(() => open());

  test('takes signed calls', async () => {
    expect(await found()).toEqual(['oauth1']);
  });

  test('whose clock is wrong refuses them, and ours may be the wrong one', async () => {
    await site({ clockSeconds: -3_000 });
    expect(await found()).toEqual([null, 'woocommerce.clock']);
    const { findings } = await examine(sandbox.address, secret, QUICK);
    expect(findings[0]?.reason).toContain('50 minutes');
  });

  test('that signs for another address', async () => {
    await site({ home: 'http://tea.example' });
    expect(await found()).toEqual([null, 'woocommerce.other-home']);
  });

  test.each([
    ['an unknown key', { consumerKey: 'ck_other' }, 'woocommerce.key-unknown'],
    ['a wrong secret', { consumerSecret: 'cs_other' }, 'woocommerce.secret-wrong'],
  ])('with %s', async (_, keys, code) => {
    expect(await found(keys)).toEqual([null, code]);
  });

  test('that is no shop at all, or not there', async () => {
    const page = await serve(404, { 'content-type': 'text/html' }, '<h1>Not found</h1>');
    expect(await found({}, page)).toEqual([null, 'woocommerce.no-wordpress']);
    expect(await found({}, 'http://127.0.0.1:9')).toEqual([null, 'woocommerce.unreachable']);
    const cache = await serve(200, { 'content-type': 'text/html' }, '<h1>Cached</h1>');
    expect(await found({}, cache)).toEqual([null, 'woocommerce.firewall']);
    const upkeep = await serve(503, { 'content-type': 'text/html' }, 'Briefly unavailable for maintenance');
    expect(await found({}, upkeep)).toEqual([null, 'woocommerce.busy']);
  });

  test('no finding shows a secret, whatever a shop sends', async () => {
    const echo = Object.values(secret).join(' ');
    const address = await serve(403, { 'content-type': 'text/html' }, echo);
    const { findings } = await examine(address, secret, QUICK);
    expect(findings).toHaveLength(1);
    for (const value of Object.values(secret)) expect(JSON.stringify(findings)).not.toContain(value);
  });
});

test('all kinds of findings were found above, and all stand in the table for merchants', async () => {
  await open();
  expect(FINDING_CODES.filter((code) => !seen.has(code))).toEqual([]);
  const table = readFileSync(join(__dirname, '../../docs/merchants/connect-woocommerce.md'), 'utf8');
  const rows = FINDING_CODES.map((code) => {
    const { reason, fix } = finding(code, '…');
    return `| \`${code}\` | ${reason} | ${fix} |`;
  });
  expect(rows.filter((row) => !table.includes(row))).toEqual([]);
});

async function granted(scope: string): Promise<Partial<WooCommerceSecret>> {
  let key = {};
  const callback = createTlsServer(certificates.shop, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { consumer_key: consumerKey, consumer_secret: consumerSecret } = JSON.parse(
      Buffer.concat(chunks).toString(),
    );
    key = { consumerKey, consumerSecret };
    response.writeHead(200).end();
  });
  opened.push(callback);
  callback.listen(0, '127.0.0.1');
  await once(callback, 'listening');
  const url = `https://127.0.0.1:${(callback.address() as AddressInfo).port}/`;
  const query = new URLSearchParams({
    app_name: 'Test',
    scope,
    user_id: 'x',
    return_url: url,
    callback_url: url,
  });
  await approve(`${sandbox.address}/wc-auth/v1/authorize?${query}`);
  return key;
}

/** What the shop's owner does: opens the page, and clicks. @returns where the browser is sent at last. */
async function approve(url: string, link: 'approve' | 'deny' = 'approve'): Promise<string> {
  const page = await (await fetch(url)).text();
  const [, href = ''] = new RegExp(`href="([^"]+)" class="wc-auth-${link}"`).exec(page) ?? [];
  const target = href.replaceAll('&amp;', '&');
  if (link === 'deny') return target;
  const answer = await fetch(target, { redirect: 'manual' });
  return answer.headers.get('location') ?? `${answer.status} ${await answer.text()}`;
}

describe('connecting by a pasted key', () => {
  const connect = (address: string, keys: Partial<WooCommerceSecret> = {}) =>
    keysWay.connect({ input: { address, ...secret, ...keys }, sandboxUrl: null });

  test('gives an account that works, with the way in which the shop takes the key', async () => {
    await open(certificates.shop);
    await site({ dropsAuthorization: true });
    const account = await connect(`${sandbox.address}/wp-admin/admin.php?page=wc-settings`);
    expect(account).toMatchObject({
      baseUrl: sandbox.address,
      name: 'Tea & Sons',
      secret: { auth: 'query' },
    });
    expect(account.secret.webhookSecret).not.toBe(secret.webhookSecret);
    const client = woocommerce.open({ ...account, connectionId: ConnectionId.parse('shop-1') });
    expect((await client.listingPage!(null)).listings).toEqual([]);
    expect((await client.check!()).map(({ code }) => code)).toEqual(['woocommerce.header-dropped']);
  });

  test('says what stands in the way, and what to do', async () => {
    await open();
    const error = await connect(sandbox.address, { consumerSecret: 'cs_other' }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(Rejected);
    expect(error).toMatchObject({ code: 'far-side.keys', action: 'connect-again' });
    expect(error.fix).toContain('cs_…');
  });

  test('a shop in a folder keeps its folder', () => {
    expect(shopAddress(' shop.example/store/ ')).toBe('https://shop.example/store');
    expect(shopAddress('http://shop.example/wp-login.php')).toBe('http://shop.example');
    expect(shopAddress('https://shop.example/store/wp-json/wc/v3/orders')).toBe('https://shop.example/store');
  });

  test.each(['', 'my shop', 'ftp://shop.example', 'javascript:alert(1)', 'https://a:b@shop.example'])(
    '%j is no address',
    (typed) => {
      expect(() => shopAddress(typed)).toThrow(Rejected);
    },
  );
});

describe('connecting by a click in the shop', () => {
  const PLACE = { state: 'one-use-state', returnUrl: 'https://sync.example/back' };
  let callback: string;
  let posted: Buffer[];
  let status: number;
  const begin = async (callbackUrl: string) =>
    await grantWay.begin(
      { input: { address: sandbox.address }, sandboxUrl: sandbox.address },
      { ...PLACE, callbackUrl },
    );

  beforeEach(async () => {
    await open(certificates.shop);
    [posted, status] = [[], 200];
    const server = createTlsServer(certificates.shop, async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      posted.push(Buffer.concat(chunks));
      response.writeHead(status).end();
    });
    opened.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    callback = `https://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/connect`;
  });

  /** Our own check would refuse this machine's address, as WordPress would. */
  const urlFor = async () => {
    const { url } = await begin('https://sync.example/hooks/connect');
    return url.replace(
      encodeURIComponent('https://sync.example/hooks/connect'),
      encodeURIComponent(callback),
    );
  };

  test('brings a key that works, and the browser back', async () => {
    expect(await approve(await urlFor())).toBe('https://sync.example/back?success=1&user_id=one-use-state');
    const answer = { query: {}, body: posted[0]! };
    expect(grantWay.stateOf(answer)).toBe('one-use-state');
    const account = await grantWay.finish({ baseUrl: sandbox.address }, answer);
    expect(account.secret.consumerKey).not.toBe(secret.consumerKey);
    const client = woocommerce.open({ ...account, connectionId: ConnectionId.parse('shop-1') });
    expect((await client.listingPage!(null)).listings).toEqual([]);
    expect(await client.check!()).toEqual([]);
  });

  test('leaves no key behind when we do not answer with exactly 200', async () => {
    status = 204;
    expect(await approve(await urlFor())).toContain('401');
    const { consumer_key: consumerKey, consumer_secret: consumerSecret } = JSON.parse(posted[0]!.toString());
    expect(await codes({ consumerKey, consumerSecret })).toEqual([null, 'woocommerce.key-unknown']);
  });

  test('that the owner refuses ends where it began', async () => {
    expect(await approve(await urlFor(), 'deny')).toContain('success=0');
    expect(posted).toEqual([]);
  });

  test.each([
    'http://sync.example/x',
    'https://127.0.0.1:4747/x',
    'https://192.168.1.5/x',
    'https://localhost/x',
  ])('is refused where the shop could not reach us (%s)', async (address) => {
    await expect(begin(address)).rejects.toMatchObject({ fix: expect.stringContaining('Paste a key') });
  });

  test.each(['', 'webhook_id=1', '{"user_id":7}', '[]'])('%j is no answer of a shop', async (body) => {
    const answer = { query: {}, body: Buffer.from(body) };
    expect(grantWay.stateOf(answer)).toBeNull();
    await expect(grantWay.finish({ baseUrl: sandbox.address }, answer)).rejects.toThrow(Rejected);
  });
});
