import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { ConnectionId } from '#runtime/ids.ts';
import type { WebhookDelivery } from '#runtime/sync/channel.ts';
import recorded from './fixtures/webhook-deliveries.json' with { type: 'json' };
import { readOrder } from './read-order.ts';
import type { WooCommerceSecret } from './secret.ts';
import { readWebhook } from './webhook.ts';

const secret: WooCommerceSecret = {
  consumerKey: 'ck_1',
  consumerSecret: 'cs_1',
  webhookSecret: 'whsec-test',
};

function delivery(
  name: keyof typeof recorded,
  changes: Record<string, string | undefined> = {},
): WebhookDelivery {
  const { headers, bodyUtf8 } = recorded[name];
  return { headers: { ...(headers as Record<string, string>), ...changes }, body: Buffer.from(bodyUtf8) };
}

function signed(body: string | Buffer, topic = 'order.updated'): WebhookDelivery {
  const bytes = Buffer.from(body);
  const signature = createHmac('sha256', secret.webhookSecret).update(bytes).digest('base64');
  return { headers: { 'x-wc-webhook-topic': topic, 'x-wc-webhook-signature': signature }, body: bytes };
}

const order = (changes: object = {}) =>
  JSON.stringify({
    id: 7,
    status: 'processing',
    date_modified_gmt: '2026-11-22T17:17:24',
    line_items: [],
    ...changes,
  });

const at = 'x-wc-webhook-signature';
const right = recorded['20-order-created'].headers[at];

describe('deliveries of a real WooCommerce 11.0.1', () => {
  test.each([
    ['order.created', '16-order-created', 'order:16'],
    ['order.updated', '17-order-updated', 'order:16'],
    ['a cancelled order', '18-order-created', 'order:17'],
    ['an order in the trash', '20-order-created', 'order:19'],
  ] as const)('%s is an event', (_, name, partition) => {
    const reading = readWebhook(delivery(name), secret);
    expect(reading).toMatchObject({ kind: 'event', topic: 'order.changed', partition });
    expect(readWebhook(delivery(name), secret)).toEqual(reading);
  });

  test('order.created and order.updated of the same state are one event; other orders have other keys', () => {
    const [created, updated, other] = (
      ['16-order-created', '17-order-updated', '18-order-created'] as const
    ).map((name) => readWebhook(delivery(name), secret));
    expect(created).toEqual(updated);
    expect(created).toMatchObject({
      dedupeKey: expect.stringMatching(/^order:16:2026-11-22T17:17:24:[0-9a-f]{32}$/),
    });
    expect(other).not.toEqual(created);
  });

  test('every one of them is what it is', () => {
    const names = Object.keys(recorded) as (keyof typeof recorded)[];
    const readings = names.map((name) => readWebhook(delivery(name), secret));
    const said = readings.map((reading) =>
      reading.kind === 'event' ? `${reading.topic} in ${reading.partition}` : reading.kind,
    );
    const product = (id: number) => `listing.changed in product:${id}`;
    const orders = [16, 16, 17, 17, 19, 19].map((id) => `order.changed in order:${id}`);
    expect(said).toEqual([
      // Pings, which nobody signs.
      ...Array.from({ length: 5 }, () => 'ignored'),
      // Simple products, and variations of product 11.
      ...[10, 11, 11, 11, 11, 15, 10, 11, 11, 11].map(product),
      ...orders,
      'hint',
    ]);
    // Each order that they bring can be read.
    for (const [index, reading] of readings.entries()) {
      if (reading.kind !== 'event' || reading.topic !== 'order.changed') continue;
      const { body } = delivery(names[index]!);
      const connectionId = ConnectionId.parse('shop-1');
      expect(readOrder({ topic: 'order.changed', body, connectionId })).toMatchObject({
        order: { externalId: reading.partition.slice('order:'.length) },
      });
    }
  });

  test('a simple product is told whole, so that a count alone need not be read again; another one is not', () => {
    const told = (name: keyof typeof recorded, changes: object = {}) => {
      const body = JSON.stringify({ ...JSON.parse(recorded[name].bodyUtf8), ...changes });
      const reading = readWebhook(signed(body, 'product.updated'), secret);
      return reading.kind === 'event' ? reading.listing : reading.kind;
    };
    expect(told('12-product-updated', { stock_quantity: 7 })).toMatchObject({
      externalId: '10',
      ref: { productId: '10' },
      tracked: true,
      quantity: 7,
    });
    expect(told('12-product-updated', { status: 'trash' })).toBeUndefined();
    expect(told('12-product-updated', { type: 'variable' })).toBeUndefined();
    expect(told('12-product-updated', { type: 'variation', parent_id: 9 })).toBeUndefined();
  });

  test('a product is read again once an hour for each form of it, whatever its count', () => {
    const { bodyUtf8 } = recorded['12-product-updated'];
    const keyOf = (changes: object) => {
      const body = JSON.stringify({ ...JSON.parse(bodyUtf8), ...changes });
      const reading = readWebhook(signed(body, 'product.updated'), secret);
      return reading.kind === 'event' ? reading.dedupeKey : reading.kind;
    };
    const usual = keyOf({});
    expect(keyOf({ stock_quantity: 3, date_modified_gmt: '2026-11-22T17:59:59' })).toBe(usual);
    for (const changes of [
      { name: 'Red Mug' },
      { sku: 'MUG-RED' },
      { backorders: 'yes' },
      { manage_stock: false },
      { status: 'trash' },
      { global_unique_id: '4006381333931' },
      { date_modified_gmt: '2026-11-22T18:00:00' },
    ])
      expect(keyOf(changes)).not.toBe(usual);
    expect(readWebhook(signed('{"id":10}', 'product.deleted'), secret)).toMatchObject({
      kind: 'event',
      topic: 'listing.changed',
      partition: 'product:10',
    });
    expect(readWebhook(signed('{"code":"x","message":"y"}', 'product.updated'), secret).kind).toBe('ignored');
    expect(readWebhook(signed('[]', 'product.updated'), secret)).toMatchObject({
      kind: 'refused',
      status: 400,
    });
  });
});

