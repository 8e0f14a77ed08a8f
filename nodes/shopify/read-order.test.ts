import { describe, expect, test } from '@jest/globals';
import { Rejected } from '#runtime/errors.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type { Order } from '#runtime/orders/order.ts';
import { readOrder } from './read-order.ts';

const connectionId = ConnectionId.parse('shop-1');
type Json = Record<string, unknown>;

const money = (amount: string, currency = 'GBP') => ({
  shop_money: { amount, currency_code: currency },
  presentment_money: { amount: '99.00', currency_code: 'EUR' },
});

function line(changes: Json = {}): Json {
  return {
    id: 14_000_000_010_000,
    admin_graphql_api_id: 'gid://shopify/LineItem/14000000010000',
    variant_id: 44_000_000_000_001,
    title: 'Mug',
    variant_title: 'Blue',
    sku: 'MUG-BLUE',
    quantity: 3,
    current_quantity: 3,
    price: '4.25',
    price_set: money('4.25'),
    ...changes,
  };
}

function body(changes: Json = {}): Json {
  return {
    id: 5_500_000_000_001,
    admin_graphql_api_id: 'gid://shopify/Order/5500000000001',
    name: '#1001',
    test: false,
    created_at: '2026-11-22T09:30:05-05:00',
    processed_at: '2026-11-22T09:30:00-05:00',
    updated_at: '2026-11-22T14:31:00Z',
    cancelled_at: null,
    financial_status: 'paid',
    fulfillment_status: null,
    currency: 'GBP',
    total_price: '12.75',
    total_price_set: money('12.75'),
    line_items: [line()],
    refunds: [],
    ...changes,
  };
}

const refund = (...lines: Json[]): Json => ({ id: 900, refund_line_items: lines });
const refunded = (quantity: number, restock_type: unknown, line_item_id = 14_000_000_010_000): Json => ({
  id: 901,
  line_item_id,
  quantity,
  restock_type,
});

function reading(json: unknown) {
  return readOrder({ topic: 'order.changed', connectionId, body: Buffer.from(JSON.stringify(json)) });
}

function order(changes: Json = {}): Order {
  const read = reading(body(changes));
  if (!('order' in read)) throw new Error(read.skipped);
  return read.order;
}

test('a new order', () => {
  expect(order()).toEqual({
    connectionId,
    channel: 'shopify',
    externalId: '5500000000001',
    number: '#1001',
    status: 'open',
    placedAt: new Date('2026-11-22T14:30:00Z'),
    updatedAt: new Date('2026-11-22T14:31:00Z'),
    paid: true,
    refunds: 0,
    total: { amount: 1275, currency: 'GBP' },
    lines: [
      {
        lineId: '14000000010000',
        sku: 'MUG-BLUE',
        title: 'Mug – Blue',
        quantity: 3,
        taken: 3,
        unitPrice: { amount: 425, currency: 'GBP' },
        variant: 'gid://shopify/ProductVariant/44000000000001',
      },
    ],
  });
});

test('a line whose product is gone names no variant', () => {
  const [gone] = order({ line_items: [line({ variant_id: null })] }).lines;
  expect(gone).not.toHaveProperty('variant');
});

describe('taken units', () => {
  const taken = (refunds: Json[], changes: Json = {}) =>
    order({ refunds, line_items: [line(changes)] }).lines[0]?.taken;

  test.each([
    ['cancel', 2],
    ['return', 2],
    ['legacy_restock', 2],
    ['no_restock', 3],
    ['restock_on_the_moon', 3],
    [null, 3],
  ])('one of three refunded as %s: %i', (type, expected) => {
    expect(taken([refund(refunded(1, type))], { current_quantity: 2 })).toBe(expected);
  });

  test('several refunds add up', () => {
    const refunds = [refund(refunded(1, 'cancel')), refund(refunded(1, 'return'), refunded(1, 'no_restock'))];
    expect(taken(refunds)).toBe(1);
  });

  test('a line that an edit removed and restocked: its refund without a payment puts the units back', () => {
    const edit = { ...refund(refunded(3, 'cancel')), transactions: [] };
    expect(taken([edit], { current_quantity: 0 })).toBe(0);
  });

  test('a line that an edit removed without restocking stays taken', () => {
    const edit = { ...refund(refunded(3, 'no_restock')), transactions: [] };
    expect(taken([edit], { current_quantity: 0 })).toBe(3);
    expect(taken([], { current_quantity: 0 })).toBe(3);
  });

  test('never below nothing, and only for the line that was refunded', () => {
    expect(taken([refund(refunded(9, 'cancel'))])).toBe(0);
    expect(taken([refund(refunded(1, 'cancel', 77))])).toBe(3);
  });

  test('each line by itself, also where ids are beyond what a JavaScript number holds', () => {
    const huge = `{"id":487817672276298560,"admin_graphql_api_id":"gid://shopify/LineItem/487817672276298554",
      "quantity":2,"price":"1.00","sku":"A"}`;
    const json = JSON.stringify(body({ line_items: ['HUGE'], refunds: ['REFUND'] }))
      .replace('"HUGE"', huge)
      .replace(
        '"REFUND"',
        '{"refund_line_items":[{"line_item_id":487817672276298554,"quantity":1,"restock_type":"cancel"}]}',
      );
    const read = readOrder({ topic: 'order.changed', connectionId, body: Buffer.from(json) });
    expect(read).toMatchObject({ order: { lines: [{ lineId: '487817672276298554', taken: 1 }] } });
  });
});

