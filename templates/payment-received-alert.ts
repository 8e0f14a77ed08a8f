import { z } from 'zod';
import type { Template } from './define-template.ts';

const parameters = z.object({
  withinHours: z.int().min(1).max(8_760).default(72).meta({
    title: 'Not if it is longer ago than',
    unit: 'hours',
    help: 'Payments of before that are fetched from a shop are not news.',
  }),
});

/** Tells when the money of an order has come in, once. */
export const paymentReceivedAlert: Template<typeof parameters> = {
  id: 'payment-received-alert',
  title: 'Payment-received alert',
  promise: 'You hear once when the money of an order has come in.',
  parameters,
  writesStock: false,
  shopsMin: 1,
  rules: ({ withinHours }) => [
    'When all money of an order has come in, you get a note: at once where customers pay at the checkout, later for bank transfers.',
    `Payments of more than ${withinHours} ${withinHours === 1 ? 'hour' : 'hours'} ago, which are fetched later, are left out.`,
    'Nothing is written to the shop.',
  ],
  example: () =>
    'A bank transfer arrives, and you mark the order as paid in your shop: “Order #1001 is paid”.',
  graph: ({ withinHours }) => ({
    nodes: [
      {
        id: 'trigger',
        type: 'order-paid',
        name: 'When an order is paid',
        config: { withinHours },
        x: 0,
        y: 0,
      },
      {
        id: 'alert',
        type: 'alert',
        name: 'Tell me',
        config: {
          level: 'info',
          topic: 'payment',
          title: 'Order {number} is paid',
          text: '{total} for order {number} of {channel} have come in.',
          quietHours: 0,
        },
        x: 344,
        y: 0,
      },
    ],
    wires: [{ from: 'trigger', output: 'order', to: 'alert' }],
  }),
};
