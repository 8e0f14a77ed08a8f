/** Shopify as SyncFlow sees it: the GraphQL Admin API with an access token, and signed webhooks for orders. */
import type { Channel } from '#runtime/sync/channel.ts';
import { openClient } from './client.ts';
import { connectWays } from './connect.ts';
import { readOrder } from './read-order.ts';
import { BATCH_MAX } from './read-quantities.ts';
import { renewal } from './renewal.ts';
import { ShopifySecret } from './secret.ts';
import { readWebhook } from './webhook.ts';
import { withoutPersonalData } from './without-personal-data.ts';

export const shopify: Channel<ShopifySecret> = {
  type: 'shopify',
  title: 'Shopify',
  secret: ShopifySecret,
  // Shopify compares changeFromQuantity with its own count in the same step as it writes.
  comparesAndSets: true,
  severalLocations: true,
  batchMax: BATCH_MAX,
  open: (account, observe) => openClient(account, observe),
  readWebhook,
  readOrder,
  withoutPersonalData,
  connect: connectWays,
  renewal,
  reconnected: (before, after) => ({
    ...after,
    ...(before.locationId && { locationId: before.locationId }),
    // What Shopify sends in the hour after a change is still signed with the secret of before.
    ...(before.clientSecret !== after.clientSecret && { previousClientSecret: before.clientSecret }),
  }),
};
