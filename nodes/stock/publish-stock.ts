import { z } from 'zod';
import { defineNode } from '../kit/define-node.ts';
import { StockLevelPort } from '../kit/port-types.ts';

/** Tells every listing of a SKU what it shall show. */
export const publishStock = defineNode({
  type: 'publish-stock',
  title: 'Publish stock',
  summary: 'Shows the new quantity on all channels',
  help: 'Tells every listing of the product, on all your channels, how many it may show: what is available less the units that you keep back. Only what really differs is sent, scarce products first, and the newest quantity wins.',
  group: 'Stock',
  effect: 'channel',
  input: StockLevelPort,
  outputs: {},
  config: z.object({
    buffer: z.int().min(0).max(1_000_000).default(0).meta({
      title: 'Keep back',
      unit: 'units',
      help: 'Units that no channel may sell, as a safety margin.',
    }),
  }),
  describe: ({ buffer }) =>
    buffer === 0 ? 'All that is available' : `Keeps back ${buffer} ${buffer === 1 ? 'unit' : 'units'}`,
  run: async ({ input, config, context }) => {
    await context.effects.publish([input], { buffer: config.buffer });
    return {};
  },
});
