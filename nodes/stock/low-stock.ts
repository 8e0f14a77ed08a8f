import { z } from 'zod';
import { defineNode } from '../kit/define-node.ts';
import { StockLevelPort } from '../kit/port-types.ts';

/** Splits stock levels at a threshold. */
export const lowStock = defineNode({
  type: 'low-stock',
  title: 'Low stock?',
  summary: 'Splits levels at a threshold',
  help: 'Looks at what is still available: fewer units than the threshold leave by "low", all others by "enough".',
  group: 'Decide',
  effect: 'none',
  endsLoops: true,
  input: StockLevelPort,
  outputs: { low: StockLevelPort, enough: StockLevelPort },
  config: z.object({
    threshold: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(10)
      .meta({ title: 'Low means fewer than', unit: 'units' }),
  }),
  describe: ({ threshold }) => `Fewer than ${threshold} available`,
  run: ({ input, config }) => (input.available < config.threshold ? { low: input } : { enough: input }),
});
