import { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';
import { ConnectionId } from '#runtime/ids.ts';
import { channelSetting } from '../kit/connection-setting.ts';
import { defineNode } from '../kit/define-node.ts';
import { fillIn } from '../kit/fill-in.ts';
import { AnyPort } from '../kit/port-types.ts';
import { namedUnitsIn, OrderPartPort, unitsOf } from './order-part.ts';

/** Looks an order up in its shop, as it is now. */
export const findOrder = defineNode({
  type: 'find-order',
  title: 'Find order',
  summary: 'Looks an order up in a shop',
  help: 'Asks the shop for an order by the number that people call it, or by the shop’s own id. {field} stands for a field of the message. Where the message names units (a list of `{sku, quantity}`) or a parcel, the order is sent on as that part: what is then shipped, cancelled or refunded is these units alone. What is not found leaves by "none" as it came in.',
  group: 'Channels',
  effect: 'none',
  input: AnyPort,
  outputs: { order: OrderPartPort, none: AnyPort },
  config: z.object({
    connection: channelSetting({
      title: 'Shop',
      needed: 'choose the shop',
      empty: 'None yet',
    }),
    number: z.string().trim().min(1).max(100).default('{number}').meta({ title: 'Number or id' }),
    units: z
      .string()
      .trim()
      .regex(/^\w{0,40}$/, 'the name of a field')
      .default('')
      .meta({
        title: 'Field with the units',
        help: 'A list of {sku, quantity}, as a shipping service sends it.',
        empty: 'The whole order',
      }),
    tracking: z.string().trim().max(120).default('').meta({
      title: 'Number of the parcel',
      help: '{field} stands for a field of the message.',
      empty: 'None',
    }),
  }),
  describe: ({ connection, number }) => (connection ? number : 'No shop is chosen'),
  run: async ({ input, config, context }) => {
    const { connection, number } = config;
    const wanted = fillIn(number, input).trim();
    if (connection === '' || wanted === '' || /^\{\w+\}$/.test(wanted)) return { none: input };
    const order = await context.effects.findOrder(ConnectionId.parse(connection), wanted);
    if (!order) return { none: input };
    const tracking = fillIn(config.tracking, input).trim();
    const told = { tracking: tracking === '' || /^\{\w+\}$/.test(tracking) ? null : tracking.slice(0, 120) };
    if (config.units === '')
      return { order: told.tracking ? { ...order, part: { units: null, ...told } } : order };
    const named = namedUnitsIn(input[config.units]);
    const units = named && unitsOf(order.lines, named);
    // What it is about is not understood: then nothing is done, rather than everything.
    if (!units || units.length === 0) throw notNamed(config.units);
    return { order: { ...order, part: { units, ...told } } };
  },
});

function notNamed(field: string): Rejected {
  return new Rejected(
    `The message names no units of this order in its field "${field}", so nothing was done.`,
    {
      code: 'item.shape',
      fix: 'The field must be a list of {sku, quantity} with SKUs of the order. Look at what came in, or leave the setting "Field with the units" empty for the whole order.',
    },
  );
}
