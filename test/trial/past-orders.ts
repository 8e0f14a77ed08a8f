/** A client with a past: a shop, products, and orders that came in and were really booked. For trials of flows. */
import { randomUUID } from 'node:crypto';
import { shopify } from '#nodes/shopify/channel.ts';
import type { Database } from '#runtime/database/open-database.ts';
import { acceptEvent } from '#runtime/events/inbox.ts';
import { ClientId, ConnectionId, orderIdOf, Sku } from '#runtime/ids.ts';
import { captureOrder } from '#runtime/orders/capture-order.ts';
import { OrderBooking } from '#runtime/orders/order-booking.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import { importListings } from '#runtime/sync/import-listings.ts';
import { ScriptedShop } from '#runtime/sync/scripted-shop.ts';

export interface Past {
  readonly clientId: ClientId;
  readonly connectionId: ConnectionId;
  /** Orders of more than two units. */
  readonly large: readonly string[];
}

const PRODUCTS = 50;
const OPENING = 100_000;
/** One order in so many is a large one. */
const LARGE_EVERY = 17;

/** @param orders how many. Their events stand in the inbox as done; their lines are booked. */
export async function makePast(
  database: Database,
  orders: number,
  {
    clientId = ClientId.parse(`c-${randomUUID()}`),
    baseUrl = 'https://harbour.example',
  }: { readonly clientId?: ClientId; readonly baseUrl?: string } = {},
): Promise<Past> {
  const { db, models } = database;
  const connectionId = ConnectionId.parse(`con-${randomUUID().slice(0, 8)}`);
  const at = new Date();
  await models.collection('connections').insertOne({
    _id: connectionId as never,
    clientId,
    name: 'Harbour Shop',
    channel: 'shopify',
    baseUrl,
    sandbox: true,
    countingAuthority: true,
    secret: {},
    createdAt: at,
  });
  const ledger = new StockLedger(db, clientId);
  const shop = new ScriptedShop(true);
  for (let product = 0; product < PRODUCTS; product += 1) shop.counts.set(String(product), OPENING);
  const countingAuthority = true;
  const common = { db, clientId, connectionId, ledger, client: shop, countingAuthority };
  await importListings({ ...common, channel: { comparesAndSets: true } });
  const booking = new OrderBooking({ db, clientId, ledger });
  const large: string[] = [];
  const all = Array.from({ length: orders }, (_, index) => index);
  for (let first = 0; first < orders; first += 50) {
    await Promise.all(
      all.slice(first, first + 50).map(async (index) => {
        const isLarge = index % LARGE_EVERY === LARGE_EVERY - 1;
        if (isLarge) large.push(`#${index}`);
        const body = bodyOf(index, isLarge ? 3 : 1);
        const reading = shopify.readOrder({ topic: 'order.changed', body, connectionId });
        if (!('order' in reading)) throw new Error(reading.skipped);
        await captureOrder(db, clientId, reading.order, at);
        await booking.book(orderIdOf(connectionId, reading.order.externalId));
        const partition = orderIdOf(connectionId, reading.order.externalId);
        const event = { clientId, source: connectionId, topic: 'order.changed', partition } as const;
        await acceptEvent(db, { ...event, dedupeKey: `order:${index}`, body });
      }),
    );
  }
  await db.collection('events').updateMany({ clientId }, { $set: { state: 'done', endedAt: at } });
  return { clientId, connectionId, large };
}

/** An order as Shopify sends it, of one product. */
function bodyOf(index: number, quantity: number): Buffer {
  const line = {
    id: index + 1,
    sku: Sku.parse(`SKU-${index % PRODUCTS}`),
    title: 'White hanging heart',
    quantity,
    current_quantity: quantity,
    price: '2.95',
    properties: [],
  };
  const now = new Date(Date.now() + 60_000).toISOString();
  return Buffer.from(
    JSON.stringify({
      id: 10_000_000 + index,
      name: `#${index}`,
      created_at: now,
      updated_at: now,
      currency: 'GBP',
      total_price: '2.95',
      financial_status: 'paid',
      line_items: [line],
    }),
  );
}
