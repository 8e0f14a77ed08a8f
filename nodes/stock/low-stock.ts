import { z } from 'zod';
import { defineNode } from '../kit/define-node.ts';
import { StockLevelPort } from '../kit/port-types.ts';
import { OwnThresholds, thresholdsOf } from './own-thresholds.ts';

/** Splits stock levels at a threshold. */
export const lowStock = defineNode({
  type: 'low-stock',
  title: 'Low stock?',
  summary: 'Splits levels at a threshold',
  help: 'Looks at what is still available: fewer units than the threshold leave by "low", all others by "enough". Shops tell of a sale a moment later: what they have likely sold by then, by the measured sales and the measured delay, is taken off first; and before something counts as low it is looked up whether more has come in meanwhile.',
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
    own: OwnThresholds,
    lagAware: z.boolean().default(true).meta({
      title: 'Count what is likely sold already',
      help: 'Else only what SyncFlow has heard of counts.',
    }),
  }),
  describe: ({ threshold, own }) => {
    const others = thresholdsOf(own).size;
    return `Fewer than ${threshold} available${others > 0 ? `; ${others} with their own number` : ''}`;
  },
  run: async ({ input, config: { threshold, own, lagAware }, context: { effects } }) => {
    const low = thresholdsOf(own).get(input.sku) ?? threshold;
    const unheard = lagAware ? await effects.soldUnheard(input.sku) : 0;
    if (input.available - unheard >= low) return { enough: input };
    const now = lagAware ? await effects.levelNow(input) : input;
    return now.available - unheard < low ? { low: now } : { enough: now };
  },
});
