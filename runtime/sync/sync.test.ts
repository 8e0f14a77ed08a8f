import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { acceptEvent } from '../events/inbox.ts';
import { ClientId, ConnectionId, MAIN_LOCATION, Sku } from '../ids.ts';
import { Sharing } from '../sharing/sharing.ts';
import { StockLedger } from '../stock/ledger.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import { checkListings } from './check-listings.ts';
import { importListings } from './import-listings.ts';
import type { ListingDocument } from './listing-document.ts';
import { publish } from './publish.ts';
import { type PushTarget, pushBatch } from './push-batch.ts';
import type { PushDocument } from './push-document.ts';
import { resolveOpenPushes } from './resolve-pushes.ts';
import { ScriptedShop } from './scripted-shop.ts';
import { targetAt } from './test-target.ts';

const sku = Sku.parse('SKU-1');
const SETTLE_MS = 60;
let database: TestDatabase;
let clientId: ClientId;
let connectionId: ConnectionId;
let ledger: StockLedger;
let shop: ScriptedShop;
let target: PushTarget;
let sharing: Sharing;
let sale = 0;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

function levelWith(of: Sku, available: number, version: number): StockLevel {
  const nothing = { reserved: 0, backordered: 0, byLocation: {}, taken: {} };
  return { sku: of, title: '', onHand: available, available, version, ...nothing };
}

async function open(compares: boolean, counts: Record<string, number> = { 1: 10 }): Promise<void> {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  connectionId = ConnectionId.parse(`shop-${randomUUID()}`);
  ledger = new StockLedger(database.db, clientId);
  sharing = await Sharing.open(database.db, clientId);
  shop = new ScriptedShop(compares);
  for (const [id, count] of Object.entries(counts)) shop.counts.set(id, count);
  const channel = { comparesAndSets: compares, batchMax: 100 };
  const place = { db: database.db, clientId, connectionId, channel, client: shop };
  target = targetAt({ ...place, settleMs: SETTLE_MS });
  await importListings({ ...place, ledger, countingAuthority: true });
}

/** A sale that has reached us: booked and published. `by`: the shop itself, or another one. */
async function book(units: number, by: ConnectionId = ConnectionId.parse('another')): Promise<void> {
  sale += 1;
  const cause = { by: 'test' };
  const key = `sale:${sale}`;
  const result = await ledger.apply({
    kind: 'commit',
    key,
    sku,
    location: MAIN_LOCATION,
    units,
    connectionId: by,
    cause,
  });
  if (!('level' in result)) throw new Error(result.outcome);
  await publish(database.db, clientId, [{ level: result.level, buffer: 0, causedAt: new Date() }], sharing);
}
const listing = (externalId = '1') =>
  database.db
    .collection<ListingDocument>('listings')
    .findOne({ clientId, externalId }) as Promise<ListingDocument>;
const shown = () => shop.counts.get('1');
async function untilCalm(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) {
    await pushBatch(target);
    await checkListings(target);
    const { dirty, checkAt } = await listing();
    if (!dirty && !checkAt) return;
    await wait(15);
    // The first check waits for two seconds in real life.
    await database.db
      .collection('listings')
      .updateMany(
        { clientId, checkAt: { $gt: new Date(Date.now() + SETTLE_MS) } },
        { $set: { checkAt: new Date() } },
      );
  }
  throw new Error(`not calm: ${JSON.stringify(await listing())}`);
}

