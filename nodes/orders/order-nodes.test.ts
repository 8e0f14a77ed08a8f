import { describe, expect, test } from '@jest/globals';
import type { Effects, NodeContext } from '#runtime/effects/node-context.ts';
import { ConnectionId, Sku } from '#runtime/ids.ts';
import type { Order } from '#runtime/orders/order.ts';
import type { OutboxMessage } from '#runtime/outbox/enqueue.ts';
import { ALL_OUTSIDE_EFFECTS } from '../all-services.ts';
import { chooseUnits } from './choose-units.ts';
import { findOrder } from './find-order.ts';
import { cancelOrder, fulfilOrder, noteOrder, refundOrder } from './order-action-nodes.ts';
import { orderCreated } from './order-moment-triggers.ts';

const connectionId = ConnectionId.parse('con-1');
const order: Order = {
  connectionId,
  channel: 'shopify',
  externalId: '17',
  number: '#1017',
  status: 'open',
  placedAt: new Date('2026-11-20T10:00:00Z'),
  updatedAt: new Date('2026-11-20T10:00:00Z'),
  total: { amount: 990, currency: 'EUR' } as Order['total'],
  lines: [],
};

function contextWith(effects: Partial<Effects>): NodeContext {
  return {
    effects: effects as Effects,
    key: 'run:node:0',
    signal: new AbortController().signal,
    log: () => {},
    nodeId: 'n',
    part: null,
    now: new Date(),
  };
}

describe('what is done to an order in its shop', () => {
  async function sent(node: typeof fulfilOrder, settings: object): Promise<OutboxMessage[]> {
    const messages: OutboxMessage[] = [];
    const context = contextWith({ send: async (message) => void messages.push(message) });
    expect(await node.run(order, node.config.parse(settings), context)).toEqual({});
    return messages;
  }

  test.each<[string, typeof fulfilOrder, object, object]>([
    [
      'shipped',
      fulfilOrder,
      { tracking: ' 00340{externalId}', carrier: 'DHL' },
      {
        effect: 'fulfil-order',
        subject: 'Mark as shipped: order #1017',
        payload: { lines: null, tracking: { number: '0034017', company: 'DHL', url: null }, notify: true },
      },
    ],
    [
      'shipped without a number',
      fulfilOrder,
      { notify: false },
      { payload: { tracking: null, notify: false } },
    ],
    [
      'cancelled',
      cancelOrder,
      { reason: 'inventory' },
      { effect: 'cancel-order', payload: { reason: 'inventory', lines: null } },
    ],
    [
      'refunded in the books',
      refundOrder,
      { reason: 'Broken {number}' },
      {
        effect: 'refund-order',
        payload: { lines: null, payBack: false, restock: true, reason: 'Broken #1017' },
      },
    ],
    ['refunded for real', refundOrder, { payBack: true, restock: false }, { payload: { payBack: true } }],
    [
      'noted',
      noteOrder,
      { text: 'Seen: {number}' },
      { effect: 'note-order', payload: { text: 'Seen: #1017' } },
    ],
  ])('%s: one message to its shop, which the outbox can send', async (_name, node, settings, expected) => {
    const [message, ...others] = await sent(node, settings);
    expect(others).toEqual([]);
    expect(message).toMatchObject({ key: 'run:node:0', connectionId, ...expected });
    const effect = ALL_OUTSIDE_EFFECTS.get(String(message?.effect));
    expect(effect?.payload.parse(message?.payload)).toMatchObject({ externalId: '17' });
  });

  test('a note without text is none', async () => {
    expect(await sent(noteOrder, { text: '' })).toEqual([]);
  });
});

