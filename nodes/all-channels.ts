/** Every channel that comes with SyncFlow, by its type. */
import type { Channel } from '#runtime/sync/channel.ts';
import { shopify } from './shopify/channel.ts';
import { woocommerce } from './woocommerce/channel.ts';

export const ALL_CHANNELS: ReadonlyMap<string, Channel> = new Map(
  ([shopify, woocommerce] as readonly Channel[]).map((channel) => [channel.type, channel]),
);
