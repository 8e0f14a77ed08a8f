import { z } from 'zod';
import type { Template } from './define-template.ts';

const parameters = z.object({});

/** Every order of every channel in one list. */
export const captureOrders: Template<typeof parameters> = {
  id: 'capture-orders',
  title: 'Capture orders',
  promise: 'Every order of every channel stands in one list, once.',
  parameters,
  graph: () => ({
    nodes: [
      { id: 'trigger', type: 'order-trigger', name: 'When an order comes in', config: {}, x: 0, y: 0 },
      { id: 'capture', type: 'capture-order', name: 'Keep the order', config: {}, x: 344, y: 0 },
    ],
    wires: [{ from: 'trigger', output: 'order', to: 'capture' }],
  }),
};
