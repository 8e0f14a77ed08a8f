/** What a shop sells while it is counted for the first time is booked, and its counts are looked at once more. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ClientId, ConnectionId, Sku } from '../ids.ts';
import { captureOrder } from '../orders/capture-order.ts';
import { OrderBooking } from '../orders/order-booking.ts';
import { StockLedger } from '../stock/ledger.ts';
import type { ListingPage } from '../sync/channel.ts';
import { importListings } from '../sync/import-listings.ts';
import { type ListingDocument, listingIdOf } from '../sync/listing-document.ts';
import { ScriptedShop } from '../sync/scripted-shop.ts';
import { LineResolver } from './resolve-lines.ts';
import { takeListingNews } from './take-news.ts';

let database: TestDatabase;
let clientId: ClientId;
let connectionId: ConnectionId;
let ledger: StockLedger;

const MUG = Sku.parse('MUG');
const MINUTE_MS = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS);

/** Sells one mug, which it showed 10 times. */
class Shop extends ScriptedShop {
  asOf: Date | null = null;
  readonly askedAt: Date[] = [];

  async listingPage(): Promise<ListingPage> {
    const listings = await this.listingsOf();
    return { listings, next: null, ...(this.asOf && { asOf: this.asOf }) };
  }

  async listingsOf() {
    this.askedAt.push(new Date());
    await new Promise((resolve) => setTimeout(resolve, 20));
    return [
      { externalId: '1', ref: { productId: '1' }, sku: MUG, title: 'Mug', tracked: true, quantity: 10 },
    ];
  }
}

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  connectionId = ConnectionId.parse(`shop-${randomUUID()}`);
  ledger = new StockLedger(database.db, clientId);
});

const requestFor = (shop: Shop) => ({
  db: database.db,
  clientId,
  connectionId,
  channel: { comparesAndSets: true },
  client: shop,
  ledger,
  countingAuthority: true,
});
const listings = () => database.db.collection<ListingDocument>('listings');
const mug = () => listings().findOne({ _id: listingIdOf(connectionId, '1') }) as Promise<ListingDocument>;
async function sold(placedAt: Date, externalId: string): Promise<number | undefined> {
  const total = { amount: 100, currency: 'EUR' };
  const line = { lineId: '1', sku: MUG, listing: '1', title: 'Mug', quantity: 2, taken: 2, unitPrice: total };
  const order = { connectionId, channel: 'test', externalId, number: externalId, status: 'open' as const };
  const seen = { ...order, placedAt, updatedAt: placedAt, total, lines: [line] };
  const resolved = await new LineResolver(database.db, clientId).resolve(seen);
  const { orderId } = await captureOrder(database.db, clientId, resolved);
  await new OrderBooking({ db: database.db, clientId, ledger, settleMs: 0 }).book(orderId);
  return (await ledger.levels([MUG])).get(MUG)?.available;
}

test('a sale between the writing of a file of counts and its reading is booked; one of before is in the counts', async () => {
  const shop = new Shop(true);
  shop.asOf = ago(10);
  await importListings(requestFor(shop));
  expect((await mug()).openedAt).toEqual(shop.asOf);
  expect(await sold(ago(20), 'before')).toBe(10);
  expect(await sold(ago(5), 'between')).toBe(8);
});

test('where a channel does not tell, counts are of the moment at which they were asked for', async () => {
  const shop = new Shop(true);
  await importListings(requestFor(shop));
  expect((await mug()).openedAt?.getTime()).toBeLessThanOrEqual(shop.askedAt[0]?.getTime() ?? 0);
  await listings().deleteMany({ clientId });
  await takeListingNews(requestFor(shop), { product: '1', ref: { productId: '1' } });
  expect((await mug()).openedAt?.getTime()).toBeLessThanOrEqual(shop.askedAt[1]?.getTime() ?? 0);
});

test('once a shop is counted for the first time, each count is looked at again; a later import asks for no more', async () => {
  const shop = new Shop(true);
  await importListings(requestFor(shop));
  expect((await mug()).checkAt).toEqual(expect.any(Date));
  await listings().updateMany({ clientId }, { $set: { checkAt: null } });
  await importListings(requestFor(shop));
  expect((await mug()).checkAt).toBeNull();
});
