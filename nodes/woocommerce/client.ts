/** The client of one shop: the only place that speaks WooCommerce's HTTP. */
import type { ChannelAccount, ChannelCall, ChannelClient } from '#runtime/sync/channel.ts';
import { listingPage, listings } from './listings.ts';
import { PageSize } from './page-size.ts';
import { Parents } from './parents.ts';
import { ordersChanged, ordersPlaced } from './poll-orders.ts';
import { readQuantities } from './read-quantities.ts';
import { openRest, type RestTimeouts } from './rest.ts';
import type { WooCommerceSecret } from './secret.ts';
import { setQuantities } from './set-quantities.ts';
import { subscribe } from './subscribe.ts';

/**
 * Opens the client of one account. Nothing is sent before the first method is called.
 * @throws {Rejected} from every method, when the address is not one that keys may be sent to.
 */
export function openClient(
  account: ChannelAccount<WooCommerceSecret>,
  observe?: (call: ChannelCall) => void,
  timeouts?: RestTimeouts,
): ChannelClient {
  const rest = openRest(account, observe, timeouts);
  const size = new PageSize();
  const lists = { rest, size, parents: new Parents(rest) };
  let subscribed = false;
  return {
    listings: (attempt) => listings(lists, attempt),
    listingPage: (cursor) => listingPage(lists, cursor),
    readQuantities: (wanted) => readQuantities(rest, wanted),
    // WooCommerce knows no idempotency keys. It needs none here: the same absolute quantity twice is the same.
    setQuantities: (changes) => setQuantities(rest, changes),
    ordersChanged: (query) => ordersChanged(rest, size, query),
    ordersPlaced: (query) => ordersPlaced(rest, size, query),
    subscribe: async (address) => {
      await subscribe(rest, { address, secret: account.secret.webhookSecret, afresh: !subscribed });
      subscribed = true;
    },
  };
}
