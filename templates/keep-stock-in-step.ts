import { z } from 'zod';
import type { Template } from './define-template.ts';

const parameters = z.object({
  /** Units that no channel may sell. */
  buffer: z.int().min(0).max(1_000_000).default(0).meta({
    title: 'Keep back',
    unit: 'units',
    help: 'Units of each product that no shop may sell: a margin for counts that are not quite right.',
  }),
});

/** A sale on one channel lowers the count on all others; what meets too little stock is held for a person. */
export const keepStockInStep: Template<typeof parameters> = {
  id: 'keep-stock-in-step',
  title: 'Keep stock in step',
  promise: 'A sale on one channel lowers the count on all others, within seconds.',
  parameters,
  writesStock: true,
  shopsMin: 2,
  rules: ({ buffer }) => [
    'When a shop sells a product, its units are taken out of your stock, once, whatever the shop repeats.',
    buffer === 0
      ? 'All shops then show what is left.'
      : `All shops then show what is left, less ${buffer} that you keep back.`,
    'When you correct or count stock here, the shops show that too.',
    'When two shops sell the last unit, the earlier sale gets it, and you decide about the other one.',
  ],
  example: ({ buffer }) => {
    const left = Math.max(0, 9 - buffer);
    return `10 are there, and one is sold in the first shop: the second one shows ${left} a moment later.`;
  },
  graph: ({ buffer }) => ({
    nodes: [
      { id: 'trigger', type: 'order-trigger', name: 'When an order comes in', config: {}, x: 0, y: 0 },
      { id: 'capture', type: 'capture-order', name: 'Keep the order', config: {}, x: 344, y: 0 },
      { id: 'commit', type: 'commit-stock', name: 'Take units out of stock', config: {}, x: 688, y: 0 },
      {
        id: 'by-hand',
        type: 'stock-trigger',
        name: 'When you correct stock',
        config: { by: 'person' },
        x: 688,
        y: -128,
      },
      {
        id: 'publish',
        type: 'publish-stock',
        name: 'Tell all channels',
        config: { buffer },
        x: 1032,
        y: -64,
      },
      {
        id: 'short',
        type: 'alert',
        name: 'Warn: not enough',
        config: {
          level: 'urgent',
          title: 'Sold more than there was: {title}',
          text: 'Order {orderNumber} wants {wanted} of {title} ({sku}), but {available} are there. Decide under Conflicts.',
          quietHours: 1,
        },
        x: 1032,
        y: 64,
      },
    ],
    wires: [
      { from: 'trigger', output: 'order', to: 'capture' },
      { from: 'capture', output: 'order', to: 'commit' },
      { from: 'commit', output: 'levels', to: 'publish' },
      { from: 'by-hand', output: 'level', to: 'publish' },
      { from: 'commit', output: 'short', to: 'short' },
    ],
  }),
};
