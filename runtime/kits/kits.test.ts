import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ClientId, ConnectionId, MAIN_LOCATION, Sku } from '../ids.ts';
import { captureOrder } from '../orders/capture-order.ts';
import type { Order } from '../orders/order.ts';
import { OrderBooking } from '../orders/order-booking.ts';
import { saveSharingRules } from '../sharing/rules-store.ts';
import { Sharing } from '../sharing/sharing.ts';
import { PLAIN_RULE } from '../sharing/sharing-rule.ts';
import { StockLedger } from '../stock/ledger.ts';
import type { StockOperation } from '../stock/operation.ts';
import { verifyStock } from '../stock/verify.ts';
import { decideAgain } from '../sync/decide-again.ts';
import { importListings } from '../sync/import-listings.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import { publish } from '../sync/publish.ts';
import { ScriptedShop } from '../sync/scripted-shop.ts';
import { SharingKeeper } from '../sync/sharing-keeper.ts';
import { type Kit, Kits } from './kit.ts';
import { KitBook, withKits } from './with-kits.ts';

const [box, mug, tea] = ['SKU-box', 'SKU-mug', 'SKU-tea'].map((sku) => Sku.parse(sku)) as [Sku, Sku, Sku];
const gift: Kit = {
  sku: box,
  components: [
    { sku: mug, units: 2 },
    { sku: tea, units: 1 },
  ],
};
let database: TestDatabase;
let clientId: ClientId;
let connectionId: ConnectionId;
let ledger: StockLedger;
let sharing: Sharing;
let keeper: SharingKeeper;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  const { db } = database;
  clientId = ClientId.parse(`c-${randomUUID()}`);
  connectionId = ConnectionId.parse(`shop-${randomUUID()}`);
  ledger = new StockLedger(db, clientId);
  sharing = await Sharing.open(db, clientId);
  keeper = new SharingKeeper({ db, clientId, ledger, sharing, pushes: () => {} });
  const shop = new ScriptedShop(true);
  for (const [name, units] of [
    ['box', 0],
    ['mug', 9],
    ['tea', 3],
  ] as const)
    shop.counts.set(name, units);
  const channel = { comparesAndSets: true, batchMax: 100 };
  await importListings({
    db,
    clientId,
    connectionId,
    channel,
    client: shop,
    ledger,
    countingAuthority: true,
  });
  await tell([box, mug, tea]);
  await choose([gift]);
});

async function choose(kits: readonly Kit[]): Promise<void> {
  await saveSharingRules(database.db, clientId, {
    rules: { usual: PLAIN_RULE, exceptions: [], kits: [...kits] },
    seenRevision: sharing.revision,
    by: 'test',
  });
  await keeper.keep();
}
/** What a flow does after a change. */
async function tell(skus: readonly Sku[]): Promise<void> {
  const levels = [...(await ledger.levels(skus)).values()];
  const told = await withKits(ledger, sharing.kits, levels);
  const requests = told.map(({ level }) => ({ level, buffer: 0, causedAt: new Date() }));
  await publish(database.db, clientId, requests, sharing);
}
const common = () => ({ key: randomUUID(), location: MAIN_LOCATION, cause: { by: 'test' } }) as const;
const commit = (sku: Sku, units: number, by: ConnectionId | null = null) =>
  ({ ...common(), kind: 'commit', sku, units, connectionId: by }) satisfies StockOperation;
const shows = async (sku: Sku) =>
  (await database.db.collection<ListingDocument>('listings').findOne({ clientId, sku }))?.desired;
const available = async (sku: Sku) => (await ledger.levels([sku])).get(sku)?.available;

describe('what a kit shows', () => {
  test('is what its scarcest component allows', async () => {
    expect(await shows(box)).toBe(3);
    await ledger.apply(commit(mug, 5));
    await tell([mug]);
    expect(await shows(box)).toBe(2);
    await ledger.apply({ ...common(), kind: 'receive', sku: mug, units: 10, connectionId: null });
    await tell([mug]);
    expect(await shows(box)).toBe(3);
  });

  test('follows the kit when that is changed or dissolved', async () => {
    await choose([{ sku: box, components: [{ sku: mug, units: 1 }] }]);
    expect(await shows(box)).toBe(9);
    await choose([]);
    expect(await shows(box)).toBe(0);
    await ledger.apply({ ...common(), kind: 'receive', sku: box, units: 4, connectionId: null });
    await tell([box]);
    expect(await shows(box)).toBe(4);
  });

  test('an older reading never overwrites a newer one', async () => {
    const before = await withKits(ledger, sharing.kits, [...(await ledger.levels([mug])).values()]);
    await ledger.apply(commit(tea, 2));
    await tell([tea]);
    expect(await shows(box)).toBe(1);
    const late = before.map(({ level }) => ({ level, buffer: 0, causedAt: new Date() }));
    await publish(database.db, clientId, late, sharing);
    expect(await shows(box)).toBe(1);
    await decideAgain({ db: database.db, clientId, ledger, sharing }, [box]);
    expect(await shows(box)).toBe(1);
  });
});

