import { z } from 'zod';
import type { Template } from './define-template.ts';

const parameters = z.object({
  threshold: z.int().min(0).max(1_000_000).default(10).meta({ title: 'Warn below', unit: 'units' }),
});

/** Warns before something runs out, once a day for each product. */
export const lowStockAlert: Template<typeof parameters> = {
  id: 'low-stock-alert',
  title: 'Low-stock alert',
  promise: 'You hear of it before a product runs out.',
  parameters,
  graph: ({ threshold }) => ({
    nodes: [
      { id: 'trigger', type: 'stock-trigger', name: 'When stock changes', config: {}, x: 0, y: 0 },
      { id: 'low', type: 'low-stock', name: 'Low?', config: { threshold }, x: 344, y: 0 },
      {
        id: 'alert',
        type: 'alert',
        name: 'Warn me',
        config: { level: 'warning', topic: 'low-stock' },
        x: 688,
        y: 0,
      },
    ],
    wires: [
      { from: 'trigger', output: 'level', to: 'low' },
      { from: 'low', output: 'low', to: 'alert' },
    ],
  }),
};
