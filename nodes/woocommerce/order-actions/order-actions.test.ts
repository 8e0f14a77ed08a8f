/** What SyncFlow does to orders, against the sandbox over real HTTP: each once, however often it is tried. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Rejected, Retryable } from '#runtime/errors.ts';
import type { ChannelClient } from '#runtime/sync/channel.ts';
import type { Fulfilment, OrderAction, Refund } from '#runtime/sync/order-action.ts';
import { CannotPayBack } from '../cannot-pay-back.ts';
import { openTestShop, type TestShop } from '../sandbox/test-shop.ts';
import { refundBody } from './refund-amounts.ts';
import type { ShopOrder, ShopRefund } from './shop-order.ts';

let shop: TestShop;
let client: ChannelClient;
let key: string;
let mark: { readonly key: string; readonly since: Date };

beforeEach(async () => {
  shop = await openTestShop([
    { sku: 'MUG', title: 'Blue Mug', price: '9.90', quantity: 100 },
    { sku: 'CUP', title: 'Cup', price: '7', quantity: 100 },
  ]);
  client = shop.client();
  key = randomUUID();
  mark = { key, since: new Date() };
});
afterEach(() => shop.sandbox.close());

interface Body {
  readonly id: number;
  readonly status: string;
  readonly total: string;
  readonly line_items: readonly { readonly id: number }[];
}
/** An order of three mugs, two cups and shipping, paid by card unless said otherwise. */
async function place(fields: object = {}): Promise<{ externalId: string; lineIds: string[] }> {
  const { body } = await shop.api('POST', 'orders', {
    set_paid: true,
    payment_method: 'stripe',
    line_items: [
      { sku: 'MUG', quantity: 3 },
      { sku: 'CUP', quantity: 2 },
    ],
    shipping_lines: [{ method_id: 'flat_rate', method_title: 'Parcel', total: '5.00' }],
    ...fields,
  });
  const { id, line_items: lines } = body as unknown as Body;
  return { externalId: String(id), lineIds: lines.map((line) => String(line.id)) };
}
const seen = async (id: string) => (await shop.api('GET', `orders/${id}`)).body as unknown as Body;
const notes = async (id: string) =>
  (await shop.api('GET', `orders/${id}/notes`)).body as unknown as { note: string; customer_note: boolean }[];
const refunds = async (id: string) =>
  (await shop.api('GET', `orders/${id}/refunds`)).body as unknown as Record<string, unknown>[];
const actions = () => client.orderActions!;
/** Asks, does, asks, does again: what is done is done once. */
async function twice<Request>(action: OrderAction<Request>, request: Request): Promise<void> {
  expect(await action.wasDone(request, mark)).toBe(false);
  const first = await action.perform(request, mark);
  expect(await action.wasDone(request, mark)).toBe(true);
  expect(await action.perform(request, mark)).toEqual(first);
}

