/** A channel's client behind its connection's door: each call waits in the lane that it belongs to. */
import type { ChannelClient } from '../sync/channel.ts';
import type { ConnectionGate } from './connection-gate.ts';
import type { Lane } from './lane.ts';

/**
 * The same client; what it can't do, this one can't either. Actions on parts of orders are passed on as they are: the
 * outbox alone calls them, and stands at the door itself.
 */
export function limitedClient(client: ChannelClient, gate: ConnectionGate): ChannelClient {
  const { listingPage, ordersChanged, ordersPlaced, cancelOrder, isCancelled, findOrder, check, listingsOf } =
    client;
  const { locations, shelvesOf, orderActions } = client;
  const once = <Result>(call: () => Promise<Result>) => call();
  const through = <Result>(lane: Lane, kind: string, call: () => Promise<Result>) =>
    gate.run(lane, kind, call);
  return {
    listings: (attempt = once) => client.listings((call) => attempt(() => through('bulk', 'listings', call))),
    // Reading comes before each write where a channel can't compare: it is as urgent as the most urgent write.
    readQuantities: (listings) =>
      through('lowering', 'readQuantities', () => client.readQuantities(listings)),
    setQuantities: (changes, key) => {
      const lowers = changes.some(({ from, to }) => to < from);
      return through(lowers ? 'lowering' : 'raising', 'setQuantities', () =>
        client.setQuantities(changes, key),
      );
    },
    subscribe: (address) => through('bulk', 'subscribe', () => client.subscribe(address)),
    ...(listingPage && {
      listingPage: (cursor) => through('bulk', 'listingPage', () => listingPage.call(client, cursor)),
    }),
    ...(ordersChanged && {
      ordersChanged: (query) => through('polls', 'ordersChanged', () => ordersChanged.call(client, query)),
    }),
    ...(ordersPlaced && {
      ordersPlaced: (query) => through('bulk', 'ordersPlaced', () => ordersPlaced.call(client, query)),
    }),
    ...(cancelOrder && {
      cancelOrder: (order, key) =>
        through('orders', 'cancelOrder', () => cancelOrder.call(client, order, key)),
    }),
    ...(isCancelled && {
      isCancelled: (id) => through('orders', 'isCancelled', () => isCancelled.call(client, id)),
    }),
    ...(findOrder && {
      findOrder: (id) => through('orders', 'findOrder', () => findOrder.call(client, id)),
    }),
    ...(listingsOf && {
      listingsOf: (product) => through('bulk', 'listingsOf', () => listingsOf.call(client, product)),
    }),
    ...(locations && { locations: () => through('bulk', 'locations', () => locations.call(client)) }),
    ...(shelvesOf && {
      shelvesOf: (id) => through('orders', 'shelvesOf', () => shelvesOf.call(client, id)),
    }),
    ...(orderActions && { orderActions }),
    ...(check && { check: () => through('orders', 'check', () => check.call(client)) }),
  } satisfies ChannelClient;
}
