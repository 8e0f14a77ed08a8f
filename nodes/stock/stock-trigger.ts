import { z } from 'zod';
import { defineTrigger } from '../kit/define-node.ts';
import { StockLevelPort } from '../kit/port-types.ts';

/** Starts for each change of stock in the ledger, whatever caused it. */
export const stockTrigger = defineTrigger({
  type: 'stock-trigger',
  title: 'When stock changes',
  summary: 'Starts for every change of stock',
  help: 'Starts the flow after each change in the stock ledger: a sale, a return, a delivery, a stock-take. One message for each SKU that changed.',
  group: 'Stock',
  wants: 'stock.changed',
  splits: true,
  outputs: { level: StockLevelPort },
  config: z.object({
    by: z
      .enum(['all', 'order', 'person'])
      .default('all')
      .meta({
        title: 'Changed by',
        words: { all: 'Anything', order: 'Orders', person: 'A person' },
        help: 'Every change, only those by orders, or only those made by hand.',
      }),
  }),
  describe: ({ by }) =>
    by === 'all'
      ? 'Every change'
      : by === 'order'
        ? 'Changes by orders'
        : 'Corrections and stock-takes by hand',
  run: async ({ event, config, context }) => {
    const { by, levels } = await context.effects.readStockChanged(event);
    return config.by === 'all' || config.by === by ? { level: levels } : {};
  },
});
