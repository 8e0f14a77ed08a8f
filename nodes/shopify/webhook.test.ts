import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { WebhookReading } from '#runtime/sync/channel.ts';
import type { ShopifySecret } from './secret.ts';
import { readWebhook } from './webhook.ts';

const secret: ShopifySecret = {
  accessToken: 'shpat_0123456789abcdef',
  clientSecret: 'shpss_fedcba9876543210',
  shop: 'corner-shop.myshopify.com',
};
const order = Buffer.from('{"id":5500000000001,"admin_graphql_api_id":"gid://shopify/Order/5500000000001"}');

function signature(body: Buffer, key = secret.clientSecret): string {
  return createHmac('sha256', key).update(body).digest('base64');
}

function read(body: Buffer, headers: Record<string, string | undefined> = {}): WebhookReading {
  return readWebhook(
    {
      body,
      headers: {
        'x-shopify-topic': 'orders/create',
        'x-shopify-hmac-sha256': signature(body),
        'x-shopify-shop-domain': secret.shop,
        'x-shopify-webhook-id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
        'x-shopify-event-id': '98880550-7158-44d4-b7cd-2c97c8a091b5',
        ...headers,
      },
    },
    secret,
  );
}

const event = {
  kind: 'event',
  topic: 'order.changed',
  dedupeKey: 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
  partition: 'order:5500000000001',
};

describe('a genuine delivery', () => {
  test.each(['orders/create', 'orders/updated', 'orders/cancelled'])('%s is an event', (topic) => {
    expect(read(order, { 'x-shopify-topic': topic })).toEqual(event);
  });

  test.each(['customers/update', 'orders/delete', '', undefined])('topic %s is ignored', (topic) => {
    expect(read(order, { 'x-shopify-topic': topic })).toMatchObject({ kind: 'ignored' });
  });

  test('is named by its webhook id, which all repeats share, and not by the event id', () => {
    const repeat = read(order, { 'x-shopify-event-id': 'another' });
    expect(repeat).toEqual(event);
    const other = read(order, { 'x-shopify-webhook-id': 'a-second-delivery' });
    expect(other).toMatchObject({ dedupeKey: 'a-second-delivery' });
  });

  test.each([undefined, '', 'x'.repeat(101), 'line\nbreak', '$where'])(
    'without a usable webhook id (%j) is named by its body',
    (id) => {
      const reading = read(order, { 'x-shopify-webhook-id': id });
      expect(reading).toMatchObject({ dedupeKey: expect.stringMatching(/^body-[0-9a-f]{32}$/) });
      expect(read(order, { 'x-shopify-webhook-id': undefined })).toEqual(reading);
    },
  );

  test('keeps each digit of an id beyond what a JavaScript number holds', () => {
    const body = Buffer.from(
      '{"id":820982911946154508,"admin_graphql_api_id":"gid://shopify/Order/820982911946154508"}',
    );
    expect(read(body)).toMatchObject({ partition: 'order:820982911946154508' });
  });
});

describe('what is refused', () => {
  test.each([
    ['no signature', { 'x-shopify-hmac-sha256': undefined }],
    ['an empty signature', { 'x-shopify-hmac-sha256': '' }],
    ['the signature of another secret', { 'x-shopify-hmac-sha256': signature(order, 'shpss_other') }],
    ['a longer signature', { 'x-shopify-hmac-sha256': `${signature(order)}=` }],
    [
      'a signature in hex',
      { 'x-shopify-hmac-sha256': Buffer.from(signature(order), 'base64').toString('hex') },
    ],
    ['a signature beyond ASCII', { 'x-shopify-hmac-sha256': 'ü'.repeat(22) }],
    ['another shop of the same app', { 'x-shopify-shop-domain': 'other.myshopify.com' }],
  ])('%s: 401', (_name, headers) => {
    expect(read(order, headers)).toMatchObject({ kind: 'refused', status: 401 });
  });

  test('any one byte of the body that differs: 401', () => {
    const hmac = signature(order);
    for (const index of [0, 10, order.length - 1]) {
      const tampered = Buffer.from(order);
      tampered[index]! ^= 1;
      expect(read(tampered, { 'x-shopify-hmac-sha256': hmac })).toMatchObject({ status: 401 });
    }
  });

  test.each([
    ['text', 'hello'],
    ['nothing', ''],
    ['cut off', '{"id":5500000000001'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('genuine, but %s and not JSON: 400', (_name, body) => {
    expect(read(Buffer.from(body as string))).toMatchObject({ kind: 'refused', status: 400 });
  });

  test.each([
    'null',
    '[]',
    '"order"',
    '{}',
    '{"id":null}',
    '{"id":"5"}',
    '{"id":-1}',
    '{"id":5,"admin_graphql_api_id":"gid://shopify/Order/../5"}',
  ])('genuine JSON that is no order, %s: 400', (body) => {
    expect(read(Buffer.from(body))).toMatchObject({ kind: 'refused', status: 400 });
  });

  test('no reason tells a secret or the body', () => {
    const body = Buffer.from('{"id":"hunter2"}');
    for (const reading of [read(body), read(body, { 'x-shopify-hmac-sha256': 'wrong' })]) {
      expect(JSON.stringify(reading)).not.toMatch(/hunter2|shpss_|shpat_/);
    }
  });
});