describe('shipped', () => {
  const fulfilment = (externalId: string, more: Partial<Fulfilment> = {}): Fulfilment => ({
    externalId,
    lines: null,
    tracking: { number: 'JD0146', company: 'DHL', url: 'https://dhl.example/JD0146' },
    notify: true,
    ...more,
  });

  test('as a whole: the order is completed, and the customer gets the number', async () => {
    const { externalId } = await place();
    await twice(actions().fulfil!, fulfilment(externalId));
    expect((await seen(externalId)).status).toBe('completed');
    const [note, ...others] = await notes(externalId);
    expect(others).toEqual([]);
    expect(note).toMatchObject({
      note: expect.stringMatching(/^Shipped with DHL, tracking number JD0146 \(https:\/\/dhl/),
      customer_note: true,
    });
  });

  test('in part: the order stays open, and a note says how much', async () => {
    const { externalId, lineIds } = await place();
    const lines = [{ lineId: lineIds[0]!, quantity: 2 }];
    await twice(actions().fulfil!, fulfilment(externalId, { lines, tracking: null, notify: false }));
    expect((await seen(externalId)).status).toBe('processing');
    expect(await notes(externalId)).toMatchObject([
      { note: expect.stringContaining('2 units shipped.'), customer_note: false },
    ]);
  });

  test('without a number: no note; an order that is cancelled meanwhile stays cancelled', async () => {
    const { externalId } = await place();
    await shop.api('PUT', `orders/${externalId}`, { status: 'cancelled' });
    await twice(actions().fulfil!, fulfilment(externalId, { tracking: null }));
    expect((await seen(externalId)).status).toBe('cancelled');
    expect(await notes(externalId)).toEqual([]);
  });

  test('and the answer was lost: a look finds it, and nothing is done again', async () => {
    const { externalId } = await place();
    await shop.faults({ loseNextAnswers: 1 });
    await expect(actions().fulfil!.perform(fulfilment(externalId), mark)).rejects.toThrow(Retryable);
    expect(await actions().fulfil!.wasDone(fulfilment(externalId), mark)).toBe(false);
    await actions().fulfil!.perform(fulfilment(externalId), mark);
    expect(await notes(externalId)).toHaveLength(1);
    expect((await seen(externalId)).status).toBe('completed');
  });
});

describe('refunded', () => {
  const refund = (externalId: string, more: Partial<Refund> = {}): Refund => ({
    externalId,
    lines: null,
    restock: true,
    payBack: true,
    reason: 'broken',
    notify: false,
    ...more,
  });

  test('one unit with restock: its price, and its place on the shelf', async () => {
    const { externalId, lineIds } = await place();
    const lines = [{ lineId: lineIds[0]!, quantity: 1 }];
    await twice(actions().refund!, refund(externalId, { lines }));
    expect(await refunds(externalId)).toMatchObject([
      { amount: '9.90', reason: 'broken', refunded_payment: true, line_items: [{ quantity: -1 }] },
    ]);
    expect(await shop.quantities()).toEqual({ MUG: 98, CUP: 98 });
  });

  test('one unit without restock, in the books only', async () => {
    const { externalId, lineIds } = await place({ payment_method: 'bacs' });
    const lines = [{ lineId: lineIds[0]!, quantity: 1 }];
    await twice(actions().refund!, refund(externalId, { lines, restock: false, payBack: false }));
    expect(await refunds(externalId)).toMatchObject([{ refunded_payment: false }]);
    expect(await shop.quantities()).toEqual({ MUG: 97, CUP: 98 });
  });

  test('what is left, shipping included: the order is refunded then', async () => {
    const { externalId, lineIds } = await place();
    const lines = [{ lineId: lineIds[0]!, quantity: 1 }];
    await actions().refund!.perform(refund(externalId, { lines }), { ...mark, key: randomUUID() });
    await twice(actions().refund!, refund(externalId));
    expect((await refunds(externalId)).map(({ amount }) => amount).sort()).toEqual(['38.80', '9.90']);
    expect((await seen(externalId)).status).toBe('refunded');
    expect(await shop.quantities()).toEqual({ MUG: 100, CUP: 100 });
    const again = actions().refund!.perform(refund(externalId), { ...mark, key: randomUUID() });
    await expect(again).rejects.toMatchObject({ name: 'Rejected', concerns: 'call' });
  });

  test('is not, where the payment method can not pay back: a person is asked, and nothing has changed', async () => {
    const { externalId } = await place({ payment_method: 'bacs' });
    await expect(actions().refund!.perform(refund(externalId), mark)).rejects.toThrow(CannotPayBack);
    expect(await actions().refund!.wasDone(refund(externalId), mark)).toBe(false);
    expect(await shop.quantities()).toEqual({ MUG: 97, CUP: 98 });
  });

  test('and the answer was lost: money does not go back twice', async () => {
    const { externalId } = await place();
    await shop.faults({ loseNextAnswers: 1 });
    await expect(actions().refund!.perform(refund(externalId), mark)).rejects.toThrow(Retryable);
    expect(await actions().refund!.wasDone(refund(externalId), mark)).toBe(true);
    await actions().refund!.perform(refund(externalId), mark);
    expect(await refunds(externalId)).toHaveLength(1);
  });
});

describe('amounts', () => {
  const order = (fields: Partial<ShopOrder> = {}): ShopOrder => ({
    id: 1,
    status: 'processing',
    currency: 'EUR',
    total: '15.95',
    meta_data: [],
    line_items: [{ id: 5, total: '10.00', quantity: 3, taxes: [{ id: 1, total: '1.90' }] }],
    shipping_lines: [{ id: 6, total: '4.05', taxes: [] }],
    fee_lines: [],
    ...fields,
  });
  const refundOf = (body: ReturnType<typeof refundBody>): ShopRefund => ({
    id: 9,
    amount: body!.amount,
    meta_data: [],
    line_items: body!.line_items
      .filter(({ id }) => id === 5)
      .map(({ id, quantity, refund_total: total, refund_tax: taxes }) => ({
        id: 90,
        quantity: -quantity,
        total: `-${total}`,
        taxes: taxes.map((tax) => ({ id: tax.id, total: `-${tax.refund_total}` })),
        meta_data: [{ key: '_refunded_item_id', value: String(id) }],
      })),
    shipping_lines: [],
    fee_lines: [],
  });

  test('of three refunds of one unit each make the whole, to the cent, taxes apart', () => {
    const done: ShopRefund[] = [];
    for (let unit = 0; unit < 3; unit += 1) {
      done.push(refundOf(refundBody(order(), done, [{ lineId: '5', quantity: 1 }])));
    }
    expect(done.map(({ amount }) => amount)).toEqual(['3.96', '3.98', '3.96']);
    expect(refundBody(order(), done, [{ lineId: '5', quantity: 1 }])).toBeNull();
    expect(refundBody(order(), done, null)).toMatchObject({
      amount: '4.05',
      line_items: [{ id: 6, refund_total: '4.05' }],
    });
  });

  test('never go beyond what is left to be paid back', () => {
    const paidBack: ShopRefund = {
      id: 8,
      amount: '14.00',
      meta_data: [],
      line_items: [],
      shipping_lines: [],
      fee_lines: [],
    };
    expect(refundBody(order(), [paidBack], null)?.amount).toBe('1.95');
    expect(refundBody(order(), [paidBack], [{ lineId: '5', quantity: 3 }])?.amount).toBe('1.95');
  });

  test('in a currency without minor units', () => {
    const yen = order({ currency: 'JPY', total: '1001', shipping_lines: [] });
    const lines = [{ id: 5, total: '1001', quantity: 2, taxes: [] }];
    expect(refundBody({ ...yen, line_items: lines }, [], [{ lineId: '5', quantity: 1 }])?.amount).toBe('501');
  });

  test('of lines that the order does not have are none', () => {
    expect(refundBody(order(), [], [{ lineId: '77', quantity: 1 }])).toBeNull();
  });
});

describe('cancelled', () => {
  const cancel = (externalId: string) => client.cancelOrder!({ externalId, reason: 'inventory' }, key);

  test('a paid order: money and goods go back, once', async () => {
    const { externalId } = await place();
    expect(await client.isCancelled!(externalId)).toBe(false);
    await cancel(externalId);
    await cancel(externalId);
    expect(await client.isCancelled!(externalId)).toBe(true);
    expect(await refunds(externalId)).toMatchObject([{ amount: '48.70', refunded_payment: true }]);
    expect(await shop.quantities()).toEqual({ MUG: 100, CUP: 100 });
  });

  test('a paid order whose money a person has to send back: a note says so', async () => {
    const { externalId } = await place({ payment_method: 'cod' });
    await cancel(externalId);
    expect((await seen(externalId)).status).toBe('cancelled');
    expect(await notes(externalId)).toMatchObject([{ note: expect.stringContaining('by hand') }]);
    expect(await refunds(externalId)).toEqual([]);
    expect(await shop.quantities()).toEqual({ MUG: 100, CUP: 100 });
  });

  test('an order that is not paid', async () => {
    const { externalId } = await place({ set_paid: false, status: 'on-hold' });
    await cancel(externalId);
    expect((await seen(externalId)).status).toBe('cancelled');
    expect(await notes(externalId)).toMatchObject([{ note: expect.not.stringContaining('by hand') }]);
    expect(await shop.quantities()).toEqual({ MUG: 100, CUP: 100 });
  });

  test('an order that is gone: nobody can tell, and a person is asked', async () => {
    expect(await client.isCancelled!('424242')).toBeNull();
    await expect(cancel('424242')).rejects.toMatchObject({ name: 'Rejected', concerns: 'call' });
    await expect(cancel('1/../2')).rejects.toThrow(TypeError);
  });
});

test('a note for the staff, once', async () => {
  const { externalId } = await place();
  await twice(actions().note!, { externalId, text: 'Packed in box 7.' });
  expect(await notes(externalId)).toMatchObject([
    { note: expect.stringMatching(/^Packed in box 7\. \[SyncFlow \w{8}\]$/), customer_note: false },
  ]);
  expect(await actions().note!.wasDone({ externalId: '424242', text: 'x' }, mark)).toBeNull();
});

test('a note is taken back once, and no other goes with it', async () => {
  const { externalId } = await place();
  const note = { externalId, text: 'Packed in box 7.' };
  await actions().note!.perform(note, mark);
  await actions().note!.perform(note, { ...mark, key: randomUUID() });
  await shop.faults({ loseNextAnswers: 1 });
  await expect(actions().note!.takeBack!(note, mark)).rejects.toThrow(Retryable);
  await actions().note!.takeBack!(note, mark);
  await actions().note!.takeBack!(note, mark);
  expect(await notes(externalId)).toHaveLength(1);
  expect(await actions().note!.wasDone(note, mark)).toBe(false);
  await actions().note!.takeBack!({ externalId: '424242', text: 'x' }, mark);
});

test('an order is found by its id and by its number', async () => {
  const { externalId } = await place();
  const found = await client.findOrder!(`#${externalId}`);
  expect(found).toMatchObject({ topic: 'order.changed', partition: `order:${externalId}` });
  expect(await client.findOrder!('424242')).toBeNull();
  expect(await client.findOrder!('INV-7')).toBeNull();
  expect(await client.findOrder!('#')).toBeNull();
});

test('what the shop refuses for one order is no trouble of the connection', async () => {
  const error = await client.cancelOrder!({ externalId: '424242', reason: 'other' }, key).catch((e) => e);
  expect(error).toBeInstanceOf(Rejected);
  expect(error.concerns).toBe('call');
});
