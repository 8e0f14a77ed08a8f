import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import { ALL_CHANNELS } from '#nodes/all-channels.ts';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import { ClientId, ConnectionId } from '#runtime/ids.ts';
import type { ListingDocument } from '#runtime/sync/listing-document.ts';
import { Vault } from '#runtime/vault/vault.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { BODY_BYTES_MAX, openIngress } from './webhooks.ts';

const clientId = ClientId.parse('ingress');
const shop = ConnectionId.parse(`shopify-${randomUUID()}`);
const outlet = ConnectionId.parse(`woo-${randomUUID()}`);
const clientSecret = 'shpss_0123456789abcdef0123456789abcdef';
const webhookSecret = 'whsec-of-the-outlet-which-is-long-enough';
const logged: Record<string, unknown>[] = [];
const accepted: string[] = [];
let database: TestDatabase;
let server: Server;
let address = '';
let broken = false;
let throughTheDoor = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  const vault = new Vault(Buffer.alloc(32, 7));
  const common = { clientId, name: 'Shop', sandbox: true, countingAuthority: false, createdAt: new Date() };
  await saveConnection(database.models, {
    ...common,
    _id: shop,
    channel: 'shopify',
    baseUrl: 'http://127.0.0.1:9',
    secret: vault.seal(shop, {
      accessToken: 'shpat_0123456789abcdef',
      clientSecret,
      shop: 'test.myshopify.com',
    }),
  });
  await saveConnection(database.models, {
    ...common,
    _id: outlet,
    channel: 'woocommerce',
    baseUrl: 'http://127.0.0.1:9',
    secret: vault.seal(outlet, {
      consumerKey: `ck_${'1'.repeat(40)}`,
      consumerSecret: `cs_${'2'.repeat(40)}`,
      webhookSecret,
    }),
  });
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const failing = new Proxy(database, {
    get: (of, name: keyof TestDatabase) => {
      if (name === 'db' && broken) throw new Error('the database is away');
      return of[name];
    },
  });
  const ingress = openIngress({
    database: failing,
    vault,
    channels: ALL_CHANNELS,
    log,
    accepted: (_client, id) => accepted.push(id),
    begins: () => {
      throughTheDoor += 1;
    },
  });
  const app = express().use('/hooks', ingress.routes);
  server = createServer((request, response) => {
    if (!ingress.door(request, response)) app(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await database.close();
});
afterEach(async () => {
  broken = false;
  for (const list of [logged, accepted]) list.length = 0;
  await database.db.collection('events').deleteMany({});
});

const sign = (body: Buffer | string, secret = clientSecret) =>
  createHmac('sha256', secret).update(body).digest('base64');
const order = Buffer.from(
  JSON.stringify({ id: 1001, name: '#1', updated_at: '2026-11-22T10:00:00Z', line_items: [] }),
);

function fromShopify(
  body: Buffer | string,
  headers: Record<string, string> = {},
  to = shop as string,
): Promise<Response> {
  return fetch(`${address}/shopify/${to}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: {
      'content-type': 'application/json',
      'x-shopify-topic': 'orders/create',
      'x-shopify-hmac-sha256': sign(body),
      'x-shopify-shop-domain': 'test.myshopify.com',
      'x-shopify-api-version': '2026-10',
      'x-shopify-webhook-id': 'delivery-1',
      'x-shopify-event-id': 'event-1',
      'x-shopify-triggered-at': '2026-11-22T10:00:00Z',
      ...headers,
    },
  });
}
const kept = () => database.db.collection<EventDocument>('events').find({}).toArray();
const warned = () => logged.filter(({ level }) => Number(level) >= 40);

test('a genuine delivery is on disk when it is answered with 200, and the flows are woken', async () => {
  expect((await fromShopify(order)).status).toBe(200);
  const [event] = await kept();
  expect(event).toMatchObject({
    clientId,
    source: shop,
    topic: 'order.changed',
    dedupeKey: 'delivery-1',
    partition: 'order:1001',
    state: 'queued',
  });
  expect(Buffer.from(event?.body.value() ?? [])).toEqual(order);
  expect(accepted).toEqual([shop]);
});

test('what is usual takes the short way in, what is odd the long one; both end in the same', async () => {
  await fromShopify(order);
  const through = async (response: Promise<Response>) => {
    const before = throughTheDoor;
    return [(await response).status, throughTheDoor - before];
  };
  expect(await through(fromShopify(order))).toEqual([200, 1]);
  expect(await through(fromShopify(order, { 'x-shopify-hmac-sha256': sign('other') }))).toEqual([401, 1]);
  expect(await through(fromShopify(order, {}, 'nobody'))).toEqual([404, 0]);
  expect(await through(fromShopify(order, { 'content-encoding': 'gzip' }))).toEqual([415, 0]);
  const path = `/shopify/${shop}`;
  expect(await through(fetch(`${address}${path}`))).toEqual([404, 0]);
  expect(await through(fetch(`${address}${path}?a=1`, { method: 'POST', body: '{}' }))).toEqual([401, 0]);
  const inPieces = new ReadableStream({
    start: (pieces) => {
      for (const from of [0, 10, 20])
        pieces.enqueue(order.subarray(from, from === 20 ? undefined : from + 10));
      pieces.close();
    },
  });
  const headers = {
    'x-shopify-hmac-sha256': sign(order),
    'x-shopify-topic': 'orders/create',
    'x-shopify-webhook-id': 'delivery-1',
  };
  const sent = { method: 'POST', body: inPieces, duplex: 'half', headers } as RequestInit;
  expect(await through(fetch(`${address}${path}`, sent))).toEqual([200, 0]);
  expect(await kept()).toHaveLength(1);
});

test('a delivery that comes again is answered with 200 and makes nothing new', async () => {
  await fromShopify(order);
  expect((await fromShopify(order)).status).toBe(200);
  expect(await kept()).toHaveLength(1);
  expect(accepted).toHaveLength(1);
});

describe('is refused, not kept, and said in the log:', () => {
  test.each([
    ['a wrong signature', () => fromShopify(order, { 'x-shopify-hmac-sha256': sign('other') }), 401],
    [
      'a signature by another secret',
      () => fromShopify(order, { 'x-shopify-hmac-sha256': sign(order, webhookSecret) }),
      401,
    ],
    ['no signature', () => fromShopify(order, { 'x-shopify-hmac-sha256': '' }), 401],
    ['signed malformed JSON', () => fromShopify('{"id": 1,'), 400],
    ['signed bytes that are no text', () => fromShopify(Buffer.from([0xff, 0xfe, 0x00, 0x80])), 400],
    ['a signed empty body', () => fromShopify(''), 400],
    ['a body of 10 MB', () => fromShopify(Buffer.alloc(10_000_000, 32)), 413],
    ['a body just over the limit', () => fromShopify(Buffer.alloc(BODY_BYTES_MAX + 1, 32)), 413],
    ['an unknown connection', () => fromShopify(order, {}, 'nobody'), 404],
    ['a connection of another channel', () => fromShopify(order, {}, outlet), 404],
    ['a hostile address', () => fromShopify(order, {}, '..%2f..%2fetc'), 404],
    ['a packed body', () => fromShopify(order, { 'content-encoding': 'gzip' }), 415],
  ])('%s', async (_what, send, status) => {
    const response = await send();
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const { detail } = (await response.json()) as { detail: string };
    expect(detail.length).toBeGreaterThan(20);
    expect(warned()).toHaveLength(1);
    expect(JSON.stringify(logged)).not.toContain(clientSecret);
    expect(await kept()).toEqual([]);
    expect(accepted).toEqual([]);
  });

  test('a channel that does not exist', async () => {
    expect((await fetch(`${address}/nothing/${shop}`, { method: 'POST', body: '{}' })).status).toBe(404);
  });
});

test("what can't be kept is answered with 503 and a time to come again, never with 2xx", async () => {
  await fromShopify(Buffer.from('{"id":1}'), { 'x-shopify-topic': 'orders/create' });
  broken = true;
  const response = await fromShopify(order, { 'x-shopify-webhook-id': 'delivery-2' });
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('10');
  broken = false;
  expect((await fromShopify(order, { 'x-shopify-webhook-id': 'delivery-2' })).status).toBe(200);
});

describe('WooCommerce', () => {
  const send = (body: string, headers: Record<string, string>) =>
    fetch(`${address}/woocommerce/${outlet}`, { method: 'POST', body, headers });

  test('pings without a signature and gets exactly 200, and nothing is kept', async () => {
    const response = await send('webhook_id=3', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(response.status).toBe(200);
    expect(await kept()).toEqual([]);
  });

  test('sends the same state of an order twice: it is one event', async () => {
    const body = JSON.stringify({
      id: 16,
      status: 'processing',
      date_modified_gmt: '2026-11-22T17:17:24',
      line_items: [],
    });
    const headers = (id: string, topic: string) => ({
      'content-type': 'application/json',
      'x-wc-webhook-topic': topic,
      'x-wc-webhook-resource': 'order',
      'x-wc-webhook-event': topic.slice(6),
      'x-wc-webhook-signature': sign(body, webhookSecret),
      'x-wc-webhook-delivery-id': id,
    });
    expect((await send(body, headers('a', 'order.created'))).status).toBe(200);
    expect((await send(body, headers('b', 'order.updated'))).status).toBe(200);
    expect(await kept()).toHaveLength(1);
  });

  test('tells of a product whose count alone has changed: no event is made of it; of any other change there is', async () => {
    const product = {
      id: 10,
      type: 'simple',
      name: 'Mug',
      sku: 'MUG',
      status: 'publish',
      manage_stock: true,
      stock_quantity: 7,
      backorders: 'no',
      global_unique_id: '',
      date_modified_gmt: '2026-11-22T17:17:24',
    };
    const listings = database.db.collection<ListingDocument>('listings');
    const form = { title: 'Mug', ownSku: 'MUG', barcode: null, oversell: false, countedBy: null };
    await listings.insertOne({
      _id: `${outlet}/10`,
      clientId,
      connectionId: outlet,
      externalId: '10',
      ref: { productId: '10' },
      ...form,
      tracked: true,
      pushed: 7,
      pushedTaken: 0,
      taken: 0,
    } as unknown as ListingDocument);
    const tell = async (changes: object) => {
      const body = JSON.stringify({ ...product, ...changes });
      const signed = {
        'x-wc-webhook-topic': 'product.updated',
        'x-wc-webhook-signature': sign(body, webhookSecret),
      };
      return (await send(body, { 'content-type': 'application/json', ...signed })).status;
    };
    expect(await tell({})).toBe(200);
    expect(await tell({ stock_quantity: 6 })).toBe(200);
    expect(await kept()).toEqual([]);
    expect(await listings.findOne({ externalId: '10' })).toMatchObject({ heard: { quantity: 6 } });
    expect(await tell({ name: 'Red mug' })).toBe(200);
    expect(await kept()).toMatchObject([{ topic: 'listing.changed', partition: 'product:10' }]);
  });
});
