import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ClientId, ConnectionId, LocationId, MAIN_LOCATION, Sku } from '../ids.ts';
import { saveSharingRules } from '../sharing/rules-store.ts';
import { Sharing } from '../sharing/sharing.ts';
import { PLAIN_RULE, type SharingRule } from '../sharing/sharing-rule.ts';
import { StockLedger } from '../stock/ledger.ts';
import { checkListings } from './check-listings.ts';
import { importListings } from './import-listings.ts';
import type { ListingDocument } from './listing-document.ts';
import { publish } from './publish.ts';
import { type PushTarget, pushBatch } from './push-batch.ts';
import { ScriptedShop } from './scripted-shop.ts';
import { SharingKeeper } from './sharing-keeper.ts';
import { targetAt } from './test-target.ts';

const sku = Sku.parse('SKU-1');
let database: TestDatabase;
let clientId: ClientId;
let ledger: StockLedger;
let sharing: Sharing;
let keeper: SharingKeeper;
let shops: readonly { readonly shop: ScriptedShop; readonly target: PushTarget }[];

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  const { db } = database;
  clientId = ClientId.parse(`c-${randomUUID()}`);
  ledger = new StockLedger(db, clientId);
  sharing = await Sharing.open(db, clientId);
  keeper = new SharingKeeper({ db, clientId, ledger, sharing, pushes: () => {} });
  shops = await Promise.all(
    [true, false].map(async (compares) => {
      const shop = new ScriptedShop(compares);
      shop.counts.set('1', 10);
      const connectionId = ConnectionId.parse(`shop-${randomUUID()}`);
      const channel = { comparesAndSets: compares, batchMax: 100 };
      const request = { db, clientId, connectionId, channel, client: shop, ledger };
      await importListings({ ...request, countingAuthority: compares });
      return { shop, target: targetAt({ ...request, settleMs: 20 }) };
    }),
  );
  await tell();
});

const [first, second] = [0, 1];
const one = (index: number) => shops[index] as (typeof shops)[number];
const idOf = (index: number) => one(index).target.connectionId;
const shown = (index: number) => one(index).shop.counts.get('1') ?? 0;
const level = async () => (await ledger.levels([sku])).get(sku);
const quota = async (index: number) => (await level())?.quotas?.[idOf(index)];
async function tell(): Promise<void> {
  const now = await level();
  if (now) await publish(database.db, clientId, [{ level: now, buffer: 0, causedAt: new Date() }], sharing);
}
async function choose(rule: Partial<SharingRule>): Promise<void> {
  await saveSharingRules(database.db, clientId, {
    rules: { usual: { ...PLAIN_RULE, ...rule }, exceptions: [] },
    seenRevision: sharing.revision,
    by: 'test',
  });
  await keep();
}
async function keep(turns = 2): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await keeper.keep();
}
/** What the pusher of a connection does, with its look at what it wrote. */
async function push(index: number): Promise<void> {
  const { target } = one(index);
  await pushBatch(target);
  await database.db
    .collection('listings')
    .updateMany({ clientId, checkAt: { $ne: null } }, { $set: { checkAt: new Date() } });
  await checkListings(target);
}
async function sell(index: number, units: number): Promise<void> {
  one(index).shop.sell('1', units);
  const cause = { by: 'test' };
  const sale = { kind: 'commit', key: randomUUID(), sku, location: MAIN_LOCATION, units, cause } as const;
  expect((await ledger.apply({ ...sale, connectionId: idOf(index) })).outcome).toBe('applied');
  await tell();
}

test('each channel gets a part, and shows it', async () => {
  await choose({ mode: 'quota' });
  for (const index of [first, second]) await push(index);
  expect([await quota(first), await quota(second)]).toEqual([5, 5]);
  expect([shown(first), shown(second)]).toEqual([5, 5]);
});

