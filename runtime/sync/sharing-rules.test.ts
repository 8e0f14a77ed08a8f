import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import type { EventDocument } from '../events/event.ts';
import { acceptEvent } from '../events/inbox.ts';
import { ClientId, ConnectionId, MAIN_LOCATION, Sku } from '../ids.ts';
import { saveSharingRules, sharingRulesAt, sharingRulesOf } from '../sharing/rules-store.ts';
import { Sharing } from '../sharing/sharing.ts';
import { PLAIN_RULE, type SharingRules } from '../sharing/sharing-rule.ts';
import { StockLedger } from '../stock/ledger.ts';
import type { MovementDocument } from '../stock/stock-document.ts';
import { checkListings } from './check-listings.ts';
import { beginAdopting, type DriftDocument } from './drift.ts';
import { importListings } from './import-listings.ts';
import { expectedOf, type ListingDocument } from './listing-document.ts';
import { publish } from './publish.ts';
import { type PushTarget, pushBatch } from './push-batch.ts';
import { ScriptedShop } from './scripted-shop.ts';
import { SharingKeeper } from './sharing-keeper.ts';
import { targetAt } from './test-target.ts';

const sku = Sku.parse('SKU-1');
const SETTLE_MS = 40;
let database: TestDatabase;
let clientId: ClientId;
let connectionId: ConnectionId;
let ledger: StockLedger;
let sharing: Sharing;
let keeper: SharingKeeper;
let shop: ScriptedShop;
let target: PushTarget;
let adopted = 0;
let operations = 0;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

async function open({ compares = true, countingAuthority = false } = {}): Promise<void> {
  const { db } = database;
  clientId = ClientId.parse(`c-${randomUUID()}`);
  connectionId = ConnectionId.parse(`shop-${randomUUID()}`);
  ledger = new StockLedger(db, clientId);
  sharing = await Sharing.open(db, clientId);
  keeper = new SharingKeeper({ db, clientId, ledger, sharing, pushes: () => {} });
  shop = new ScriptedShop(compares);
  shop.counts.set('1', 10);
  adopted = 0;
  const channel = { comparesAndSets: compares, batchMax: 100 };
  const place = { db, clientId, connectionId, channel, client: shop };
  const counts = () => {
    adopted += 1;
  };
  target = targetAt({ ...place, settleMs: SETTLE_MS }, { countingAuthority, adopted: counts });
  await importListings({ ...place, ledger, countingAuthority: true });
  await tell();
}

/** What a flow does after a change: publishes the newest level. */
async function tell(buffer = 0): Promise<void> {
  const level = (await ledger.levels([sku])).get(sku);
  if (level) await publish(database.db, clientId, [{ level, buffer, causedAt: new Date() }], sharing);
}
async function adjust(change: number): Promise<void> {
  operations += 1;
  const cause = { by: 'test' };
  await ledger.apply({
    kind: 'adjust',
    key: `a:${operations}`,
    sku,
    location: MAIN_LOCATION,
    change,
    cause,
  });
  await tell();
}
async function choose(rules: Partial<SharingRules['usual']>, exceptions: SharingRules['exceptions'] = []) {
  const { revision } = await sharingRulesOf(database.db, clientId);
  return await saveSharingRules(database.db, clientId, {
    rules: { usual: { ...PLAIN_RULE, ...rules }, exceptions },
    seenRevision: revision,
    by: 'test',
  });
}
const listing = () =>
  database.db.collection<ListingDocument>('listings').findOne({ clientId }) as Promise<ListingDocument>;
const shown = () => shop.counts.get('1');
const available = async () => (await ledger.levels([sku])).get(sku)?.available;
const drifts = () => database.db.collection<DriftDocument>('drifts').find({ clientId }).toArray();
async function checkNow(): Promise<void> {
  await database.db.collection('listings').updateMany({ clientId }, { $set: { checkAt: new Date() } });
  await checkListings(target);
}
async function orderArrives(receivedAt = new Date()): Promise<void> {
  await acceptEvent(database.db, {
    clientId,
    source: connectionId,
    topic: 'order.changed',
    dedupeKey: randomUUID(),
    partition: 'x',
    body: Buffer.alloc(0),
  });
  await database.db.collection<EventDocument>('events').updateMany({ clientId }, { $set: { receivedAt } });
}

