import type { ChannelClient } from '../sync/channel.ts';
import type { ChannelCancels } from './policy/conflict-strategy.ts';

/** What of an order SyncFlow can have taken back on a channel, as its client says. */
export function cancelsOf({ cancelOrder, orderActions }: ChannelClient): ChannelCancels {
  return { orders: cancelOrder !== undefined, lines: orderActions?.refund !== undefined };
}
