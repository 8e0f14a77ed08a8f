import { z } from 'zod';
import type { Template } from './define-template.ts';

const parameters = z.object({});

/** Every order of every channel in one list. */
export const captureOrders: Template<typeof parameters> = {
  id: 'capture-orders',
  title: 'Capture orders',
  promise: 'Every order of every channel stands in one list, once.',
  parameters,
  writesStock: false,
  shopsMin: 1,
  rules: () => [
    'When an order is placed, changed, paid, cancelled or refunded in a shop, your list shows it.',
    'Nothing is written to the shop, and no stock is counted.',
  ],
  example: () =>
    'Order #1001 comes in and is cancelled an hour later: it stands in your list once, as cancelled.',
  graph: () => ({
    nodes: [
      { id: 'trigger', type: 'order-trigger', name: 'When an order comes in', config: {}, x: 0, y: 0 },
      { id: 'capture', type: 'capture-order', name: 'Keep the order', config: {}, x: 344, y: 0 },
    ],
    wires: [{ from: 'trigger', output: 'order', to: 'capture' }],
  }),
};