test('order.deleted tells an id alone: the shop is asked what became of it', () => {
  expect(readWebhook(delivery('22-order-deleted'), secret)).toMatchObject({ kind: 'hint' });
});

describe('what is not believed', () => {
  test.each([
    ['no signature', { [at]: undefined }],
    ['an empty signature', { [at]: '' }],
    ['a signature of something else', { [at]: recorded['16-order-created'].headers[at] }],
    ['one letter changed', { [at]: `${right.slice(0, 5)}${right[5] === 'A' ? 'B' : 'A'}${right.slice(6)}` }],
    ['a part of the signature', { [at]: right.slice(0, 20) }],
    ['the signature twice', { [at]: `${right}, ${right}` }],
    [
      'the signature with junk that base64 decoders skip',
      { [at]: `${right.slice(0, 9)}\n${right.slice(9)}` },
    ],
    ['the bytes in hexadecimal', { [at]: Buffer.from(right, 'base64').toString('hex') }],
    ['letters beyond ASCII', { [at]: 'ü'.repeat(22) }],
  ])('%s: 401', (_, headers) => {
    const reading = readWebhook(delivery('20-order-created', headers), secret);
    expect(reading).toMatchObject({ kind: 'refused', status: 401 });
  });

  test('a body that was changed, or that was parsed and written again: 401', () => {
    const { headers, body } = delivery('20-order-created');
    const changed = Buffer.from(body.toString().replace('"quantity":500', '"quantity":501'));
    const rewritten = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
    for (const other of [changed, rewritten, Buffer.concat([body, Buffer.from('\n')])]) {
      expect(other.equals(body)).toBe(false);
      expect(readWebhook({ headers, body: other }, secret)).toMatchObject({ status: 401 });
    }
  });

  test('another secret: 401', () => {
    const reading = readWebhook(delivery('20-order-created'), { ...secret, webhookSecret: 'whsec-other' });
    expect(reading).toMatchObject({ status: 401 });
  });

  test.each([
    'webhook_id=',
    'webhook_id=1&x=2',
    'webhook_id=abc',
    `webhook_id=${'1'.repeat(400)}`,
    '{"id":1}',
    '',
  ])('unsigned %j is no ping: 401', (text) => {
    expect(readWebhook({ headers: {}, body: Buffer.from(text) }, secret)).toMatchObject({ status: 401 });
  });
});

describe('signed, but not an order', () => {
  test.each([
    ['not JSON', '{"id":'],
    ['empty', ''],
    ['broken UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['a list', '[]'],
    ['null', 'null'],
    ['no id', order({ id: undefined })],
    ['id as text', order({ id: '7' })],
    ['id 0', order({ id: 0 })],
    ['no lines', order({ line_items: undefined })],
    ['no status', order({ status: '' })],
    ['lists in lists, deep', '['.repeat(200_000)],
  ])('%s: 400', (_, body) => {
    expect(readWebhook(signed(body), secret)).toMatchObject({ kind: 'refused', status: 400 });
  });

  test.each(['checkout-draft', 'auto-draft'])('%s is ignored', (status) => {
    expect(readWebhook(signed(order({ status })), secret)).toMatchObject({ kind: 'ignored' });
  });

  test('an error in place of the order is ignored: refusing it would switch the webhook off for good', () => {
    const error = '{"code":"woocommerce_rest_cannot_view","message":"Sorry","data":{"status":403}}';
    expect(readWebhook(signed(error), secret)).toMatchObject({ kind: 'ignored' });
  });

  test.each(['customer.updated', 'action.woocommerce_low_stock', '', 'order.created, order.updated'])(
    'topic %j is ignored, whatever the body',
    (topic) => {
      expect(readWebhook(signed('not JSON', topic), secret)).toMatchObject({ kind: 'ignored' });
    },
  );
});

test('two states within one second have two keys; without gmt dates the local stamp stands in', () => {
  const keys = [
    order(),
    order({ status: 'completed' }),
    order({ date_modified_gmt: null, date_modified: 'x' }),
  ].map((body) => readWebhook(signed(body), secret));
  expect(new Set(keys.map((reading) => reading.kind === 'event' && reading.dedupeKey)).size).toBe(3);
});
