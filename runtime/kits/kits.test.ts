import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ClientId, ConnectionId, MAIN_LOCATION, Sku } from '../ids.ts';
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
import { kitOperations } from './line-operations.ts';
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

describe('the sale of a kit', () => {
  test('takes its components, once, and counts what the channel took of the kit itself', async () => {
    const sale = commit(box, 2, connectionId);
    for (let turn = 0; turn < 2; turn += 1) await ledger.applyAll(kitOperations(gift, sale));
    expect(await available(mug)).toBe(5);
    expect(await available(tea)).toBe(1);
    const levels = await ledger.levels([box, mug]);
    expect(levels.get(box)?.taken).toEqual({ [connectionId]: 2 });
    expect(levels.get(mug)?.taken).toEqual({});
    await tell([mug, tea, box]);
    // The shop's own count of the kit fell by the sale itself: there is nothing to push.
    expect(
      await database.db.collection<ListingDocument>('listings').findOne({ clientId, sku: box }),
    ).toMatchObject({ desired: 1, taken: 2 });
    expect((await verifyStock(database.db, clientId)).deviations).toEqual([]);
  });

  test('that meets too little of one component is short of that one, and its return puts back what was taken', async () => {
    await ledger.apply(commit(tea, 3));
    const [ofMug, ofTea, counted] = await ledger.applyAll(kitOperations(gift, commit(box, 1, connectionId)));
    expect([ofMug?.outcome, ofTea?.outcome, counted?.outcome]).toEqual(['applied', 'short', 'applied']);
    const back = { ...commit(box, 1, connectionId), kind: 'receive' } as const;
    const [, , returned] = await ledger.applyAll(kitOperations(gift, back));
    expect(returned).toMatchObject({ outcome: 'applied', level: { taken: { [connectionId]: 0 } } });
    expect((await verifyStock(database.db, clientId)).deviations).toEqual([]);
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
