import { z } from 'zod';
import { defineNode } from '../kit/define-node.ts';
import { CapturedOrderPort, ShortLinePort, StockLevelPort } from '../kit/port-types.ts';

/** Books an order's lines in the stock ledger: sold units out, returned units back in, each exactly once. */
export const commitStock = defineNode({
  type: 'commit-stock',
  title: 'Commit stock',
  summary: 'Takes sold units out of stock',
  help: 'Books every line of the order in the stock ledger: sold units go out, units that the shop put back on its shelf come in. Each is booked exactly once, however often the flow runs. A line that meets too little stock is held for you under Conflicts.',
  group: 'Stock',
  effect: 'stock',
  input: CapturedOrderPort,
  splits: true,
  outputs: { levels: StockLevelPort, short: ShortLinePort },
  config: z.object({}),
  run: async ({ input, context }) => {
    const { levels, short } = await context.effects.bookOrder(input.orderId);
    return { levels, short };
  },
});
