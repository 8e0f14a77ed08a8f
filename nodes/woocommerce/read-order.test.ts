import { describe, expect, test } from '@jest/globals';
import { Rejected } from '#runtime/errors.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type { Order } from '#runtime/orders/order.ts';
import exchanges from './fixtures/rest-exchanges.json' with { type: 'json' };
import recorded from './fixtures/webhook-deliveries.json' with { type: 'json' };
import { readOrder } from './read-order.ts';

const connectionId = ConnectionId.parse('shop-1');
const read = (body: unknown) =>
  readOrder({
    topic: 'order.changed',
    connectionId,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });

function orderOf(body: unknown): Order {
  const reading = read(body);
  if ('skipped' in reading) throw new Error(reading.skipped);
  return reading.order;
}

const placed = exchanges['23-create-order-processing'].response.body;
const line = placed.line_items[0]!;
const withLine = (changes: object) => ({ ...placed, line_items: [{ ...line, ...changes }] });
const reduced = (value: unknown) => withLine({ meta_data: [{ id: 1, key: '_reduced_stock', value }] });
const USD = (amount: number) => ({ amount, currency: 'USD' });

describe('orders of a real WooCommerce 11.0.1', () => {
  test('a new paid order of a product and a variation', () => {
    expect(orderOf(placed)).toEqual({
      connectionId: 'shop-1',
      channel: 'woocommerce',
      externalId: '16',
      number: '#16',
      status: 'open',
      placedAt: new Date('2026-11-22T17:17:19Z'),
      updatedAt: new Date('2026-11-22T17:17:19Z'),
      total: USD(4380),
      paid: true,
      refunds: 0,
      lines: [
        {
          lineId: '1',
          sku: 'MUG-BLUE',
          title: 'Blue Mug',
          quantity: 2,
          taken: 2,
          unitPrice: USD(990),
          listing: '10',
        },
        {
          lineId: '2',
          sku: 'TEE-M',
          title: 'T-Shirt - M',
          quantity: 1,
          taken: 1,
          unitPrice: USD(1900),
          listing: '13',
        },
      ],
    });
  });

  test.each([
    ['one of two refunded and restocked', exchanges['31-order-after-refund'].response.body, 'open', [1, 1]],
    ['waiting for a bank transfer', exchanges['26-order-pending-to-on-hold'].response.body, 'pending', [1]],
    ['cancelled', exchanges['28-order-cancelled'].response.body, 'cancelled', [0]],
    ['completed after a refund', JSON.parse(recorded['16-order-created'].bodyUtf8), 'fulfilled', [1, 1]],
    ['cancelled, by webhook', JSON.parse(recorded['18-order-created'].bodyUtf8), 'cancelled', [0]],
    [
      'thrown away, its stock still taken',
      JSON.parse(recorded['20-order-created'].bodyUtf8),
      'cancelled',
      [500],
    ],
  ] as const)('%s', (_, body, status, taken) => {
    const order = orderOf(body);
    expect([order.status, order.lines.map((each) => each.taken)]).toEqual([status, taken]);
    expect(order.updatedAt.getTime()).toBeGreaterThan(order.placedAt.getTime() - 1);
  });
});

describe('states', () => {
  test.each([
    ['pending', 'pending'],
    ['on-hold', 'pending'],
    ['failed', 'pending'],
    ['processing', 'open'],
    ['completed', 'fulfilled'],
    ['cancelled', 'cancelled'],
    ['trash', 'cancelled'],
    ['refunded', 'refunded'],
    ['awaiting-pickup', 'open'],
    ['constructor', 'open'],
  ])('%s → %s', (status, ours) => {
    expect(orderOf({ ...placed, status }).status).toBe(ours);
  });

  test.each(['checkout-draft', 'auto-draft'])('%s is skipped', (status) => {
    expect(read({ ...placed, status })).toEqual({ skipped: expect.any(String) });
  });
});

