/** Nodes that act on an order in its shop. Each goes through the outbox: once, and looked for where an answer was lost. */
import { z } from 'zod';
import type { NodeContext } from '#runtime/effects/node-context.ts';
import { defineNode } from '../kit/define-node.ts';
import { fillIn } from '../kit/fill-in.ts';
import { OrderPort } from '../kit/port-types.ts';
import { OrderPartPort, type OrderWithPart } from './order-part.ts';

const OUTBOX =
  'It is kept in the outbox until the shop has done it, and done once: where an answer was lost, SyncFlow looks before it tries again.';
const PART =
  'Of a part of an order ("Choose units", or "Find order" by a message that names units) it is these units alone.';
const notify = z
  .boolean()
  .default(true)
  .meta({ title: 'The shop tells the customer', help: 'By the e-mail that the shop sends for this.' });

async function act(
  context: NodeContext,
  order: OrderWithPart,
  effect: string,
  subject: string,
  request: Readonly<Record<string, unknown>>,
): Promise<Record<string, never>> {
  const { connectionId, externalId, number, part } = order;
  const units = part?.units?.reduce((sum, { quantity }) => sum + quantity, 0) ?? null;
  await context.effects.send({
    key: context.key,
    effect,
    connectionId,
    subject: `${subject} ${number}${units === null ? '' : `, ${units} ${units === 1 ? 'unit' : 'units'}`}`,
    payload: { externalId, ...request },
  });
  return {};
}

export const fulfilOrder = defineNode({
  type: 'fulfil-order',
  title: 'Mark as shipped',
  summary: 'Tells the shop that the order has left',
  help: `Marks everything of the order that is not shipped yet as shipped, with a tracking number if there is one. ${PART} WooCommerce itself knows no parcels: a part stands in a note there, and the order is completed when all of it has left. ${OUTBOX}`,
  group: 'Channels',
  effect: 'channel',
  input: OrderPartPort,
  outputs: {},
  config: z.object({
    tracking: z.string().trim().max(120).default('').meta({
      title: 'Tracking number',
      help: '{number} stands for the order’s own number. The number of a parcel that the message told comes before it.',
      empty: 'None',
    }),
    carrier: z.string().trim().max(80).default('').meta({ title: 'Carrier', empty: 'Not named' }),
    notify,
  }),
  describe: ({ carrier }) => (carrier ? `By ${carrier}` : 'Tells the shop that the order has left'),
  run: async ({ input, config: { tracking, carrier, notify: tells }, context }) => {
    const number = input.part?.tracking ?? fillIn(tracking, input);
    return await act(context, input, 'fulfil-order', 'Mark as shipped: order', {
      lines: input.part?.units ?? null,
      tracking: number === '' ? null : { number, company: carrier || null, url: null },
      notify: tells,
    });
  },
});

export const cancelOrder = defineNode({
  type: 'cancel-order',
  title: 'Cancel order',
  summary: 'Cancels the order in its shop, for good',
  help: `Cancels the order in its shop: what was paid goes back, units go back on the shelf, and the shop tells the customer. This can't be taken back. ${PART} WooCommerce cancels whole orders only: a part is refused there, and "Refund order" is what to use. ${OUTBOX}`,
  group: 'Channels',
  effect: 'channel',
  input: OrderPartPort,
  outputs: {},
  config: z.object({
    reason: z
      .enum(['inventory', 'other'])
      .default('other')
      .meta({ title: 'Why', words: { inventory: 'Not in stock', other: 'Another reason' } }),
  }),
  run: async ({ input, config: { reason }, context }) =>
    await act(context, input, 'cancel-order', 'Cancel order', { reason, lines: input.part?.units ?? null }),
});

export const refundOrder = defineNode({
  type: 'refund-order',
  title: 'Refund order',
  summary: 'Gives back all that is not refunded yet',
  help: `Refunds everything of the order that is not refunded yet, shipping included. ${PART} Shipping is then not refunded. With "Send the money back" real money goes back the way it came; without it only the shop's books say so. ${OUTBOX}`,
  group: 'Channels',
  effect: 'channel',
  input: OrderPartPort,
  outputs: {},
  config: z.object({
    payBack: z.boolean().default(false).meta({ title: 'Send the money back' }),
    restock: z.boolean().default(true).meta({ title: 'Units go back on the shelf' }),
    reason: z.string().trim().max(200).default('').meta({ title: 'Reason', empty: 'None' }),
    notify,
  }),
  describe: ({ payBack }) => (payBack ? 'Money goes back' : 'In the shop’s books only'),
  run: async ({ input, config: { payBack, restock, reason, notify: tells }, context }) =>
    await act(context, input, 'refund-order', 'Refund order', {
      lines: input.part?.units ?? null,
      restock,
      payBack,
      reason: fillIn(reason, input).slice(0, 200),
      notify: tells,
    }),
});

const NOTE_CHARACTERS_MAX = 1_000;

export const noteOrder = defineNode({
  type: 'note-order',
  title: 'Note on order',
  summary: 'Writes a line for the shop’s staff',
  help: `Writes a line on the order that the shop's staff see and customers don't. {number} and other names of fields stand for the order's own. ${OUTBOX}`,
  group: 'Channels',
  effect: 'channel',
  input: OrderPort,
  outputs: {},
  config: z.object({
    text: z
      .string()
      .trim()
      .max(500)
      .default('SyncFlow has seen this order.')
      .meta({ title: 'Text', format: 'text', needed: 'write what the note says' }),
  }),
  describe: ({ text }) => text || 'No text yet',
  run: async ({ input, config: { text }, context }) => {
    if (text === '') {
      context.log('no note written: it has no text');
      return {};
    }
    const filled = fillIn(text, input).slice(0, NOTE_CHARACTERS_MAX);
    return await act(context, input, 'note-order', 'Note on order', { text: filled });
  },
});