describe('rules', () => {
  beforeEach(() => open());

  test('take hold of every listing as soon as the process hears of them, and say why', async () => {
    await choose({ buffer: { kind: 'units', units: 4 } });
    await keeper.keep();
    await pushBatch(target);
    expect(shown()).toBe(6);
    expect((await listing()).reasons).toEqual([
      { kind: 'available', units: 10 },
      { kind: 'units-buffer', units: 4 },
    ]);
    await choose({}, [{ sku, rule: { caps: { [connectionId]: 2 } } }]);
    await keeper.keep();
    await pushBatch(target);
    expect(shown()).toBe(2);
  });

  test('do not push what no flow ever published', async () => {
    await database.db.collection('listings').updateMany({ clientId }, { $set: { desiredVersion: -1 } });
    await choose({ buffer: { kind: 'units', units: 4 } });
    await keeper.keep();
    expect(await listing()).toMatchObject({ dirty: false, desired: 10 });
  });

  test('keep what the flow keeps back by itself', async () => {
    await ledger.apply({
      kind: 'adjust',
      key: 'x',
      sku,
      location: MAIN_LOCATION,
      change: 2,
      cause: { by: 'test' },
    });
    await tell(5);
    await choose({ hideBelow: 3 });
    await keeper.keep();
    expect(await listing()).toMatchObject({ desired: 7, flowBuffer: 5 });
  });

  test('of two people who change the same rules, the later one is told and nothing is lost', async () => {
    await choose({ hideBelow: 1 });
    const late = { rules: { usual: PLAIN_RULE, exceptions: [] }, seenRevision: 0, by: 'late' };
    const outcome = await saveSharingRules(database.db, clientId, late);
    expect(outcome).toMatchObject({ kind: 'stale', rules: { usual: { hideBelow: 1 } } });
  });

  test('of the past can be asked for', async () => {
    await choose({ hideBelow: 1 });
    const between = new Date();
    await wait(5);
    await choose({ hideBelow: 2 });
    expect((await sharingRulesAt(database.db, clientId, between)).usual.hideBelow).toBe(1);
    expect((await sharingRulesAt(database.db, clientId, new Date(0))).revision).toBe(0);
    expect((await sharingRulesAt(database.db, clientId, new Date())).usual.hideBelow).toBe(2);
  });

  test('a push that is on its way while they change does not settle the new wish', async () => {
    await adjust(-1);
    shop.beforeWrite = () => {
      shop.beforeWrite = () => {};
    };
    const set = shop.setQuantities.bind(shop);
    shop.setQuantities = async (changes, key) => {
      shop.setQuantities = set;
      await choose({ buffer: { kind: 'units', units: 4 } });
      await keeper.keep();
      return await set(changes, key);
    };
    await pushBatch(target);
    expect(await listing()).toMatchObject({ desired: 5, dirty: true });
    await pushBatch(target);
    expect(shown()).toBe(5);
  });
});

describe('a raise', () => {
  beforeEach(() => open());

  test('waits for the news of the channel that came before it, a lowering does not', async () => {
    await orderArrives();
    await wait(2);
    await adjust(5);
    await pushBatch(target);
    expect(shown()).toBe(10);
    await adjust(-9);
    await pushBatch(target);
    expect(shown()).toBe(6);
    await adjust(3);
    await pushBatch(target);
    expect(shown()).toBe(6);
    await database.db.collection('events').updateMany({ clientId }, { $set: { state: 'done' } });
    await database.db.collection('listings').updateMany({ clientId }, { $set: { notBefore: null } });
    await pushBatch(target);
    expect(shown()).toBe(9);
  });

  test('does not wait for what came after it was wanted first, however often it is wanted again', async () => {
    await adjust(5);
    await wait(2);
    await orderArrives();
    await wait(2);
    await adjust(1);
    await pushBatch(target);
    expect(shown()).toBe(16);
  });

  test('comes after every lowering, the scarcest of these first', async () => {
    await adjust(5);
    await database.db.collection<ListingDocument>('listings').insertOne({
      ...(await listing()),
      _id: `${connectionId}/2`,
      externalId: '2',
      desired: 3,
      raiseAt: null,
    });
    shop.counts.set('2', 10);
    target = { ...target, channel: { comparesAndSets: true, batchMax: 1 } };
    await pushBatch(target);
    expect(shop.calls.filter((call) => call.startsWith('set'))).toEqual(['set 2=3']);
  });
});