test.each([
  ['test', true],
  ['prod', false],
  ['production', false],
])('an order that was paid in the mode %s', (value, skipped) => {
  const reading = read({ ...placed, meta_data: [{ id: 1, key: '_wcpay_mode', value }] });
  expect('skipped' in reading).toBe(skipped);
});

describe('units taken', () => {
  test.each([
    ['text', '3', 3],
    ['a number', 3, 3],
    ['with an empty fraction', '3.00', 3],
    ['all put back', '0', 0],
    ['put back more than taken', '-1', 0],
    ['empty', '', 0],
    ['null', null, 0],
  ])('%s', (_, value, taken) => {
    expect(orderOf(reduced(value)).lines[0]?.taken).toBe(taken);
  });

  test.each([
    ['no metas', []],
    ['metas that are no metas', [null, 7, 'x', { key: 'size', value: 'M' }]],
    ['an empty object', {}],
  ])('%s: none', (_, metaData) => {
    expect(orderOf(withLine({ meta_data: metaData })).lines[0]?.taken).toBe(0);
  });

  test('a list with gaps comes as an object from PHP', () => {
    expect(
      orderOf(withLine({ meta_data: { 1: { key: '_reduced_stock', value: '2' } } })).lines[0]?.taken,
    ).toBe(2);
  });

  const unreadable: unknown[] = ['1.5', 'two', '0x10', '1e3', {}, { toString: 1 }, [], true, '9'.repeat(40)];
  test.each(unreadable.map((value) => ({ value })))('$value is not guessed at', ({ value }) => {
    expect(() => read(reduced(value))).toThrow(Rejected);
  });

  test.each([undefined, null, 'x'])('metas that are %s: nobody can tell', (metaData) => {
    expect(() => read(withLine({ meta_data: metaData }))).toThrow(Rejected);
  });
});

describe('when the units were taken', () => {
  const later = '2026-11-22T18:00:00';
  const checkout = { created_via: 'checkout', date_paid_gmt: later };
  test.each([
    ['paid at once', {}, undefined],
    ['paid later, having been pending', { ...checkout, payment_method: 'stripe' }, later],
    ['paid later, by a body that tells no way to pay', { date_paid_gmt: later, payment_method: 7 }, later],
    ['a bank transfer that came later', { ...checkout, payment_method: 'bacs' }, undefined],
    ['a cheque, in blocks', { ...checkout, created_via: 'store-api', payment_method: 'cheque' }, undefined],
    ['staff’s own order, paid later', { ...checkout, created_via: 'admin', payment_method: 'bacs' }, later],
    ['paid before it was placed', { date_paid_gmt: '2026-11-20T00:00:00' }, undefined],
    ['not paid', { date_paid_gmt: null }, undefined],
    ['waiting for money', { status: 'on-hold', date_paid_gmt: null, payment_method: 'klarna' }, undefined],
    ['with a date that is none', { date_paid_gmt: 'yesterday' }, undefined],
    ['in local time alone', { date_paid_gmt: undefined, date_paid: later }, undefined],
  ])('%s', (_, changes, takenAt) => {
    expect(orderOf({ ...placed, ...changes }).takenAt).toEqual(takenAt && new Date(`${takenAt}Z`));
  });
});

