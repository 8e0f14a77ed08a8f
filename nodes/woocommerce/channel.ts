/** WooCommerce as SyncFlow sees it: REST API v3 with key and secret, and signed webhooks for orders. */
import type { Channel } from '#runtime/sync/channel.ts';
import { openClient } from './client.ts';
import { grantWay, keysWay } from './connect.ts';
import { readOrder } from './read-order.ts';
import { WooCommerceSecret } from './secret.ts';
import { readWebhook } from './webhook.ts';

export const woocommerce: Channel<WooCommerceSecret> = {
  type: 'woocommerce',
  title: 'WooCommerce',
  secret: WooCommerceSecret,
  // A quantity is written absolutely: a sale between our read and our write is overwritten without a word.
  comparesAndSets: false,
  // Both the batch endpoints and per_page end at 100 (class-wc-rest-controller.php, check_batch_limit).
  batchMax: 100,
  open: (account, observe) => openClient(account, observe),
  readWebhook,
  readOrder,
  connect: [grantWay, keysWay],
};
