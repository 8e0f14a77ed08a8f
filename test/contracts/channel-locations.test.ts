/** Contract of channels that count at several locations: each location of the ledger is kept in step by itself. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { explainQuantity } from '#runtime/explain/explain-quantity.ts';
import { ClientId, LocationId, MAIN_LOCATION, orderIdOf, Sku } from '#runtime/ids.ts';
import { importAnew } from '#runtime/listings/import-document.ts';
import { matchByHand } from '#runtime/listings/match-by-hand.ts';
import { captureOrder } from '#runtime/orders/capture-order.ts';
import { OrderBooking } from '#runtime/orders/order-booking.ts';
import { saveClientPolicy } from '#runtime/orders/policy/policy-store.ts';
import { withShelves } from '#runtime/orders/shelves.ts';
import { saveSharingRules } from '#runtime/sharing/rules-store.ts';
import { Sharing } from '#runtime/sharing/sharing.ts';
import { PLAIN_RULE, type SharingRule } from '#runtime/sharing/sharing-rule.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import type { StockLevel } from '#runtime/stock/stock-level.ts';
import { verifyStock } from '#runtime/stock/verify.ts';
import type { ChannelClient, LocationLink } from '#runtime/sync/channel.ts';
import { checkListings } from '#runtime/sync/check-listings.ts';
import { openHeardCounts } from '#runtime/sync/heard-counts.ts';
import { importListings } from '#runtime/sync/import-listings.ts';
import type { ListingDocument } from '#runtime/sync/listing-document.ts';
import { publish } from '#runtime/sync/publish.ts';
import { type PushTarget, pushBatch } from '#runtime/sync/push-batch.ts';
import { SharingKeeper } from '#runtime/sync/sharing-keeper.ts';
import { sentenceOf, stepsOf } from '#server/api/why-words.ts';
import { openTestDatabase, type TestDatabase } from '../database/test-database.ts';
import { type ChannelBench, openChannelBench } from './channel-bench.ts';

/** Channels that keep stock at several locations. WooCommerce itself knows one. */
const LOCATED = ['shopify'];
const berlin = LocationId.parse('berlin');
const [mug, cup] = ['MUG', 'CUP'].map((sku) => Sku.parse(sku)) as [Sku, Sku];
const SETTLE_MS = 30;

