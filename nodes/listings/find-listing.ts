import { z } from 'zod';
import { ConnectionId, Sku } from '#runtime/ids.ts';
import { channelSetting } from '../kit/connection-setting.ts';
import { defineNode } from '../kit/define-node.ts';
import { fillIn } from '../kit/fill-in.ts';
import { AnyPort, ListingPort } from '../kit/port-types.ts';

/** Finds what a SKU is sold as. */
export const findListing = defineNode({
  type: 'find-listing',
  title: 'Find listing',
  summary: 'Finds where a SKU is sold, and what is shown there',
  help: 'Finds the products of your shops that belong to a SKU, with one message for each. {field} stands for a field of the message. A SKU that no shop sells leaves by "none" as it came in.',
  group: 'Channels',
  effect: 'none',
  input: AnyPort,
  outputs: { listing: ListingPort, none: AnyPort },
  config: z.object({
    sku: z.string().trim().min(1).max(300).default('{sku}').meta({ title: 'SKU' }),
    connection: channelSetting({ title: 'Only in this shop', empty: 'All shops' }),
  }),
  describe: ({ connection }) => (connection ? 'In one shop' : 'In all shops'),
  run: async ({ input, config, context }) => {
    const sku = Sku.safeParse(fillIn(config.sku, input).trim());
    if (!sku.success) return { none: input };
    const connectionId = config.connection ? ConnectionId.parse(config.connection) : null;
    const listings = await context.effects.findListings({ sku: sku.data, connectionId });
    return listings.length > 0 ? { listing: listings } : { none: input };
  },
});
