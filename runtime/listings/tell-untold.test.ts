/** A listing that comes into a shop which is kept in step, or comes back, is told its number at once. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import type { EventDocument } from '../events/event.ts';
import { ClientId, ConnectionId, MAIN_LOCATION, Sku } from '../ids.ts';
import { Sharing } from '../sharing/sharing.ts';
import { StockLedger } from '../stock/ledger.ts';
import { readStockChanged } from '../stock/stock-changed.ts';
import type { ListingPage, RemoteListing } from '../sync/channel.ts';
import { importListings } from '../sync/import-listings.ts';
import { type ListingDocument, listingIdOf } from '../sync/listing-document.ts';
import { publish } from '../sync/publish.ts';
import { ScriptedShop } from '../sync/scripted-shop.ts';
import { takeListingNews } from './take-news.ts';
import { tellUntold } from './tell-untold.ts';

let database: TestDatabase;
let clientId: ClientId;
let ledger: StockLedger;
let main: Shop;
let other: Shop;

class Shop extends ScriptedShop {
  rows: RemoteListing[] = [];

  list(externalId: string, fields: Partial<RemoteListing> = {}): void {
    const fresh = { externalId, ref: { productId: externalId }, title: `Product ${externalId}` };
    this.rows = this.rows.filter((row) => row.externalId !== externalId);
    this.rows.push({ ...fresh, tracked: true, sku: null, quantity: 10, ...fields });
    this.counts.set(externalId, fields.quantity ?? 10);
  }

  async listingPage(): Promise<ListingPage> {
    return { listings: this.rows, next: null };
  }

  async listingsOf(product: string): Promise<readonly RemoteListing[]> {
    return this.rows.filter(({ externalId }) => externalId === product);
  }
}

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  ledger = new StockLedger(database.db, clientId);
  [main, other] = [new Shop(true), new Shop(true)];
});

const idOf = (shop: Shop) => ConnectionId.parse(`${shop === main ? 'main' : 'other'}-${clientId}`);
const requestFor = (shop: Shop) => ({
  db: database.db,
  clientId,
  connectionId: idOf(shop),
  channel: { comparesAndSets: true },
  client: shop,
  ledger,
  countingAuthority: shop === main,
});
const imports = (shop: Shop) => importListings(requestFor(shop));
const news = (shop: Shop, product: string) =>
  takeListingNews(requestFor(shop), { product, ref: { productId: product } });
const listing = (shop: Shop, externalId: string) =>
  database.db
    .collection<ListingDocument>('listings')
    .findOne({ _id: listingIdOf(idOf(shop), externalId) }) as Promise<ListingDocument>;
const change = (shop: Shop, externalId: string, fields: Partial<ListingDocument>) =>
  database.db
    .collection<ListingDocument>('listings')
    .updateOne({ _id: listingIdOf(idOf(shop), externalId) }, { $set: fields });
const events = () =>
  database.db.collection<EventDocument>('events').find({ clientId }).sort({ _id: 1 }).toArray();
/** For each event the SKUs that it tells of, with what is available. */
const told = async () =>
  (await events()).map(({ body }) =>
    readStockChanged(Buffer.from(body.value())).levels.map(({ sku, available }) => [sku, available]),
  );
/** What a flow of stock that changed does. */
async function flow(): Promise<void> {
  const sharing = await Sharing.open(database.db, clientId);
  for (const { body, receivedAt } of await events()) {
    const { levels } = readStockChanged(Buffer.from(body.value()));
    const requests = levels.map((level) => ({ level, buffer: 0, causedAt: receivedAt }));
    await publish(database.db, clientId, requests, sharing);
  }
}
async function goLive(skus: readonly string[]): Promise<void> {
  const sharing = await Sharing.open(database.db, clientId);
  const levels = await ledger.levels(skus.map((sku) => Sku.parse(sku)));
  const requests = [...levels.values()].map((level) => ({ level, buffer: 0, causedAt: new Date() }));
  await publish(database.db, clientId, requests, sharing);
}

test('before anything was told, an import makes no event, nor does a product that is new', async () => {
  main.list('1', { sku: 'MUG', quantity: 3 });
  other.list('a', { sku: 'MUG', quantity: 50 });
  await imports(main);
  await imports(other);
  main.list('2', { sku: 'CUP' });
  await news(main, '2');
  expect(await told()).toEqual([]);
});

