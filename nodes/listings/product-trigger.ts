import { z } from 'zod';
import { channelSetting } from '../kit/connection-setting.ts';
import { defineTrigger } from '../kit/define-node.ts';
import { ListingPort } from '../kit/port-types.ts';

/** Starts for each product that a shop reports as new, changed or deleted. */
export const productTrigger = defineTrigger({
  type: 'product-changed',
  title: 'When a product changes',
  summary: 'Starts for products that are new, changed or gone',
  help: 'Starts the flow when a shop tells that a product was made, changed or deleted, with one message for each of its variants as it is now. What is gone comes as not counted. Shops may tell it also when only a count changed.',
  group: 'Channels',
  wants: 'listing.changed',
  outputs: { listing: ListingPort },
  config: z.object({
    channel: channelSetting({ title: 'Only from this connection', empty: 'All channels' }),
  }),
  describe: ({ channel }) => (channel ? 'From one channel' : 'From all channels'),
  run: async ({ event, config, context }) => {
    if (config.channel && event.source !== config.channel) return {};
    return { listing: await context.effects.readListingsChanged(event) };
  },
});
