import { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';
import { LocationId, MAIN_LOCATION, Sku } from '#runtime/ids.ts';
import { defineNode } from '../kit/define-node.ts';
import { fillIn } from '../kit/fill-in.ts';
import { AnyPort, StockLevelPort } from '../kit/port-types.ts';

const UNITS_MAX = 1_000_000_000;

/** Sets how many units of a SKU there are, as a stock-take does; the shops are told by "Publish stock" behind it. */
export const setStock = defineNode({
  type: 'set-stock',
  title: 'Set stock',
  summary: 'Sets how many units there are',
  help: 'Sets the counted units of a SKU at a location, as a stock-take by hand does. {field} stands for a field of the message. It changes your stock, not a shop: put "Publish stock" behind it to tell the shops. Set to what it is already, it starts no other flow.',
  group: 'Stock',
  effect: 'stock',
  input: AnyPort,
  outputs: { level: StockLevelPort },
  config: z.object({
    sku: z.string().trim().min(1).max(300).default('{sku}').meta({ title: 'SKU' }),
    quantity: z.string().trim().min(1).max(100).default('{quantity}').meta({ title: 'Units' }),
    location: z.string().trim().max(64).default('').meta({ title: 'Location', empty: 'The main one' }),
  }),
  describe: ({ sku, quantity }) => `${sku} to ${quantity}`,
  run: async ({ input, config, context }) => {
    const sku = Sku.safeParse(fillIn(config.sku, input).trim());
    const units = fillIn(config.quantity, input).trim();
    if (!sku.success || !/^\d{1,10}$/.test(units) || Number(units) > UNITS_MAX) {
      throw new Rejected('The message does not say which SKU, or how many units.', {
        code: 'item.shape',
        fix: `Look at what comes into "Set stock": it has to have the fields that stand in its settings, and a whole number of units.`,
      });
    }
    const level = await context.effects.setStock({
      key: context.key,
      sku: sku.data,
      location: config.location ? LocationId.parse(config.location) : MAIN_LOCATION,
      quantity: Number(units),
      note: 'set by a flow',
    });
    return { level };
  },
});