describe('odd but readable', () => {
  test('gmt dates go before local ones, and are UTC', () => {
    const order = orderOf({
      ...placed,
      date_created: '2026-07-01T02:30:00',
      date_created_gmt: '2026-06-30T23:30:00',
      date_modified: '2026-07-01T03:00:00',
      date_modified_gmt: '2026-07-01T00:00:00',
    });
    expect(order.placedAt.toISOString()).toBe('2026-06-30T23:30:00.000Z');
    expect(order.updatedAt.toISOString()).toBe('2026-07-01T00:00:00.000Z');
  });

  test('of two snapshots of one second the one with more refunds is newer', () => {
    const refunded = orderOf({ ...placed, refunds: [{ id: 18, total: '-9.90' }] });
    expect(refunded.updatedAt.getTime()).toBe(orderOf(placed).updatedAt.getTime() + 1);
    const often = orderOf({ ...placed, refunds: Array(5000).fill({}) });
    expect(often.updatedAt.toISOString()).toBe('2026-11-22T17:17:19.999Z');
  });

  test('without gmt dates the local time stands in; without a change the creation', () => {
    const local = orderOf({ ...placed, date_created_gmt: undefined, date_modified_gmt: null });
    expect(local.placedAt).toEqual(new Date('2026-11-22T17:17:19Z'));
    const unchanged = orderOf({ ...placed, date_modified_gmt: null, date_modified: null });
    expect(unchanged.updatedAt).toEqual(unchanged.placedAt);
  });

  test.each([
    ['empty', ''],
    ['null', null],
    ['missing', undefined],
    ['with a line break', 'A\nB'],
    ['too long', 'A'.repeat(256)],
  ])('SKU %s: a person must match the line', (_, sku) => {
    expect(orderOf(withLine({ sku, product_id: 0 })).lines[0]).toMatchObject({ sku: null, quantity: 2 });
  });

  test('names and numbers that are too long are cut, and a number of a plugin is kept', () => {
    const order = orderOf({ ...withLine({ name: 'n'.repeat(5000) }), number: `#INV-${'9'.repeat(90)}` });
    expect(order.lines[0]?.title).toHaveLength(1000);
    expect(order.number).toMatch(/^#INV-9+$/);
    expect(order.number.length).toBeLessThan(65);
  });

  test.each([
    ['a long fraction', 6.633333333333334, 663],
    ['a tiny one', 1e-7, 0],
    ['text', '6.635', 664],
    ['a whole number', 7, 700],
  ])('price as %s', (_, price, amount) => {
    expect(orderOf(withLine({ price })).lines[0]?.unitPrice).toEqual(USD(amount));
  });

  test('a currency without minor units', () => {
    expect(orderOf({ ...placed, currency: 'JPY', total: '1500' }).total).toEqual({
      amount: 1500,
      currency: 'JPY',
    });
  });

  test('an order without lines', () => {
    expect(orderOf({ ...placed, line_items: [] }).lines).toEqual([]);
  });
});

describe('what can not be read is rejected, with what to do, without personal data', () => {
  test.each<[string, unknown]>([
    ['not JSON', '{"id":'],
    ['null', 'null'],
    ['a list', []],
    ['an error', { code: 'woocommerce_rest_cannot_view', message: 'Sorry', data: { status: 403 } }],
    ['a deleted order', { id: 19 }],
    ['id as text', { ...placed, id: '16' }],
    ['id beyond safe numbers', { ...placed, id: 2 ** 60 }],
    ['lines as an object', { ...placed, line_items: { 0: line } }],
    ['too many lines', { ...placed, line_items: Array.from({ length: 10_001 }, () => line) }],
    ['half a unit', withLine({ quantity: 0.5 })],
    ['units below zero', withLine({ quantity: -1 })],
    ['price missing', withLine({ price: undefined })],
    ['price as words', withLine({ price: 'free' })],
    ['price beyond counting', withLine({ price: 1e30 })],
    ['total as words', { ...placed, total: 'about 10' }],
    ['a currency of points', { ...placed, currency: 'POINTS' }],
    ['no dates', { ...placed, date_created: null, date_created_gmt: null }],
    ['a date of another calendar', { ...placed, date_created: null, date_created_gmt: '1405/09/01' }],
    ['a day that is none', { ...placed, date_created: null, date_created_gmt: '2026-13-45T00:00:00' }],
  ])('%s', (_, body) => {
    expect.assertions(3);
    try {
      read(body);
    } catch (error) {
      expect(error).toBeInstanceOf(Rejected);
      expect((error as Rejected).fix).toMatch(/\w+ \w+/);
      expect((error as Rejected).message).not.toMatch(/Muster|ana@example/);
    }
  });
});
