import { describe, expect, test } from '@jest/globals';
import type { Effects, NodeContext } from '#runtime/effects/node-context.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type { Order } from '#runtime/orders/order.ts';
import type { OutboxMessage } from '#runtime/outbox/enqueue.ts';
import { ALL_OUTSIDE_EFFECTS } from '../all-services.ts';
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
      { effect: 'cancel-order', payload: { reason: 'inventory' } },
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
