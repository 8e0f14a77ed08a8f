import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import { ConnectionId, Sku } from '#runtime/ids.ts';
import { importsOf } from '#runtime/listings/import-document.ts';
import { pollsOf } from '#runtime/polling/poll-changes.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import { importListings } from '#runtime/sync/import-listings.ts';
import { ScriptedShop } from '#runtime/sync/scripted-shop.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type { ConnectionView, ImportView, ListingRow, OverviewView, PageView, PollingView } from './views.ts';

let database: TestDatabase;
let bench: ApiBench;
let main: ConnectionId;
let other: ConnectionId;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  bench = await openApiBench(database);
  main = await connect('Main', true);
  other = await connect('Other', false);
  await read(main, true, [
    { sku: 'RED', barcode: '4006381333931' },
    { sku: 'BLUE', barcode: '4006381333931' },
    { sku: 'MUG' },
    { sku: 'MUG' },
  ]);
  await read(other, false, [
    { sku: 'RED' },
    { sku: 'NEW', quantity: 4 },
    {},
    { barcode: '4006381333931' },
    { sku: 'OLD', tracked: false, quantity: null },
  ]);
});
afterEach(() => bench.close());

async function connect(name: string, countingAuthority: boolean): Promise<ConnectionId> {
  const id = ConnectionId.parse(`${name}-${bench.ours}`);
  await saveConnection(database.models, {
    _id: id,
    clientId: bench.ours,
    name,
    channel: 'woocommerce',
    baseUrl: 'http://127.0.0.1:1',
    sandbox: true,
    countingAuthority,
    secret: bench.vault.seal(id, {}),
    createdAt: new Date(),
  });
  return id;
}

async function read(connectionId: ConnectionId, countingAuthority: boolean, rows: readonly object[]) {
  const listings = rows.map((row, index) => ({
    externalId: `${index}`,
    ref: { id: `${index}` },
    title: `Product ${index}`,
    sku: null,
    tracked: true,
    quantity: 10,
    ...row,
  }));
  const client = Object.assign(new ScriptedShop(false), {
    listingPage: async () => ({ listings, next: null, progress: 1 }),
  });
  await importListings({
    db: database.db,
    clientId: bench.ours,
    connectionId,
    channel: { comparesAndSets: false, batchMax: 100 },
    client,
    ledger: new StockLedger(database.db, bench.ours),
    countingAuthority,
    attempt: (call) => call(),
  });
}

const rows = async (query: string, as = bench.ours) =>
  ((await bench.ask(`/listings?${query}`, undefined, as)).body as PageView<ListingRow>).items;
const decide = async (listing: string, body: object, as = bench.ours) =>
  (await bench.ask(`/listings/${encodeURIComponent(listing)}/decision`, body, as)).status;
const short = ({ id, problem, decisions }: ListingRow) => [id.split('/')[1], problem, decisions.join(' ')];