describe.each(LOCATED)('quantities of %s at two locations', (type) => {
  let database: TestDatabase;
  let shop: ChannelBench;
  let client: ChannelClient;
  let locations: LocationLink[];
  let clientId: ClientId;
  let ledger: StockLedger;
  let sharing: Sharing;
  let target: PushTarget;
  let change = 0;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    clientId = ClientId.parse(`c-${randomUUID()}`);
    ledger = new StockLedger(database.db, clientId);
    sharing = await Sharing.open(database.db, clientId);
    const products = [mug, cup].map((sku) => ({ sku, title: sku, price: '5.00', quantity: 10 }));
    shop = await openChannelBench(type, products, { locations: ['Warehouse', 'Berlin'] });
    await shop.recount(mug, 6, 1);
    await shop.recount(cup, 4, 1);
    const found = await shop.client.locations!();
    locations = found.map(({ id, first }) => ({ id, location: first ? MAIN_LOCATION : berlin }));
    client = shop.channel.open({ ...shop.account, locations }, (call) => shop.calls.push(call));
    target = {
      db: database.db,
      clientId,
      connectionId: shop.account.connectionId,
      channel: shop.channel,
      client,
      settleMs: SETTLE_MS,
      countingAuthority: false,
      askPoll: () => {},
      adopted: () => {},
      confirmed: () => {},
    };
    await read();
    await tell([mug, cup]);
    shop.calls.length = 0;
  });
  afterEach(async () => {
    await shop.close();
    const { connectionId } = target;
    await database.db.collection('listings').deleteMany({ connectionId });
    await database.db.collection('imports').deleteMany({ _id: connectionId as never });
    for (const name of ['pushes', 'orders']) await database.db.collection(name).deleteMany({ connectionId });
  });

  const read = () => importListings({ ...target, ledger, countingAuthority: true });
  const listingsOf = () => database.db.collection<ListingDocument>('listings');
  const at = async (sku: Sku, location: LocationId) => {
    const found = await listingsOf().findOne({ clientId, sku, location });
    if (!found) throw new Error(`no listing of ${sku} at ${location}`);
    return found;
  };
  const levelOf = async (sku: Sku): Promise<StockLevel> => (await ledger.levels([sku])).get(sku)!;
  const there = async (sku: Sku) => {
    const { byLocation } = await levelOf(sku);
    return [byLocation.main?.available, byLocation.berlin?.available];
  };
  const shown = async (sku: Sku) => [(await shop.quantities())[sku], (await shop.quantities(1))[sku]];
  async function tell(skus: readonly Sku[]): Promise<void> {
    const levels = [...(await ledger.levels(skus)).values()];
    const causedAt = new Date();
    await publish(
      database.db,
      clientId,
      levels.map((level) => ({ level, buffer: 0, causedAt })),
      sharing,
    );
  }
  async function adjust(sku: Sku, location: LocationId, by: number): Promise<void> {
    change += 1;
    const key = `test:${change}`;
    await ledger.apply({ kind: 'adjust', key, sku, location, change: by, cause: { by: 'test' } });
    await tell([sku]);
  }
  /** As an order's event does it, whichever way it came. */
  async function take(externalId: string) {
    const event = await client.findOrder!(externalId);
    const { connectionId } = target;
    const reading = shop.channel.readOrder({ topic: 'order.changed', body: event!.body, connectionId });
    if (!('order' in reading)) throw new Error(reading.skipped);
    const order = await withShelves(database.db, clientId, reading.order, { client, locations });
    await captureOrder(database.db, clientId, order);
    const booking = new OrderBooking({ db: database.db, clientId, ledger });
    const booked = await booking.book(orderIdOf(connectionId, externalId));
    await tell([mug, cup]);
    return { order, short: booked.short };
  }

  test('each is read and opens its own location, once', async () => {
    expect(await there(mug)).toEqual([10, 6]);
    expect(await there(cup)).toEqual([10, 4]);
    await adjust(mug, berlin, -5);
    await read();
    expect(await there(mug)).toEqual([10, 1]);
    expect(await listingsOf().countDocuments({ clientId, tracked: true, problem: null })).toBe(4);
    expect(await verifyStock(database.db, clientId)).toMatchObject({ deviations: [] });
  });

  test('what changes at one is written there alone, compared with what was there', async () => {
    await adjust(mug, berlin, -2);
    await adjust(cup, MAIN_LOCATION, 5);
    await pushBatch(target);
    expect([await shown(mug), await shown(cup)]).toEqual([
      [10, 4],
      [15, 4],
    ]);
    expect(shop.calls.filter(({ name }) => /set/i.test(name))).toHaveLength(1);
  });

  test('why each shows its number: what lies at all of them, and what of it lies there', async () => {
    await adjust(mug, LocationId.parse('attic'), 7);
    await pushBatch(target);
    const why = await explainQuantity(database.db, clientId, (await at(mug, berlin))._id, null);
    if (!why) throw new Error('nothing is known of it');
    expect(sentenceOf(why, 'The shop', false)).toBe('The shop shows 6: 16 available, 6 of them at berlin.');
    expect(stepsOf(why).map(({ text, units }) => `${units} ${text}`)).toEqual([
      '23 On the shelf, over all locations',
      '16 At the locations of this shop',
      '6 Of that, what the shop shows at berlin',
    ]);
    const then = await explainQuantity(database.db, clientId, (await at(mug, berlin))._id, new Date());
    expect(then?.desired).toBe(6);
  });

  test('both of one product in one write, of which one is stale: what was sold there stays sold', async () => {
    await shop.buy({ lines: [{ sku: mug, quantity: 3 }], location: 1 });
    await adjust(mug, MAIN_LOCATION, -1);
    await adjust(mug, berlin, -2);
    await pushBatch(target);
    expect(await shown(mug)).toEqual([9, 1]);
  });

  test('an order lowers the location that the shop ships it from, and nothing is written back', async () => {
    const sold = await shop.buy({ lines: [{ sku: mug, quantity: 2 }], location: 1 });
    const { order } = await take(sold.id);
    expect(order.lines).toMatchObject([{ shelf: berlin }]);
    expect(await there(mug)).toEqual([10, 4]);
    expect(await pushBatch(target)).toBe(0);
    expect(await shown(mug)).toEqual([10, 4]);

    // Its line keeps the location, also when units come back.
    await shop.refund({
      orderId: sold.id,
      lines: [{ lineId: sold.lineIds[0]!, quantity: 1 }],
      restock: true,
    });
    await take(sold.id);
    expect([await there(mug), await shown(mug)]).toEqual([
      [10, 5],
      [10, 5],
    ]);
    expect(await pushBatch(target)).toBe(0);
    expect(await verifyStock(database.db, clientId)).toMatchObject({ deviations: [] });
  });

  test('more than lies there is short there, though another location has it', async () => {
    const sold = await shop.buy({ lines: [{ sku: cup, quantity: 5 }], location: 1 });
    const { short } = await take(sold.id);
    expect(short).toMatchObject([{ sku: cup, wanted: 5 }]);
    expect(await there(cup)).toEqual([10, 4]);
  });

  test('an order of which the shop does not say from where: the first of the client’s locations', async () => {
    await saveClientPolicy(
      database.db,
      clientId,
      { policy: 'hold', locationChoice: 'primary', locationOrder: [berlin, MAIN_LOCATION] },
      'test',
    );
    const sold = await shop.buy({ lines: [{ sku: mug, quantity: 1 }] });
    const event = await client.findOrder!(sold.id);
    const reading = shop.channel.readOrder({ ...event!, connectionId: target.connectionId });
    if (!('order' in reading)) throw new Error(reading.skipped);
    const silent = { shelvesOf: async () => new Map<string, LocationId>() };
    const { lines } = await withShelves(database.db, clientId, reading.order, { client: silent, locations });
    expect(lines).toMatchObject([{ shelf: berlin }]);
  });

  test('a count that the shop tells by webhook belongs to its location', async () => {
    const { externalId, ref } = await at(mug, berlin);
    const [item] = externalId.split('@');
    const noted = openHeardCounts(() => database.db);
    const said = {
      clientId,
      connectionId: target.connectionId,
      externalId: item!,
      externalIdThere: externalId,
    };
    const first = (await at(mug, MAIN_LOCATION)).ref;
    await Promise.all([
      noted({ ...said, ref: { locationId: ref.locationId! }, quantity: 5 }),
      noted({ ...said, ref: { locationId: first.locationId! }, quantity: 10 }),
    ]);
    expect((await at(mug, berlin)).heard).toMatchObject({ quantity: 5 });
    expect((await at(mug, MAIN_LOCATION)).heard ?? null).toBeNull();
  });

  test('what staff count at one is adopted there', async () => {
    const counted = { ...target, countingAuthority: true };
    await shop.recount(mug, 2, 1);
    for (let turn = 0; turn < 40 && (await there(mug))[1] !== 2; turn += 1) {
      await listingsOf().updateMany({ clientId }, { $set: { checkAt: new Date() } });
      await checkListings(counted);
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    }
    expect(await there(mug)).toEqual([10, 2]);
  });

  test('a cap and a part hold for the shop as a whole', async () => {
    const { connectionId } = target;
    const keeper = new SharingKeeper({ db: database.db, clientId, ledger, sharing, pushes: () => {} });
    const choose = async (rule: Partial<SharingRule>) => {
      const rules = { usual: { ...PLAIN_RULE, ...rule }, exceptions: [] };
      await saveSharingRules(database.db, clientId, { rules, seenRevision: sharing.revision, by: 'test' });
      for (let turn = 0; turn < 3; turn += 1) await keeper.keep();
    };
    const quota = async () => (await levelOf(mug)).quotas?.[connectionId];
    await choose({ caps: { [connectionId]: 8 } });
    await pushBatch(target);
    expect(await shown(mug)).toEqual([2, 6]);

    await choose({ mode: 'quota' });
    await pushBatch(target);
    expect([await quota(), await shown(mug)]).toEqual([16, [10, 6]]);
    expect(await verifyStock(database.db, clientId)).toMatchObject({ deviations: [] });
  });

  test('what a person said of a product holds at each location, from the next reading on', async () => {
    await shop.change({ sku: cup, newSku: 'cup from the catalogue' });
    await read();
    await importAnew(target);
    await read();
    const listings = listingsOf().find({ clientId, ownSku: 'cup from the catalogue' });
    const first = (await listings.toArray()).find(({ location }) => location === MAIN_LOCATION);
    await matchByHand({ db: database.db, clientId }, ledger, String(first?._id), cup);
    await importAnew(target);
    await read();
    const kept = await listingsOf().find({ clientId, ownSku: 'cup from the catalogue' }).toArray();
    expect(kept.map(({ sku, matchedBy }) => [sku, matchedBy])).toEqual([
      [cup, 'person'],
      [cup, 'person'],
    ]);
  });

  test('a shop that was kept at one location is kept at both from the next reading on', async () => {
    const one = ClientId.parse(`c-${randomUUID()}`);
    const before = { ...target, clientId: one, client: shop.client };
    await database.db.collection('listings').deleteMany({ connectionId: target.connectionId });
    await database.db.collection('imports').deleteMany({ _id: target.connectionId as never });
    const book = new StockLedger(database.db, one);
    await importListings({ ...before, ledger: book, countingAuthority: true });
    await book.apply({
      kind: 'commit',
      key: 'sold-before',
      sku: mug,
      location: MAIN_LOCATION,
      units: 1,
      connectionId: target.connectionId,
      cause: { by: 'test' },
    });
    await shop.buy({ lines: [{ sku: mug, quantity: 1 }] });
    await importAnew(before);
    await importListings({ ...before, client, ledger: book, countingAuthority: true });
    const level = (await book.levels([mug])).get(mug)!;
    expect([level.byLocation.main?.available, level.byLocation.berlin?.available]).toEqual([9, 6]);
    const kept = await listingsOf().find({ clientId: one, sku: mug }).sort({ _id: 1 }).toArray();
    expect(
      kept.map(({ location, pushed, pushedTaken, taken }) => [location, pushed, pushedTaken, taken]),
    ).toEqual([
      [MAIN_LOCATION, 9, 0, 0],
      [berlin, 6, 0, 0],
    ]);
  });
});
