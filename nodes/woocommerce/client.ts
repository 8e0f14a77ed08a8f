/** The client of one shop: the only place that speaks WooCommerce's HTTP. */
import type { ChannelAccount, ChannelCall, ChannelClient } from '#runtime/sync/channel.ts';
import { troubleOfFinding } from './connect.ts';
import { examine } from './examine.ts';
import type { RestTimeouts } from './http.ts';
import { listingPage, listings } from './listings.ts';
import { cancelOrder, isCancelled } from './order-actions/cancel-order.ts';
import { findOrder } from './order-actions/find-order.ts';
import { fulfilAction } from './order-actions/fulfil-order.ts';
import { noteAction } from './order-actions/note-order.ts';
import { refundAction } from './order-actions/refund-order.ts';
import { PageSize } from './page-size.ts';
import { Parents } from './parents.ts';
import { ordersChanged, ordersPlaced } from './poll-orders.ts';
import { listingsOfProduct } from './product-listings.ts';
import { readQuantities } from './read-quantities.ts';
import { openRest } from './rest.ts';
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
    listingsOf: (product) => listingsOfProduct(rest, product),
    ordersChanged: (query) => ordersChanged(rest, size, query),
    ordersPlaced: (query) => ordersPlaced(rest, size, query),
    cancelOrder: (order, key) => cancelOrder(rest, order, key),
    isCancelled: (externalId) => isCancelled(rest, externalId),
    findOrder: (idOrNumber) => findOrder(rest, idOrNumber),
    orderActions: { fulfil: fulfilAction(rest), refund: refundAction(rest), note: noteAction(rest) },
    check: async () => {
      const { auth, findings } = await examine(account.baseUrl, account.secret, timeouts);
      const bad = findings.find(({ tone }) => tone === 'bad');
      // Nothing gets in: whoever knocks to find out whether the shop is back must not take it for open.
      if (auth === null && bad) throw troubleOfFinding(bad);
      return findings;
    },
    subscribe: async (address) => {
      await subscribe(rest, { address, secret: account.secret.webhookSecret, afresh: !subscribed });
      subscribed = true;
    },
  };
}