test.each([
  ['a channel that compares', first, second],
  ['a channel that is read back', second, first],
])('a part of %s is lowered there before another channel gets it', async (_what, giver, taker) => {
  await choose({ mode: 'quota' });
  for (const index of [first, second]) await push(index);
  await sell(taker, 5);
  await keep(4);
  // Asked back, but the channel still shows it: the ledger keeps it there.
  expect(await quota(giver)).toBe(5);
  await push(taker);
  expect(shown(giver) + shown(taker)).toBeLessThanOrEqual(5);
  await push(giver);
  expect(shown(giver)).toBeLessThan(5);
  await keep(4);
  expect(await quota(giver)).toBe(shown(giver));
  expect((await quota(taker)) ?? 0).toBe(5 - shown(giver));
  await push(taker);
  expect(shown(taker)).toBe(5 - shown(giver));
});

test('a channel that does not answer keeps its part', async () => {
  await choose({ mode: 'quota' });
  for (const index of [first, second]) await push(index);
  await sell(second, 5);
  one(first).shop.setQuantities = () => Promise.reject(new Error('away'));
  for (let turn = 0; turn < 3; turn += 1) {
    await keep();
    await expect(pushBatch(one(first).target)).rejects.toThrow('away');
  }
  expect([await quota(first), await quota(second)]).toEqual([5, 0]);
});

test('the part of a channel with two locations is what both of them show', async () => {
  const berlin = LocationId.parse('berlin');
  const { shop, target } = one(first);
  const listings = database.db.collection<ListingDocument>('listings');
  const mine = await listings.findOneAndUpdate(
    { clientId, connectionId: target.connectionId },
    { $set: { location: MAIN_LOCATION } },
  );
  if (!mine) throw new Error('no listing');
  const there = { externalId: '1@berlin', location: berlin, pushed: 4, desired: 4 };
  await listings.insertOne({ ...mine, ...there, _id: `${mine._id}@berlin` });
  shop.counts.set('1@berlin', 4);
  const cause = { by: 'test' };
  await ledger.apply({
    kind: 'receive',
    key: 'in',
    sku,
    location: berlin,
    units: 4,
    connectionId: null,
    cause,
  });
  await tell();
  const both = () => (shop.counts.get('1') ?? 0) + (shop.counts.get('1@berlin') ?? 0);
  await choose({ mode: 'quota' });
  for (const index of [first, second]) await push(index);
  expect([await quota(first), both(), await quota(second)]).toEqual([7, 7, 7]);

  await sell(second, 7);
  await keep(4);
  // Asked back, but one of its locations still shows it.
  expect(await quota(first)).toBe(7);
  await push(first);
  await keep(4);
  expect(both()).toBeLessThan(7);
  expect(await quota(first)).toBe(both());
  expect(await quota(second)).toBe(7 - both());
});

test('what comes in is given out, and a buffer is kept out of the parts', async () => {
  await choose({ mode: 'quota', buffer: { kind: 'units', units: 2 } });
  expect([await quota(first), await quota(second)]).toEqual([4, 4]);
  const cause = { by: 'test' };
  await ledger.apply({
    kind: 'receive',
    key: 'in',
    sku,
    location: MAIN_LOCATION,
    units: 6,
    connectionId: null,
    cause,
  });
  await tell();
  await keep(3);
  expect([await quota(first), await quota(second)]).toEqual([7, 7]);
});

test('back in shared mode there are no parts, and every channel shows all of it', async () => {
  await choose({ mode: 'quota' });
  for (const index of [first, second]) await push(index);
  await choose({ mode: 'shared' });
  await keep(3);
  expect((await level())?.quotas).toBeUndefined();
  for (const index of [first, second]) await push(index);
  expect([shown(first), shown(second)]).toEqual([10, 10]);
});

test('a runner that starts anew looks after what another one left', async () => {
  await choose({ mode: 'quota' });
  const cause = { by: 'test' };
  await ledger.apply({
    kind: 'receive',
    key: 'in',
    sku,
    location: MAIN_LOCATION,
    units: 6,
    connectionId: null,
    cause,
  });
  const fresh = await Sharing.open(database.db, clientId);
  const next = new SharingKeeper({ db: database.db, clientId, ledger, sharing: fresh, pushes: () => {} });
  await next.keep();
  expect([await quota(first), await quota(second)]).toEqual([8, 8]);
});
