/**
 * Where a shop that is kept in step at several locations took the units of an order from: as the shop says, else the first
 * of the client's locations that the shop has. Asked once for each line, since a line keeps what was said of it first.
 */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { type ClientId, type LocationId, orderIdOf } from '../ids.ts';
import type { ChannelClient, LocationLink } from '../sync/channel.ts';
import type { Order } from './order.ts';
import type { OrderDocument } from './order-document.ts';
import { readClientPolicy } from './policy/policy-store.ts';

/** The order with a shelf for each line of which the shop took anything; the same where it is kept at one location. */
export async function withShelves(
  db: Db,
  clientId: ClientId,
  order: Order,
  shop: { readonly client: Pick<ChannelClient, 'shelvesOf'>; readonly locations: readonly LocationLink[] },
): Promise<Order> {
  const [first] = shop.locations;
  if (!first) return order;
  const kept = await keptShelves(db, clientId, order);
  const isOpen = ({ lineId, taken }: Order['lines'][number]) => taken > 0 && !kept.has(lineId);
  if (!order.lines.some(isOpen)) return withEach(order, (lineId) => kept.get(lineId));
  const told = (await shop.client.shelvesOf?.(order.externalId)) ?? new Map<string, LocationId>();
  const { locationOrder } = await readClientPolicy(db, clientId);
  const there = shop.locations.map(({ location }) => location);
  const usual = locationOrder.find((location) => there.includes(location)) ?? first.location;
  return withEach(order, (lineId) => kept.get(lineId) ?? told.get(lineId) ?? usual);
}

async function keptShelves(db: Db, clientId: ClientId, order: Order): Promise<Map<string, LocationId>> {
  const orders = new ClientCollection<OrderDocument>(db, 'orders', clientId);
  const kept = await orders.findOne(
    { _id: orderIdOf(order.connectionId, order.externalId) },
    { projection: { 'lines.lineId': 1, 'lines.shelf': 1 } },
  );
  return new Map(
    (kept?.lines ?? []).flatMap(({ lineId, shelf }) => (shelf ? [[lineId, shelf] as const] : [])),
  );
}

function withEach(order: Order, shelfOf: (lineId: string) => LocationId | undefined): Order {
  const lines = order.lines.map((line) => {
    const shelf = shelfOf(line.lineId);
    return shelf === undefined ? line : { ...line, shelf };
  });
  return { ...order, lines };
}
