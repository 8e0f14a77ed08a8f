import { z } from 'zod';
import type { Template } from './define-template.ts';

const parameters = z.object({
  withinHours: z.int().min(1).max(8_760).default(72).meta({
    title: 'Not if it is longer ago than',
    unit: 'hours',
    help: 'Orders of before that are fetched from a shop are not news.',
  }),
});

/** Tells of each new order, once. */
export const newOrderAlert: Template<typeof parameters> = {
  id: 'new-order-alert',
  title: 'New-order alert',
  promise: 'You hear of each new order once, whatever a shop repeats.',
  parameters,
  writesStock: false,
  shopsMin: 1,
  rules: ({ withinHours }) => [
    'When a shop has a new order, paid or not, you get a note.',
    `Orders of more than ${withinHours} ${withinHours === 1 ? 'hour' : 'hours'} ago, which are fetched later, are left out.`,
    'Nothing is written to the shop.',
  ],
  example: () => 'Somebody buys in your shop: “New order #1001”.',
  graph: ({ withinHours }) => ({
    nodes: [
      {
        id: 'trigger',
        type: 'order-created',
        name: 'When an order is new',
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
          topic: 'new-order',
          title: 'New order {number}',
          text: 'Order {number} came in from {channel}, {total} in all.',
          quietHours: 0,
        },
        x: 344,
        y: 0,
      },
    ],
    wires: [{ from: 'trigger', output: 'order', to: 'alert' }],
  }),
};
