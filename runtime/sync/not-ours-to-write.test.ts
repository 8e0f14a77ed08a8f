/** Counts that are none of our business, or of which we know too little: they are never overwritten. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ClientId, ConnectionId, MAIN_LOCATION, Sku } from '../ids.ts';
import { Sharing } from '../sharing/sharing.ts';
import { StockLedger } from '../stock/ledger.ts';
import { checkListings } from './check-listings.ts';
import { importListings } from './import-listings.ts';
import type { ListingDocument } from './listing-document.ts';
import { publish } from './publish.ts';
import { type PushTarget, pushBatch } from './push-batch.ts';
import { ScriptedShop } from './scripted-shop.ts';
import { targetAt } from './test-target.ts';

const SKU = Sku.parse('SKU-1');
const SETTLE_MS = 30;
const ROUNDS = 5;
let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

async function openShop(
  counts: Readonly<Record<string, number>>,
  more: Partial<PushTarget> & { readonly opens?: boolean } = {},
) {
  const clientId = ClientId.parse(`c-${randomUUID()}`);
  const connectionId = ConnectionId.parse(`shop-${randomUUID()}`);
  const ledger = new StockLedger(database.db, clientId);
  const shop = new ScriptedShop(true);
  for (const [id, count] of Object.entries(counts)) shop.counts.set(id, count);
  const channel = { comparesAndSets: true, batchMax: 100 };
  const { opens = true, ...rest } = more;
  const place = { db: database.db, clientId, connectionId, channel, client: shop };
  const target = targetAt({ ...place, settleMs: SETTLE_MS }, rest);
  await importListings({ ...place, ledger, countingAuthority: opens });
  const listings = database.db.collection<ListingDocument>('listings');
  /** Until long after any order could have come. */
  const look = async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await listings.updateMany({ clientId }, { $set: { checkAt: new Date() } });
      await checkListings(target);
      await pushBatch(target);
      await wait(SETTLE_MS + 5);
    }
  };
  const commit = async (units: number) => {
    const operation = {
      kind: 'commit',
      key: randomUUID(),
      sku: SKU,
      location: MAIN_LOCATION,
      units,
    } as const;
    const result = await ledger.apply({ ...operation, connectionId, cause: { by: 'test' } });
    if (!('level' in result)) throw new Error(result.outcome);
    return result.level;
  };
  const tell = async () => {
    const level = (await ledger.levels([SKU])).get(SKU);
    if (!level) throw new Error('the ledger does not know it');
    const sharing = await Sharing.open(database.db, clientId);
    await publish(database.db, clientId, [{ level, buffer: 0, causedAt: new Date() }], sharing);
  };
  const available = async () => (await ledger.levels([SKU])).get(SKU)?.available;
  const listing = async (externalId: string) => await listings.findOne({ clientId, externalId });
  const written = () => shop.calls.filter((call) => call.startsWith('set'));
  return { shop, clientId, target, ledger, listings, look, commit, tell, available, listing, written };
}

describe('before any flow has published a number', () => {
  test.each([
    ['a shop whose staff count', true],
    ['any other shop', false],
  ])('a product that nobody has matched sells as it likes in %s', async (_which, countingAuthority) => {
    const { shop, look, listing, written } = await openShop({ '-': 10 }, { countingAuthority });
    shop.sell('-', 3);
    await look();
    expect(shop.counts.get('-')).toBe(7);
    expect(written()).toEqual([]);
    expect(await listing('-')).toMatchObject({ pushed: 7, dirty: false, checkAt: null, difference: null });
  });

  test('a shop that only sells is not written to, and its sales are not undone', async () => {
    const { shop, look, listing, written } = await openShop({ 1: 10 });
    shop.sell('1', 3);
    await look();
    expect(shop.counts.get('1')).toBe(7);
    expect(written()).toEqual([]);
    expect(await listing('1')).toMatchObject({ pushed: 7, desired: 7, dirty: false });
  });

  test('the ledger follows the shop whose staff count, and writes nothing to it', async () => {
    const { shop, look, available, written } = await openShop({ 1: 10 }, { countingAuthority: true });
    shop.sell('1', 3);
    await look();
    expect([shop.counts.get('1'), await available()]).toEqual([7, 7]);
    expect(written()).toEqual([]);
  });

  test('what the ledger can not follow is left as the shop shows it', async () => {
    const opened = await openShop({ 1: 10 }, { countingAuthority: true });
    const { shop, ledger, look, written } = opened;
    const taken = { kind: 'adjust', key: 'moved', sku: SKU, location: MAIN_LOCATION, change: -8 } as const;
    await ledger.apply({ ...taken, cause: { by: 'test' } });
    shop.sell('1', 5);
    await look();
    expect(shop.counts.get('1')).toBe(5);
    expect(written()).toEqual([]);
  });
});

test('while no flow hears of orders, sales are not taken for mistakes; they are looked at when one does', async () => {
  let hears = false;
  const { shop, look, tell, commit, listing, written } = await openShop(
    { 1: 10 },
    { hearsOrders: () => hears },
  );
  await tell();
  shop.sell('1', 3);
  await look();
  expect(shop.counts.get('1')).toBe(7);
  expect(await listing('1')).toMatchObject({ difference: { by: 3 }, dirty: false });
  // The orders of meanwhile come in.
  hears = true;
  await commit(3);
  await tell();
  await look();
  expect(shop.counts.get('1')).toBe(7);
  expect(written()).toEqual([]);
});

test('a sale that was booked and not published is known all the same: the ledger does not count it twice', async () => {
  const { shop, look, tell, commit, available } = await openShop({ 1: 10 }, { countingAuthority: true });
  await tell();
  shop.sell('1', 3);
  await commit(3);
  await look();
  expect([shop.counts.get('1'), await available()]).toEqual([7, 7]);
});

test('of two listings with one SKU the other one is lowered too, and the sale stays booked', async () => {
  const opened = await openShop({ 1: 10 }, { countingAuthority: true });
  const { shop, listings, clientId, look, tell, commit, available, listing } = opened;
  const first = await listing('1');
  if (!first) throw new Error('it was not imported');
  shop.counts.set('2', 10);
  await listings.insertOne({ ...first, _id: `${first.connectionId}/2`, externalId: '2' });
  await listings.updateMany({ clientId }, { $set: { problem: 'duplicate-sku' } });
  await tell();
  shop.sell('1', 1);
  await commit(1);
  await tell();
  await look();
  await look();
  expect(await available()).toBe(9);
  expect([shop.counts.get('1'), shop.counts.get('2')]).toEqual([9, 9]);
});