describe('products of shops', () => {
  test('that could not be matched are listed, with what may be said about each, for their own client alone', async () => {
    const waiting = await rows(`connection=${other}`);
    expect(waiting.map(short)).toEqual([
      ['1', 'unknown-sku', 'take-in match set-aside'],
      ['2', 'no-sku', 'match set-aside'],
      ['3', 'ambiguous-barcode', 'match set-aside'],
    ]);
    expect(waiting.map(({ sentence }) => sentence)).toEqual([
      'The stock holds no "NEW", and it is known by no barcode.',
      'It has neither a SKU nor a barcode in the shop.',
      'Its barcode belongs to several SKUs: RED, BLUE.',
    ]);
    expect(waiting[2]).toMatchObject({ couldBe: ['RED', 'BLUE'], connection: { name: 'Other' }, shows: 10 });
    expect((await rows('show=duplicates')).map(short)).toEqual([
      ['2', 'duplicate-sku', 'match set-aside'],
      ['3', 'duplicate-sku', 'match set-aside'],
    ]);
    expect(await rows('show=all&search=old')).toMatchObject([{ shows: null, decisions: [] }]);
    expect(await rows('show=all', bench.theirs)).toEqual([]);
    const first = (await bench.ask('/listings?show=all&limit=6')).body as PageView<ListingRow>;
    const second = await rows(`show=all&limit=6&cursor=${first.next}`);
    expect(new Set([...first.items, ...second].map(({ id }) => id)).size).toBe(9);
    const [, { unmatched }] = (await bench.ask('/connections')).body as [ConnectionView, ConnectionView];
    const { needs } = (await bench.ask('/overview')).body as OverviewView;
    expect(unmatched).toBe(3);
    expect(needs).toContainEqual({
      kind: 'unmatched',
      count: 3,
      text: '3 products could not be matched',
      href: '/stock/matching',
    });
  });

  test('are matched, taken in, left out, and that is taken back', async () => {
    const id = (external: number) => `${other}/${external}`;
    expect(await decide(id(2), { decision: 'match', sku: 'NONE' })).toBe(404);
    expect(await decide(id(2), { decision: 'match', sku: 'MUG' }, bench.theirs)).toBe(404);
    expect(await decide(id(2), { decision: 'match' })).toBe(400);
    expect(await decide(id(2), { decision: 'take-in' })).toBe(404);
    expect(await decide(id(4), { decision: 'set-aside' })).toBe(404);
    expect(bench.woken).toEqual([]);
    expect(await decide(id(1), { decision: 'take-in' })).toBe(200);
    expect(await decide(id(2), { decision: 'match', sku: 'MUG' })).toBe(200);
    expect(await decide(id(3), { decision: 'set-aside' })).toBe(200);
    expect(bench.woken).toEqual(Array(3).fill(bench.ours));
    expect(await rows(`connection=${other}`)).toEqual([]);
    expect((await rows('show=by-hand')).map(({ sku, sentence }) => [sku, sentence])).toEqual([
      ['NEW', 'Belongs to "NEW", as you said.'],
      ['MUG', 'Belongs to "MUG", as you said.'],
      [null, 'Left out, as you said: nothing is sent to it.'],
    ]);
    const level = await new StockLedger(database.db, bench.ours).levels([Sku.parse('NEW')]);
    expect(level.get(Sku.parse('NEW'))?.onHand).toBe(4);
    expect(await decide(id(3), { decision: 'undo' })).toBe(200);
    expect(await decide(id(3), { decision: 'undo' })).toBe(404);
    expect(await rows('')).toHaveLength(1);
    expect(await decide(`${main}/3`, { decision: 'set-aside' })).toBe(200);
    expect(await rows('show=duplicates')).toEqual([]);
  });
});

describe('the reading of a shop', () => {
  test('tells how far it is and what it found, and begins anew when it is asked to', async () => {
    const path = `/connections/${other}/import`;
    const problems = { noSku: 1, unknownSku: 1, duplicateSku: 0, ambiguousBarcode: 1 };
    expect((await bench.ask(path)).body).toMatchObject({ state: 'done', listings: 5, problems });
    expect((await bench.ask(path, {})).body).toMatchObject({ state: 'waiting', listings: 0 });
    expect(bench.polled).toEqual([other]);
    const owner = { db: database.db, clientId: bench.ours };
    const running = { state: 'running' as const, listings: 12_300, progress: 0.4 };
    await importsOf(owner).updateOne({ _id: other }, { $set: running });
    expect((await bench.ask(path)).body).toMatchObject(running satisfies Partial<ImportView>);
    const [, { importing }] = (await bench.ask('/connections')).body as [ConnectionView, ConnectionView];
    expect(importing).toEqual({ listings: 12_300, progress: 0.4 });
    expect((await bench.ask(path, undefined, bench.theirs)).status).toBe(404);
    expect((await bench.ask('/connections/none/import', {})).status).toBe(404);
  });

  test('tells when it was last asked for changes, and looks back as far as one says', async () => {
    const polling = async () => (await bench.ask(`/connections/${main}/polling`)).body as PollingView;
    expect(await polling()).toMatchObject({ polledAt: null, healed: 0, lookBack: null });
    const lookBack = async (days: number, as = bench.ours) =>
      (await bench.ask(`/connections/${main}/look-back`, { days }, as)).status;
    expect([await lookBack(0), await lookBack(5_000), await lookBack(30, bench.theirs)]).toEqual([
      400, 400, 404,
    ]);
    expect(await lookBack(30)).toBe(202);
    expect(bench.polled).toEqual([main]);
    const at = new Date();
    const trouble = { reason: 'It may not.', fix: 'Give the key rights to write.', at };
    await pollsOf({ db: database.db, clientId: bench.ours, connectionId: main }).updateOne(
      { _id: main },
      { $set: { webhooksTrouble: trouble, healed: 3, polledAt: at } },
    );
    const { lookBack: kept, ...rest } = await polling();
    expect(rest).toMatchObject({
      healed: 3,
      polledAt: at.toISOString(),
      webhooksTrouble: { reason: 'It may not.', fix: 'Give the key rights to write.' },
    });
    expect(Date.parse(kept?.until ?? '') - Date.parse(kept?.since ?? '')).toBe(30 * 24 * 3_600_000);
  });
});
