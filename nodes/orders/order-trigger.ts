import { z } from 'zod';
import { channelSetting } from '../kit/connection-setting.ts';
import { defineTrigger } from '../kit/define-node.ts';
import { OrderPort } from '../kit/port-types.ts';

/** Starts for each order that a channel reports, new or changed. */
export const orderTrigger = defineTrigger({
  type: 'order-trigger',
  title: 'When an order comes in',
  summary: 'Starts for every new or changed order',
  help: 'Starts the flow for each order that one of your channels reports: a new one, and every change of it (cancelled, refunded, edited). Test orders and unfinished carts are left out.',
  group: 'Channels',
  wants: 'order.changed',
  outputs: { order: OrderPort },
  config: z.object({
    channel: channelSetting({ title: 'Only from this connection', empty: 'All channels' }),
  }),
  describe: ({ channel }) => (channel ? 'From one channel' : 'From all channels'),
  run: async ({ event, config, context }) => {
    if (config.channel && event.source !== config.channel) return {};
    const reading = await context.effects.readOrder(event);
    if ('skipped' in reading) {
      context.log('order skipped', { reason: reading.skipped });
      return {};
    }
    return { order: reading };
  },
});