describe('an order of a kit', () => {
  const snapshot = (taken: number, second: number): Order => ({
    connectionId,
    channel: 'test',
    externalId: '1',
    number: '#1',
    status: 'open',
    placedAt: new Date('2026-11-22T10:00:00Z'),
    updatedAt: new Date(Date.UTC(2026, 10, 22, 10, 0, second)),
    total: { amount: 990, currency: 'GBP' },
    lines: [
      {
        lineId: 'a',
        sku: box,
        title: 'Gift box',
        quantity: 2,
        taken,
        unitPrice: { amount: 990, currency: 'GBP' },
      },
    ],
  });
  const handle = async (order: Order) => {
    const { orderId } = await captureOrder(database.db, clientId, order);
    const booking = new OrderBooking({ db: database.db, clientId, ledger, kits: () => sharing.kits });
    return await booking.book(orderId);
  };
  const taken = async (sku: Sku) => (await ledger.levels([sku])).get(sku)?.taken[connectionId];

  test('takes the components once, tells of them, and gives them back when it is refunded', async () => {
    const booked = await handle(snapshot(2, 0));
    await handle(snapshot(2, 0));
    expect(booked.levels.map(({ sku }) => sku).sort()).toEqual([mug, tea].sort());
    expect([await available(mug), await available(tea)]).toEqual([5, 1]);
    expect([await taken(box), await taken(mug)]).toEqual([2, undefined]);
    // The shop's own count of the kit fell by the sale itself: there is nothing to push for it.
    await tell([mug, tea]);
    expect(
      await database.db.collection<ListingDocument>('listings').findOne({ clientId, sku: box }),
    ).toMatchObject({ desired: 1, taken: 2 });
    // The kit is changed meanwhile: what comes back is what was taken.
    await choose([{ sku: box, components: [{ sku: tea, units: 9 }] }]);
    await handle(snapshot(1, 1));
    expect([await available(mug), await available(tea)]).toEqual([7, 2]);
    expect(await taken(box)).toBe(1);
    expect((await verifyStock(database.db, clientId)).deviations).toEqual([]);
  });

  test('of one component is a kit, too', async () => {
    await choose([{ sku: box, components: [{ sku: tea, units: 1 }] }]);
    await handle(snapshot(2, 0));
    expect([await available(tea), await taken(tea), await taken(box)]).toEqual([1, undefined, 2]);
  });

  test('that meets too little of one component is short of it alone', async () => {
    await ledger.apply(commit(tea, 3));
    const { short } = await handle(snapshot(1, 0));
    expect(short.map(({ sku }) => sku)).toEqual([tea]);
    expect(await available(mug)).toBe(7);
  });
});

describe('a set of kits', () => {
  test.each([
    ['a kit in itself', [{ sku: box, components: [{ sku: box, units: 1 }] }]],
    [
      'a kit in a kit',
      [
        { sku: box, components: [{ sku: mug, units: 1 }] },
        { sku: tea, components: [{ sku: box, units: 1 }] },
      ],
    ],
    ['the same kit twice', [gift, gift]],
    ['a kit of nothing', [{ sku: box, components: [] }]],
    ['half a unit', [{ sku: box, components: [{ sku: mug, units: 0.5 }] }]],
  ])('with %s is refused', (_what, kits) => {
    expect(Kits.safeParse(kits).success).toBe(false);
  });

  test('finds what a change touches', () => {
    const book = new KitBook([gift]);
    expect(book.touchedBy([tea])).toEqual([gift]);
    expect(book.touchedBy([box, mug])).toEqual([gift]);
    expect(book.touchedBy([Sku.parse('other')])).toEqual([]);
  });
});