describe.each([
  ['a shop that compares before it sets', true],
  ['a shop that only sets', false],
])('%s', (_name, compares) => {
  beforeEach(() => open(compares));

  test('hears of a sale elsewhere, once', async () => {
    await book(3);
    await untilCalm();
    expect(shown()).toBe(7);
    expect(shop.calls.filter((call) => call.startsWith('set'))).toEqual(['set 1=7']);
  });

  test('is not written to for its own sale', async () => {
    shop.sell('1', 2);
    await book(2, connectionId);
    await untilCalm();
    expect(shown()).toBe(8);
    expect(shop.calls.filter((call) => call.startsWith('set'))).toEqual([]);
  });

  test('gets one write for many sales', async () => {
    for (let units = 1; units <= 4; units += 1) await book(1);
    await untilCalm();
    expect(shop.calls.filter((call) => call.startsWith('set'))).toEqual(['set 1=6']);
  });

  test('keeps its own sale of which we have not heard when we write', async () => {
    shop.sell('1', 4);
    await book(3);
    await pushBatch(target);
    expect(shown()).toBe(3);
    await book(4, connectionId);
    await untilCalm();
    expect(shown()).toBe(3);
    expect((await ledger.levels([sku])).get(sku)?.available).toBe(3);
  });

  test('ends at the right number when a sale happens in the very moment of a write', async () => {
    shop.beforeWrite = () => {
      shop.beforeWrite = () => {};
      shop.sell('1', 1);
    };
    await book(3);
    await pushBatch(target);
    await book(1, connectionId);
    await untilCalm();
    expect(shown()).toBe(6);
  });

  test('is put right when somebody changed the number by hand, but not before the settle time', async () => {
    await book(1);
    await untilCalm();
    shop.counts.set('1', 20);
    await database.db.collection('listings').updateMany({ clientId }, { $set: { checkAt: new Date() } });
    await checkListings(target);
    expect(shown()).toBe(20);
    await untilCalm();
    expect(shown()).toBe(9);
  });

  test('is not put right while an event of it waits to be worked off', async () => {
    await book(1);
    await untilCalm();
    shop.sell('1', 2);
    await acceptEvent(database.db, {
      clientId,
      source: connectionId,
      topic: 'order.changed',
      dedupeKey: 'x',
      partition: 'x',
      body: Buffer.alloc(0),
    });
    for (let turn = 0; turn < 5; turn += 1) {
      await database.db.collection('listings').updateMany({ clientId }, { $set: { checkAt: new Date() } });
      await checkListings(target);
      await pushBatch(target);
      await wait(SETTLE_MS / 2);
    }
    expect(shown()).toBe(7);
    await database.db.collection('events').deleteMany({ clientId });
    await book(2, connectionId);
    await untilCalm();
    expect(shown()).toBe(7);
  });

  test('ends at the right number when the answer to a write was lost and the process died', async () => {
    shop.loseAnswer = true;
    await book(3);
    await expect(pushBatch(target)).rejects.toThrow('cut');
    expect(
      await database.db.collection<PushDocument>('pushes').countDocuments({ clientId, state: 'sent' }),
    ).toBe(1);
    shop.sell('1', 1);
    await resolveOpenPushes(target);
    await book(1, connectionId);
    await untilCalm();
    expect(shown()).toBe(6);
    expect(
      await database.db.collection<PushDocument>('pushes').countDocuments({ clientId, state: 'sent' }),
    ).toBe(0);
  });
});

describe('publishing', () => {
  beforeEach(() => open(true, { 1: 10, '-': 5 }));

  test('keeps the buffer back, and never asks for less than nothing', async () => {
    const levels = await ledger.levels([sku]);
    const level = levels.get(sku);
    if (!level) throw new Error('no level');
    await publish(
      database.db,
      clientId,
      [{ level: { ...level, version: 5 }, buffer: 4, causedAt: new Date() }],
      sharing,
    );
    expect(await listing()).toMatchObject({ desired: 6, dirty: true });
    await publish(
      database.db,
      clientId,
      [{ level: { ...level, version: 6 }, buffer: 40, causedAt: new Date() }],
      sharing,
    );
    expect(await listing()).toMatchObject({ desired: 0 });
  });

  test('an older level never overwrites a newer one', async () => {
    await book(1);
    await book(1);
    const level = levelWith(sku, 99, 2);
    await publish(database.db, clientId, [{ level, buffer: 0, causedAt: new Date() }], sharing);
    expect(await listing()).toMatchObject({ desired: 8 });
  });

  test('a product without a SKU is kept for a person, and hears nothing', async () => {
    expect(await listing('-')).toMatchObject({ sku: null, dirty: false });
  });

  test('what the shop refuses is said with a way out, and waits', async () => {
    await open(true, { gone: 5 });
    const level = levelWith(Sku.parse('SKU-gone'), 3, 9);
    await publish(database.db, clientId, [{ level, buffer: 0, causedAt: new Date() }], sharing);
    await pushBatch(target);
    expect(await listing('gone')).toMatchObject({
      dirty: true,
      refusal: { reason: 'no such product', fix: 'Make it again.' },
    });
    expect(await pushBatch(target)).toBe(0);
  });
});