describe('where shops are kept in step', () => {
  beforeEach(async () => {
    main.list('1', { sku: 'MUG', quantity: 3, barcode: '4006381333931' });
    main.list('2', { sku: 'CUP', quantity: 8 });
    other.list('b', { sku: 'CUP', quantity: 8 });
    await imports(main);
    await imports(other);
    await goLive(['MUG', 'CUP']);
    expect(await told()).toEqual([]);
  });

  test('a product that is made with a SKU of the stock is told what the stock holds, once', async () => {
    other.list('a', { sku: 'MUG', quantity: 50 });
    await news(other, 'a');
    expect(await told()).toEqual([[['MUG', 3]]]);
    await news(other, 'a');
    await imports(other);
    expect(await told()).toHaveLength(1);
    await flow();
    expect(await listing(other, 'a')).toMatchObject({ pushed: 50, desired: 3, dirty: true });
    await imports(other);
    expect(await told()).toHaveLength(1);
  });

  test('many at once are told together', async () => {
    other.list('a', { sku: 'MUG', quantity: 50 });
    other.list('c', { sku: 'CUP', quantity: 1 });
    await imports(other);
    expect(await told()).toEqual([
      expect.arrayContaining([
        ['MUG', 3],
        ['CUP', 8],
      ]),
    ]);
  });

  test('so is one whose SKU was changed in the shop', async () => {
    other.list('b', { sku: 'MUG', quantity: 8 });
    await news(other, 'b');
    await flow();
    expect(await listing(other, 'b')).toMatchObject({ sku: 'MUG', desired: 3, dirty: true });
  });

  test('one that is matched by its barcode', async () => {
    other.list('a', { sku: 'TASSE', barcode: '4006381333931', quantity: 50 });
    await imports(other);
    await flow();
    expect(await listing(other, 'a')).toMatchObject({ sku: 'MUG', desired: 3, dirty: true });
  });

  test('one that is matched by a later import of another shop, and what was sold before is counted once', async () => {
    other.list('a', { sku: 'TASSE', barcode: '96385074', quantity: 50 });
    await imports(other);
    expect(await told()).toEqual([]);
    main.list('1', { sku: 'MUG', quantity: 3, barcode: '96385074' });
    await ledger.apply({
      kind: 'commit',
      key: 'sale',
      sku: Sku.parse('MUG'),
      location: MAIN_LOCATION,
      units: 1,
      connectionId: idOf(other),
      cause: { by: 'order' },
    });
    await imports(main);
    expect(await told()).toEqual([[['MUG', 2]]]);
    await flow();
    expect(await listing(other, 'a')).toMatchObject({
      sku: 'MUG',
      matchedBy: 'barcode',
      desired: 2,
      dirty: true,
      taken: 1,
      pushedTaken: 1,
    });
  });

  test('one whose SKU comes into the stock later, though no other listing of it was told', async () => {
    other.list('a', { sku: 'POT', quantity: 50 });
    await news(other, 'a');
    expect(await told()).toEqual([]);
    main.list('3', { sku: 'POT', quantity: 5 });
    await news(main, '3');
    expect(await told()).toEqual([[['POT', 5]]]);
    await flow();
    expect(await listing(other, 'a')).toMatchObject({ desired: 5, dirty: true });
  });

  test('one that is counted again, also when nothing of it has moved meanwhile', async () => {
    other.list('b', { sku: 'CUP', tracked: false, quantity: null });
    await news(other, 'b');
    expect(await told()).toEqual([]);
    other.list('b', { sku: 'CUP', quantity: 50 });
    await news(other, 'b');
    expect(await told()).toEqual([[['CUP', 8]]]);
    await flow();
    expect(await listing(other, 'b')).toMatchObject({ tracked: true, pushed: 50, desired: 8, dirty: true });
  });

  test('one that was gone, though the shop has no other and nobody else sells it', async () => {
    other.list('b', { sku: 'OWN', quantity: 4 });
    await ledger.addSkus([{ sku: Sku.parse('OWN'), title: 'Own' }]);
    await ledger.apply({
      kind: 'receive',
      key: 'delivery',
      sku: Sku.parse('OWN'),
      location: MAIN_LOCATION,
      units: 4,
      connectionId: null,
      cause: { by: 'person' },
    });
    await imports(other);
    await change(other, 'b', { desired: 4, desiredVersion: 1, tracked: false });
    await news(other, 'b');
    expect(await listing(other, 'b')).toMatchObject({ tracked: true, desiredVersion: 0 });
    expect(await told()).toEqual([[['OWN', 4]]]);
  });

  test('what died before it told is made up for by the next look', async () => {
    other.list('a', { sku: 'MUG', quantity: 50 });
    await news(other, 'a');
    await database.db.collection('events').deleteMany({ clientId });
    await imports(other);
    expect(await told()).toEqual([[['MUG', 3]]]);
  });

  test('other clients are left alone', async () => {
    const stranger = ClientId.parse(`c-${randomUUID()}`);
    other.list('a', { sku: 'MUG', quantity: 50 });
    await news(other, 'a');
    await tellUntold({ db: database.db, clientId: stranger, ledger }, [listingIdOf(idOf(other), 'a')]);
    expect(await database.db.collection('events').countDocuments({ clientId: stranger })).toBe(0);
  });
});