describe('a part of an order', () => {
  const price = { amount: 500, currency: 'GBP' } as Order['total'];
  const line = (lineId: string, sku: string, quantity: number) =>
    ({ lineId, sku: Sku.parse(sku), title: sku, quantity, taken: quantity, unitPrice: price }) as const;
  const bought: Order = {
    ...order,
    lines: [line('1', 'MUG', 3), line('2', 'CUP', 1), line('3', 'MUG', 2)],
  };
  const part = { units: [{ lineId: '1', quantity: 2 }], tracking: 'JD7' };

  test.each<[string, string, object[] | null]>([
    [
      'all of a SKU, in each of its lines',
      'MUG',
      [
        { lineId: '1', quantity: 3 },
        { lineId: '3', quantity: 2 },
      ],
    ],
    [
      'so many, over its lines',
      'MUG: 4\nCUP',
      [
        { lineId: '1', quantity: 3 },
        { lineId: '3', quantity: 1 },
        { lineId: '2', quantity: 1 },
      ],
    ],
    ['no more than were ordered', ' CUP: 9 ', [{ lineId: '2', quantity: 1 }]],
    ['none that it has', 'HAT', null],
    ['nothing', '', null],
  ])('by SKU: %s', async (_name, skus, units) => {
    const out = await chooseUnits.run(bought, chooseUnits.config.parse({ skus }), contextWith({}));
    expect(out).toEqual(units ? { part: { ...bought, part: { units, tracking: null } } } : { none: bought });
  });

  test.each<[string, typeof fulfilOrder, object]>([
    ['shipped', fulfilOrder, { lines: part.units, tracking: { number: 'JD7', company: 'DHL', url: null } }],
    ['cancelled', cancelOrder, { lines: part.units }],
    ['refunded', refundOrder, { lines: part.units }],
  ])('is %s alone', async (_name, node, expected) => {
    const messages: OutboxMessage[] = [];
    const context = contextWith({ send: async (message) => void messages.push(message) });
    await node.run({ ...bought, part }, node.config.parse({ carrier: 'DHL', tracking: 'X' }), context);
    expect(messages).toMatchObject([
      { subject: expect.stringMatching(/#1017, 2 units$/), payload: expected },
    ]);
    const [message] = messages;
    const effect = ALL_OUTSIDE_EFFECTS.get(String(message?.effect));
    expect(effect?.payload.parse(message?.payload)).toMatchObject({ lines: part.units });
  });

  test.each<[string, object, object, object | RegExp]>([
    [
      'units and parcel of the message',
      { units: 'items', tracking: '{parcel}' },
      { items: [{ sku: 'MUG', quantity: '2' }], parcel: 'JD7' },
      part,
    ],
    ['the parcel alone', { tracking: '{parcel}' }, { parcel: 'JD7' }, { units: null, tracking: 'JD7' }],
    [
      'by lines',
      { units: 'items' },
      { items: [{ lineId: 2 }] },
      { units: [{ lineId: '2', quantity: 1 }], tracking: null },
    ],
    [
      'units that the order has not',
      { units: 'items' },
      { items: [{ sku: 'HAT' }] },
      /names no units of this order/,
    ],
    ['something else', { units: 'items' }, { items: 'two mugs' }, /names no units of this order/],
    ['no field', { units: 'items' }, {}, /names no units of this order/],
  ])('as a message names it: %s', async (_name, settings, input, expected) => {
    const context = contextWith({ findOrder: async () => bought });
    const config = findOrder.config.parse({ connection: 'con-1', number: '7', ...settings });
    const out = Promise.resolve(findOrder.run(input as Record<string, unknown>, config, context));
    if (expected instanceof RegExp) await expect(out).rejects.toThrow(expected);
    else expect(await out).toEqual({ order: { ...bought, part: expected } });
  });
});

describe('an order is looked up', () => {
  const look = async (settings: object, input: Record<string, unknown>, found: Order | null) => {
    const asked: unknown[] = [];
    const context = contextWith({
      findOrder: async (...call) => {
        asked.push(call);
        return found;
      },
    });
    const out = await findOrder.run(input, findOrder.config.parse(settings), context);
    return { asked, out };
  };

  test('by what the message says, in the chosen shop', async () => {
    const { asked, out } = await look({ connection: 'con-1', number: '{ref}' }, { ref: '#1017' }, order);
    expect(asked).toEqual([[connectionId, '#1017']]);
    expect(out).toEqual({ order });
  });

  test.each<[string, object, Record<string, unknown>, number]>([
    ['it is not there', { connection: 'con-1' }, { number: '#9' }, 1],
    ['the message does not say which', { connection: 'con-1' }, { text: 'hello' }, 0],
    ['no shop is chosen', {}, { number: '#9' }, 0],
  ])('%s: the message leaves by "none" as it came', async (_name, settings, input, calls) => {
    const { asked, out } = await look(settings, input, null);
    expect([asked.length, out]).toEqual([calls, { none: input }]);
  });
});

test('a trigger for one connection asks nothing about others', async () => {
  const event = { source: ConnectionId.parse('con-2') } as never;
  const settings = orderCreated.config.parse({ channel: 'con-1' });
  expect(await orderCreated.run(event, settings, contextWith({}))).toEqual({});
});
