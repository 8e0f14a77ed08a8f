import { z } from 'zod';
import { defineNode } from '../kit/define-node.ts';
import { namedUnitsOf, OrderPartPort, unitsOf } from './order-part.ts';

/** Picks the units of an order on which the next nodes act. */
export const chooseUnits = defineNode({
  type: 'choose-units',
  title: 'Choose units',
  summary: 'Picks the units that the next step acts on',
  help: 'Picks units of an order by SKU, one in each line, with a number where not all are meant ("MUG-1: 2"). "Mark as shipped", "Cancel order" and "Refund order" behind it act on these units alone; every other node sees the whole order. An order without any of them leaves by "none".',
  group: 'Channels',
  effect: 'none',
  input: OrderPartPort,
  outputs: { part: OrderPartPort, none: OrderPartPort },
  config: z.object({
    skus: z
      .string()
      .max(5_000)
      .default('')
      .meta({ title: 'SKUs', format: 'text', needed: 'write at least one SKU' }),
  }),
  describe: ({ skus }) =>
    namedUnitsOf(skus)
      .map(({ sku }) => sku)
      .join(', ')
      .slice(0, 80) || 'No SKU yet',
  run: ({ input, config: { skus } }) => {
    const units = unitsOf(input.lines, namedUnitsOf(skus));
    if (units.length === 0) return { none: input };
    return { part: { ...input, part: { units, tracking: input.part?.tracking ?? null } } };
  },
});