describe('where the staff of the shop count', () => {
  beforeEach(() => open({ compares: false, countingAuthority: true }));

  test('their number is adopted once, after the settle time, and recorded', async () => {
    shop.counts.set('1', 25);
    await checkNow();
    expect(await available()).toBe(10);
    await wait(SETTLE_MS + 5);
    await checkNow();
    expect(await available()).toBe(25);
    expect(adopted).toBe(1);
    expect(await drifts()).toMatchObject([{ expected: 10, shown: 25, outcome: 'adopted' }]);
    await tell();
    await pushBatch(target);
    await checkNow();
    await wait(SETTLE_MS + 5);
    await checkNow();
    expect(shop.calls.filter((call) => call.startsWith('set'))).toEqual([]);
    expect(await available()).toBe(25);
  });

  test('a push in the settle time does not overwrite it', async () => {
    shop.counts.set('1', 4);
    await checkNow();
    await wait(SETTLE_MS + 5);
    await adjust(-2);
    await pushBatch(target);
    expect(shown()).toBe(2);
    await wait(SETTLE_MS + 5);
    for (let turn = 0; turn < 4 && adopted === 0; turn += 1) {
      await checkNow();
      await wait(SETTLE_MS + 5);
    }
    expect(await available()).toBe(2);
    await tell();
    await pushBatch(target);
    expect(shown()).toBe(2);
    expect(expectedOf(await listing())).toBe(2);
  });

  test('a crash between the booking and its record books nothing twice', async () => {
    shop.counts.set('1', 25);
    await checkNow();
    const { difference, ...rest } = await listing();
    if (!difference) throw new Error('no difference is watched');
    const drift = { listing: rest, expected: 10, shown: 25, since: difference.since };
    expect(await beginAdopting(database.db, drift)).toBe(true);
    await ledger.apply({
      kind: 'adjust',
      key: `${connectionId}:listing:1:drift:${difference.since.getTime()}`,
      sku,
      location: MAIN_LOCATION,
      change: 15,
      cause: { by: 'the process that died' },
    });
    shop.sell('1', 1);
    await wait(SETTLE_MS + 5);
    await checkNow();
    expect(await available()).toBe(25);
    expect(await listing()).toMatchObject({ pushed: 25, adopting: null, difference: null });
  });

  test('an order that may still be polled is waited for', async () => {
    await database.db
      .collection<{ _id: string }>('polls')
      .insertOne({ _id: connectionId, clientId, polledAt: new Date(0) } as never);
    shop.sell('1', 3);
    for (let turn = 0; turn < 3; turn += 1) {
      await checkNow();
      await wait(SETTLE_MS + 5);
    }
    expect(await available()).toBe(10);
    await database.db
      .collection<{ _id: string }>('polls')
      .updateOne({ _id: connectionId }, { $set: { polledAt: new Date() } });
    await checkNow();
    expect(await available()).toBe(7);
  });

  test('our own push that comes back as news changes nothing', async () => {
    await adjust(-3);
    await pushBatch(target);
    const movements = () =>
      database.db.collection<MovementDocument>('movements').countDocuments({ clientId });
    await ledger.drainAll();
    const before = await movements();
    for (let echo = 0; echo < 3; echo += 1) {
      await checkNow();
      await wait(SETTLE_MS + 5);
    }
    await ledger.drainAll();
    expect(await movements()).toBe(before);
    expect(await drifts()).toEqual([]);
    expect(await listing()).toMatchObject({ dirty: false, difference: null });
  });
});

describe('where nobody counts', () => {
  beforeEach(() => open({ compares: false }));

  test('drift is overwritten, and recorded', async () => {
    shop.counts.set('1', 25);
    await checkNow();
    await wait(SETTLE_MS + 5);
    await checkNow();
    await pushBatch(target);
    expect(shown()).toBe(10);
    expect(await available()).toBe(10);
    expect(await drifts()).toMatchObject([{ expected: 10, shown: 25, outcome: 'overwritten' }]);
  });
});
