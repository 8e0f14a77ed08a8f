import { z } from 'zod';
import { ConnectionId } from '#runtime/ids.ts';
import { defineNode } from '../kit/define-node.ts';
import { fillIn } from '../kit/fill-in.ts';
import { AnyPort, OrderPort } from '../kit/port-types.ts';

/** Looks an order up in its shop, as it is now. */
export const findOrder = defineNode({
  type: 'find-order',
  title: 'Find order',
  summary: 'Looks an order up in a shop',
  help: 'Asks the shop for an order by the number that people call it, or by the shop’s own id. {field} stands for a field of the message. What is not found leaves by "none" as it came in.',
  group: 'Channels',
  effect: 'none',
  input: AnyPort,
  outputs: { order: OrderPort, none: AnyPort },
  config: z.object({
    connection: z.string().max(64).default('').meta({
      title: 'Shop',
      connection: 'channel',
      needed: 'choose the shop',
      empty: 'None yet',
    }),
    number: z.string().trim().min(1).max(100).default('{number}').meta({ title: 'Number or id' }),
  }),
  describe: ({ connection, number }) => (connection ? number : 'No shop is chosen'),
  run: async ({ input, config: { connection, number }, context }) => {
    const wanted = fillIn(number, input).trim();
    if (connection === '' || wanted === '' || /^\{\w+\}$/.test(wanted)) return { none: input };
    const order = await context.effects.findOrder(ConnectionId.parse(connection), wanted);
    return order ? { order } : { none: input };
  },
});