describe('status', () => {
  test.each([
    [{ financial_status: 'pending' }, 'pending'],
    [{ financial_status: 'authorized' }, 'open'],
    [{ financial_status: 'partially_refunded' }, 'open'],
    [{ financial_status: 'a_new_one' }, 'open'],
    [{ financial_status: null }, 'open'],
    [{ fulfillment_status: 'partial' }, 'open'],
    [{ fulfillment_status: 'fulfilled' }, 'fulfilled'],
    [{ fulfillment_status: 'fulfilled', financial_status: 'pending' }, 'fulfilled'],
    [{ fulfillment_status: 'fulfilled', financial_status: 'refunded' }, 'refunded'],
    [{ cancelled_at: '2026-11-22T15:00:00Z', financial_status: 'refunded' }, 'cancelled'],
  ])('%j: %s', (changes, status) => {
    expect(order(changes).status).toBe(status);
  });

  test('an order that waits for its money has its goods taken all the same', () => {
    expect(order({ financial_status: 'pending' }).lines[0]?.taken).toBe(3);
  });
});

test('of two snapshots with the same second, the one with more refunds is the newer', () => {
  const steps = [
    order(),
    order({ refunds: [refund(refunded(1, 'cancel'))] }),
    order({ refunds: [refund(refunded(1, 'cancel')), refund()] }),
    order({ refunds: [refund(), refund()], cancelled_at: '2026-11-22T14:31:00Z' }),
  ].map((one) => one.updatedAt.getTime());
  expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  expect(order({ updated_at: '2026-11-22T14:31:01Z' }).updatedAt.getTime()).toBeGreaterThan(steps.at(-1)!);
});

test('a test order is skipped', () => {
  expect(reading(body({ test: true }))).toEqual({ skipped: expect.stringMatching(/test order/) });
});

describe('lines', () => {
  test.each([[null], [''], ['  '], [undefined], ['bad\u0000sku'], ['x'.repeat(256)]])(
    'sku %j is none',
    (sku) => {
      expect(order({ line_items: [line({ sku })] }).lines[0]?.sku).toBeNull();
    },
  );

  test.each(['SKU 1', ' x ', '🧦-1', "'; drop table--", '{"$gt":""}', '__proto__', '<b>1</b>'])(
    'sku %j is kept as it is',
    (sku) => {
      expect(order({ line_items: [line({ sku })] }).lines[0]?.sku).toBe(sku);
    },
  );

  test('a title of any length and kind does no harm', () => {
    const title = `${'é'.repeat(1500)}<script>`;
    expect(order({ line_items: [line({ title })] }).lines[0]?.title).toBe('é'.repeat(1000));
    expect(order({ line_items: [line({ title: null, variant_title: null })] }).lines[0]?.title).toBe('');
  });

  test('an order of nothing but shipping has none', () => {
    expect(order({ line_items: [] }).lines).toEqual([]);
  });
});

describe('money', () => {
  test('counts in the shop’s currency, whatever the customer paid in', () => {
    const yen = { price: '1200', price_set: money('1200', 'JPY') };
    const read = order({ currency: 'JPY', total_price_set: money('3600', 'JPY'), line_items: [line(yen)] });
    expect(read.total).toEqual({ amount: 3600, currency: 'JPY' });
    expect(read.lines[0]?.unitPrice).toEqual({ amount: 1200, currency: 'JPY' });
  });

  test('falls back on the plain price', () => {
    const read = order({ total_price_set: null, line_items: [line({ price_set: undefined, price: '0.1' })] });
    expect(read.total).toEqual({ amount: 1275, currency: 'GBP' });
    expect(read.lines[0]?.unitPrice).toEqual({ amount: 10, currency: 'GBP' });
  });

  test.each(['', 'free', '1e9', '1,50', 'NaN', '9'.repeat(30)])('%j is no price', (price) => {
    expect(() => order({ line_items: [line({ price, price_set: null })] })).toThrow(/line_items\.0\.price/);
  });
});

describe('what is not an order in this shape is rejected with a sentence, and without its values', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['an empty object', {}],
    ['no lines', body({ line_items: undefined })],
    ['lines that are none', body({ line_items: ['hunter2'] })],
    ['half a unit', body({ line_items: [line({ quantity: 0.5 })] })],
    ['a negative quantity', body({ line_items: [line({ quantity: -1 })] })],
    ['a quantity in text', body({ line_items: [line({ quantity: '3' })] })],
    ['a date that is none', body({ updated_at: 'hunter2' })],
    ['a currency that is none', body({ total_price_set: null, currency: 'hunter2' })],
    ['a lower-case currency', body({ total_price_set: null, currency: 'gbp' })],
    ['refunds that are none', body({ refunds: [{ refund_line_items: null }] })],
    ['a global id that leads elsewhere', body({ admin_graphql_api_id: 'gid://shopify/Order/hunter2' })],
    ['too many lines', body({ line_items: Array.from({ length: 10_001 }, () => line()) })],
  ])('%s', (_name, json) => {
    const attempt = () => reading(json);
    expect(attempt).toThrow(Rejected);
    expect(attempt).not.toThrow(/hunter2/);
  });

  test('text that is not JSON', () => {
    const read = () => readOrder({ topic: 'order.changed', connectionId, body: Buffer.from('{"id":') });
    expect(read).toThrow(Rejected);
  });
});
