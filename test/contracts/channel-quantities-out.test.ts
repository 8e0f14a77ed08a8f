/** Contract of every channel: the pusher writes quantities out, and never over a sale of which we have not heard. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ClientId, MAIN_LOCATION, Sku } from '#runtime/ids.ts';
import { Sharing } from '#runtime/sharing/sharing.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import type { RemoteListing } from '#runtime/sync/channel.ts';
import { checkListings } from '#runtime/sync/check-listings.ts';
import { importListings } from '#runtime/sync/import-listings.ts';
import type { ListingDocument } from '#runtime/sync/listing-document.ts';
import { publish } from '#runtime/sync/publish.ts';
import { type PushTarget, pushBatch } from '#runtime/sync/push-batch.ts';
import { resolveOpenPushes } from '#runtime/sync/resolve-pushes.ts';
import { openTestDatabase, type TestDatabase } from '../database/test-database.ts';
import { CHANNEL_TYPES, type ChannelBench, openChannelBench } from './channel-bench.ts';

const SETTLE_MS = 50;
const product = (sku: string, quantity: number | null, more: object = {}) => ({
  sku,
  title: sku,
  price: '5.00',
  quantity,
  ...more,
});

describe.each(CHANNEL_TYPES)('quantities out to %s', (type) => {
  let database: TestDatabase;
  let shop: ChannelBench;
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
    sharing = new Sharing(database.db, clientId);
    await sharing.refresh();
    shop = await openChannelBench(type, [
      product('MUG', 10),
      product('CUP', 20),
      product('PEN', null),
      product('BOOK', 5),
    ]);
    await begin();
  });
  afterEach(() => shop.close());

  /** Imports the shop's listings; every test has listings of its own. */
  async function begin(): Promise<void> {
    const { connectionId } = shop.account;
    await database.db.collection('listings').deleteMany({ connectionId });
    await database.db.collection('imports').deleteMany({ _id: connectionId as never });
    target = {
      db: database.db,
      clientId,
      connectionId,
      channel: shop.channel,
      client: shop.client,
      settleMs: SETTLE_MS,
      countingAuthority: false,
      askPoll: () => {},
      adopted: () => {},
      confirmed: () => {},
    };
    await importListings({ ...target, ledger, countingAuthority: true });
    shop.calls.length = 0;
  }
  const listings = async () => {
    const found: RemoteListing[] = [];
    for await (const page of shop.client.listings()) found.push(...page);
    return new Map(found.map((listing) => [listing.sku, listing]));
  };
  const kept = (sku: string) =>
    database.db.collection<ListingDocument>('listings').findOne({ clientId, sku: Sku.parse(sku) });

  /** Units are sold elsewhere, and every channel is told. */
  async function sellElsewhere(sku: string, units: number): Promise<void> {
    await adjust([[sku, -units]]);
  }
  /** The shop's own sale has reached us. */
  async function sellThere(sku: string, units: number): Promise<void> {
    change += 1;
    const { connectionId } = shop.account;
    const common = { sku: Sku.parse(sku), location: MAIN_LOCATION, cause: { by: 'test' } };
    const result = await ledger.apply({
      kind: 'commit',
      key: `test:${change}`,
      units,
      connectionId,
      ...common,
    });
    if (!('level' in result)) throw new Error(result.outcome);
    await publish(database.db, clientId, [{ level: result.level, buffer: 0, causedAt: new Date() }], sharing);
  }
  /** Differences are judged after the settle time: looks and writes until the shop shows what is right. */
  async function settle(sku: string, quantity: number): Promise<void> {
    const listingsOf = database.db.collection('listings');
    for (let turn = 0; turn < 60 && (await shop.quantities())[sku] !== quantity; turn += 1) {
      await listingsOf.updateMany({ clientId, sku }, { $set: { checkAt: new Date(), notBefore: null } });
      await checkListings(target);
      await pushBatch(target);
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    }
    expect((await shop.quantities())[sku]).toBe(quantity);
  }
  async function adjust(changes: readonly (readonly [string, number])[]): Promise<void> {
    const results = await ledger.applyAll(
      changes.map(([sku, by]) => {
        change += 1;
        const key = `test:${change}`;
        return {
          kind: 'adjust',
          key,
          sku: Sku.parse(sku),
          location: MAIN_LOCATION,
          change: by,
          cause: { by: 'test' },
        };
      }),
    );
    const causedAt = new Date();
    const requests = results.flatMap((result) =>
      'level' in result ? [{ level: result.level, buffer: 0, causedAt }] : [],
    );
    await publish(database.db, clientId, requests, sharing);
  }

  test('a sale elsewhere is shown, and nothing else is written', async () => {
    await sellElsewhere('MUG', 3);
    expect(await pushBatch(target)).toBe(1);
    expect(await shop.quantities()).toEqual({ MUG: 7, CUP: 20, PEN: null, BOOK: 5 });
  });

  test('what the shop sold meanwhile stays sold, though we had not heard of it', async () => {
    await shop.buy({ lines: [{ sku: 'MUG', quantity: 4 }] });
    await sellElsewhere('MUG', 3);
    await pushBatch(target);
    expect((await shop.quantities()).MUG).toBe(3);
  });

  test('as many as fit go in one batch, each to its own product', async () => {
    const many = Array.from({ length: 110 }, (_, index) => product(`SKU-${index}`, 50));
    shop.sandbox.addProducts(many);
    await begin();
    await adjust(many.map(({ sku }, index) => [sku, -(index % 40) - 1]));
    shop.calls.length = 0;
    while ((await pushBatch(target)) > 0);
    const shown = await shop.quantities();
    expect(many.filter(({ sku }, index) => shown[sku] !== 49 - (index % 40))).toEqual([]);
    const writes = shop.calls.filter(({ name }) => /batch|set/i.test(name));
    expect(writes.length).toBe(Math.ceil(many.length / shop.channel.batchMax));
  });

  test('what the shop does not count is known, and never written to', async () => {
    const pen = (await listings()).get('PEN');
    expect(pen).toMatchObject({ tracked: false, quantity: null });
    expect((await shop.client.readQuantities([pen!])).get(pen!.externalId)).toBeNull();
    expect(await kept('PEN')).toMatchObject({ tracked: false });
  });

  test('a product that was deleted is refused with what to do, and keeps no other from being written', async () => {
    const mug = (await listings()).get('MUG')!;
    const ref = Object.fromEntries(
      Object.entries(mug.ref).map(([name, value]) => [
        name,
        /location/i.test(name) ? value : value.replace(/\d+$/, '999999999'),
      ]),
    );
    const gone = { ...mug, externalId: '999999999', ref, from: 10, to: 3 };
    const outcomes = await shop.client.setQuantities([{ ...mug, from: 10, to: 6 }, gone], randomUUID());
    expect(outcomes.get(mug.externalId)).toEqual({ kind: 'set' });
    expect(outcomes.get('999999999')).toMatchObject({
      kind: 'refused',
      fix: expect.stringMatching(/\w+ \w+/),
    });
    expect((await shop.quantities()).MUG).toBe(6);
  });

  test('an answer that was lost: what is shown ends right, after the process died too', async () => {
    await sellElsewhere('CUP', 5);
    await shop.faults({ loseNextAnswers: 1 });
    await expect(pushBatch(target)).rejects.toThrow();
    await shop.faults({});
    await shop.buy({ lines: [{ sku: 'CUP', quantity: 2 }] });
    await resolveOpenPushes(target);
    await pushBatch(target);
    // Until the shop's own order is known, too few may be shown, but never too many.
    expect((await shop.quantities()).CUP).toBeLessThanOrEqual(13);
    await sellThere('CUP', 2);
    await settle('CUP', 13);
  });

  test('a number that staff changed is looked at again, and put right when nothing explains it', async () => {
    await sellElsewhere('MUG', 1);
    await pushBatch(target);
    await shop.recount('MUG', 30);
    await settle('MUG', 9);
  });

  test('below nothing is never asked for; from below nothing it comes back', async () => {
    await shop.buy({ lines: [{ sku: 'MUG', quantity: 12 }] });
    const mug = (await listings()).get('MUG')!;
    expect(mug.quantity).toBe(-2);
    const outcomes = await shop.client.setQuantities([{ ...mug, from: -2, to: 4 }], randomUUID());
    expect(outcomes.get(mug.externalId)).toEqual({ kind: 'set' });
    expect((await shop.quantities()).MUG).toBe(4);
  });
});

/** Channels that tell more of a listing than its count. */
const TELLING = ['shopify', 'woocommerce'];

test.each(TELLING)('%s tells what a shop sells beyond its count, and barcodes', async (type) => {
  const shop = await openChannelBench(type, [
    product('MUG', 10),
    product('BOOK', 5, { oversell: true, barcode: '9783161484100' }),
  ]);
  const [mug, book] = (await shop.client.listingPage!(null)).listings;
  expect(book).toMatchObject({ oversell: true, barcode: '9783161484100', tracked: true });
  expect(mug).toMatchObject({ oversell: false, barcode: null });
  await shop.close();
});
