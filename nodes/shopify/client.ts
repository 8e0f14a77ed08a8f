/** The client of one shop: the only place that speaks Shopify's HTTP. */
import type { ChannelAccount, ChannelCall, ChannelClient } from '#runtime/sync/channel.ts';
import { cancelOrder, isCancelled } from './cancel-order.ts';
import { cancelUnitsAction } from './cancel-units.ts';
import { check } from './check.ts';
import { fulfilAction } from './fulfil-order.ts';
import { keptLocations, mappedLocations, shopLocations } from './kept-locations.ts';
import { allListings, type ListingSizes, listingPage, listingsOfProduct } from './listings.ts';
import { noteAction } from './note-order.ts';
import { findOrder, ordersChanged, ordersPlaced } from './poll-orders.ts';
import { readQuantities } from './read-quantities.ts';
import { refundAction } from './refund-order.ts';
import type { ShopifySecret } from './secret.ts';
import { setQuantities } from './set-quantities.ts';
import { shelvesOf } from './shelves-of-order.ts';
import { subscribe } from './subscribe.ts';
import { openTransport } from './transport.ts';

export interface ClientOptions {
  readonly timeoutMs?: number;
  readonly sizes?: ListingSizes;
}

/**
 * Opens the client of one account. Nothing is sent before the first method is called.
 * @throws {Rejected} from every method, when the address is not one that a token may be sent to.
 */
export function openClient(
  account: ChannelAccount<ShopifySecret>,
  observe?: (call: ChannelCall) => void,
  { timeoutMs, sizes }: ClientOptions = {},
): ChannelClient {
  const transport = openTransport(account, observe, timeoutMs);
  const { connectionId } = account;
  const mapped = mappedLocations(account.locations);
  const source = { transport, connectionId };
  const page = (cursor: string | null) => listingPage({ transport, account }, cursor, sizes);
  return {
    listings: (attempt) => allListings(page, attempt),
    listingPage: page,
    listingsOf: async (product) => {
      const kept = await keptLocations(transport, account);
      return await listingsOfProduct(transport, product, kept);
    },
    readQuantities: (wanted) => readQuantities(transport, wanted),
    setQuantities: (changes, key) => setQuantities(transport, changes, key),
    subscribe: (address) => subscribe(transport, address, connectionId),
    ordersChanged: (query) => ordersChanged(source, query),
    ordersPlaced: (query) => ordersPlaced(source, query),
    locations: () => shopLocations(transport, account),
    ...(mapped.length > 0 && { shelvesOf: (externalId) => shelvesOf(transport, externalId, mapped) }),
    findOrder: (idOrNumber) => findOrder(source, idOrNumber),
    cancelOrder: (order) => cancelOrder(transport, order),
    isCancelled: (externalId) => isCancelled(transport, externalId),
    orderActions: {
      fulfil: fulfilAction(transport),
      refund: refundAction(transport, account),
      note: noteAction(transport),
      cancelUnits: cancelUnitsAction(transport, account),
    },
    check: () => check(transport, account),
  };
}
