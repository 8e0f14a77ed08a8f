import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { Retryable } from '../errors.ts';
import type { EventDocument } from '../events/event.ts';
import { ClientId, ConnectionId, Sku } from '../ids.ts';
import { StockLedger } from '../stock/ledger.ts';
import type { ListingPage, RemoteListing } from '../sync/channel.ts';
import { type ImportOutcome, type ImportRequest, importListings } from '../sync/import-listings.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import { ScriptedShop } from '../sync/scripted-shop.ts';
import { comparableBarcode } from './barcode.ts';
import type { ImportDocument } from './import-document.ts';
import { matchByHand, takeIn, unmatch } from './match-by-hand.ts';

let database: TestDatabase;
let clientId: ClientId;
let ledger: StockLedger;
let shops: Map<string, ListedShop>;

/** A shop whose listings a test writes down; pages of two. */
class ListedShop extends ScriptedShop {
  rows: RemoteListing[] = [];
  readonly asked: (string | null)[] = [];
  failAt: string | null = null;

  constructor() {
    super(false);
  }

  list(externalId: string, fields: Partial<RemoteListing> = {}): void {
    const row = {
      externalId,
      ref: { id: externalId },
      title: `Product ${externalId}`,
      tracked: true,
      ...fields,
    };
    this.rows.push({ sku: null, quantity: 10, ...row });
    this.counts.set(externalId, 10);
  }

  async listingPage(cursor: string | null): Promise<ListingPage> {
    this.asked.push(cursor);
    if (this.failAt !== null && cursor === this.failAt) throw new Retryable('the shop is away');
    const start = Number(cursor ?? 0);
    const end = start + 2;
    return { listings: this.rows.slice(start, end), next: end < this.rows.length ? String(end) : null };
  }
}

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  ledger = new StockLedger(database.db, clientId);
  shops = new Map();
});

function shop(name: string): ListedShop {
  const known = shops.get(name);
  if (known) return known;
  const opened = new ListedShop();
  shops.set(name, opened);
  return opened;
}
const idOf = (name: string) => ConnectionId.parse(`${name}-${clientId}`);
const requestFor = (name: string, more: Partial<ImportRequest> = {}): ImportRequest => ({
  db: database.db,
  clientId,
  connectionId: idOf(name),
  channel: { comparesAndSets: false, batchMax: 2 },
  client: shop(name),
  ledger,
  countingAuthority: name === 'main',
  attempt: (call) => call(),
  ...more,
});
const imports = (name: string, more?: Partial<ImportRequest>): Promise<ImportOutcome> =>
  importListings(requestFor(name, more));
const listing = (name: string, externalId: string) =>
  database.db
    .collection<ListingDocument>('listings')
    .findOne({ _id: `${idOf(name)}/${externalId}` }) as Promise<ListingDocument>;
const onHand = async (sku: string) => (await ledger.levels([Sku.parse(sku)])).get(Sku.parse(sku))?.onHand;
const owner = () => ({ db: database.db, clientId });

test.each([
  ['4006381333931', '04006381333931'],
  ['036000291452', '00036000291452'],
  ['0 36000-29145 2', '00036000291452'],
  ['96385074', '00000096385074'],
  ['B07XJ8C8F5', 'B07XJ8C8F5'],
  ['', null],
  ['0000000000000', null],
  [null, null],
])('the barcode %j is compared as %j', (text, comparable) => {
  expect(comparableBarcode(text)).toBe(comparable);
});

describe('matching', () => {
  test('by SKU first, then by barcode, and what is left waits for a person', async () => {
    shop('main').list('1', { sku: 'MUG', barcode: '4006381333931', quantity: 7 });
    shop('main').list('2', { sku: 'CUP' });
    await imports('main');
    shop('other').list('a', { sku: 'MUG', barcode: '999' });
    shop('other').list('b', { sku: 'M-1', barcode: '04006381333931' });
    shop('other').list('c', { sku: 'NEW' });
    shop('other').list('d');
    shop('other').list('e', { sku: null, tracked: false, quantity: null });
    expect(await imports('other')).toEqual({ listings: 5, matched: 3, unmatched: 1, whole: true });
    const seen = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => listing('other', id)));
    expect(seen.map(({ sku, matchedBy, problem }) => [sku, matchedBy, problem])).toEqual([
      ['MUG', 'sku', 'duplicate-sku'],
      ['MUG', 'barcode', 'duplicate-sku'],
      ['NEW', 'sku', 'unknown-sku'],
      [null, null, 'no-sku'],
      [null, null, null],
    ]);
    expect([await onHand('MUG'), await onHand('CUP'), await onHand('NEW')]).toEqual([7, 10, undefined]);
  });

  test('a barcode of two SKUs decides nothing', async () => {
    shop('main').list('1', { sku: 'RED', barcode: '4006381333931' });
    shop('main').list('2', { sku: 'BLUE', barcode: '4006381333931' });
    await imports('main');
    shop('other').list('a', { barcode: '4006381333931' });
    await imports('other');
    expect(await listing('other', 'a')).toMatchObject({ sku: null, problem: 'ambiguous-barcode' });
  });

  test('what could not be matched is, once the shop that counts has been imported', async () => {
    shop('other').list('a', { sku: 'MUG' });
    shop('other').list('b', { barcode: '4006381333931' });
    await imports('other');
    expect((await listing('other', 'a')).problem).toBe('unknown-sku');
    shop('main').list('1', { sku: 'MUG' });
    shop('main').list('2', { sku: 'CUP', barcode: '4006381333931' });
    await imports('main');
    expect(await listing('other', 'a')).toMatchObject({ sku: 'MUG', problem: null });
    expect(await listing('other', 'b')).toMatchObject({ sku: 'CUP', matchedBy: 'barcode', problem: null });
  });

  test('two listings of one shop with one SKU are told, until one of them gets another', async () => {
    shop('main').list('1', { sku: 'MUG' });
    shop('main').list('2', { sku: 'MUG' });
    await imports('main');
    expect([(await listing('main', '1')).problem, (await listing('main', '2')).problem]).toEqual(
      Array(2).fill('duplicate-sku'),
    );
    shop('main').rows[1] = { ...shop('main').rows[1]!, sku: 'MUG-2' };
    await imports('main');
    expect([(await listing('main', '1')).problem, (await listing('main', '2')).problem]).toEqual([
      null,
      null,
    ]);
  });

  test('what a person said stands, over every import, until it is taken back', async () => {
    shop('main').list('1', { sku: 'MUG' });
    await imports('main');
    shop('other').list('a', { sku: 'TASSE' });
    await imports('other');
    const id = `${idOf('other')}/a`;
    expect(await matchByHand(owner(), ledger, id, Sku.parse('NONE'))).toEqual({ outcome: 'unknown-sku' });
    expect(await matchByHand(owner(), ledger, id, Sku.parse('MUG'))).toEqual({
      outcome: 'matched',
      sku: 'MUG',
    });
    await imports('other');
    expect(await listing('other', 'a')).toMatchObject({ sku: 'MUG', matchedBy: 'person', problem: null });
    expect(await unmatch(owner(), id)).toBe(true);
    expect(await unmatch(owner(), id)).toBe(false);
    await imports('other');
    expect(await listing('other', 'a')).toMatchObject({ sku: 'TASSE', problem: 'unknown-sku' });
    const other = { ...owner(), clientId: ClientId.parse(`c-${randomUUID()}`) };
    expect(await matchByHand(other, ledger, id, Sku.parse('MUG'))).toEqual({ outcome: 'no-such-listing' });
  });

  test('flows hear of a match, so that they tell the listing what it shall show', async () => {
    shop('main').list('1', { sku: 'MUG' });
    await imports('main');
    shop('other').list('a');
    await imports('other');
    await matchByHand(owner(), ledger, `${idOf('other')}/a`, Sku.parse('MUG'));
    const [event] = await database.db.collection<EventDocument>('events').find({ clientId }).toArray();
    expect(event).toMatchObject({ topic: 'stock.changed', partition: 'sku:MUG' });
    expect(JSON.parse(Buffer.from(event!.body.value()).toString()).levels[0]).toMatchObject({ onHand: 10 });
  });

  test('a SKU that only one shop has can be taken in, with what it counts', async () => {
    shop('other').list('a', { sku: 'NEW', quantity: 4 });
    shop('other').list('b');
    await imports('other');
    expect(await takeIn(owner(), ledger, `${idOf('other')}/a`)).toEqual({ outcome: 'matched', sku: 'NEW' });
    expect(await onHand('NEW')).toBe(4);
    expect(await takeIn(owner(), ledger, `${idOf('other')}/b`)).toEqual({ outcome: 'nothing-to-take-in' });
  });
});

describe('an import', () => {
  const state = () =>
    database.db
      .collection<ImportDocument>('imports')
      .findOne({ _id: idOf('main') }) as Promise<ImportDocument>;
  const fill = (count: number) => {
    for (let index = 0; index < count; index += 1) shop('main').list(`${index}`, { sku: `SKU-${index}` });
  };

  test('that broke off goes on at its page, also in another process', async () => {
    fill(7);
    shop('main').failAt = '4';
    await expect(imports('main')).rejects.toThrow('away');
    expect(await state()).toMatchObject({ state: 'running', cursor: '4', listings: 4, lease: null });
    shop('main').failAt = null;
    shop('main').asked.length = 0;
    expect(await imports('main')).toMatchObject({ listings: 7, matched: 7, whole: true });
    expect(shop('main').asked).toEqual(['4', '6']);
    expect(await state()).toMatchObject({ state: 'done', run: 1, endedAt: expect.any(Date) });
  });

  test('that is told to stop ends behind its page, and goes on when it is asked again', async () => {
    fill(7);
    const stop = new AbortController();
    const progress = () => stop.abort();
    expect(await imports('main', { signal: stop.signal, progress })).toMatchObject({ whole: false });
    expect(await state()).toMatchObject({ state: 'running', cursor: '2' });
    expect(await imports('main')).toMatchObject({ listings: 7, whole: true });
  });

  test('is done by one process at a time; one that fell silent is taken over', async () => {
    fill(5);
    shop('main').failAt = '2';
    await expect(imports('main')).rejects.toThrow('away');
    shop('main').failAt = null;
    const collection = database.db.collection<ImportDocument>('imports');
    const lease = (ms: number) => ({ holder: 'another', until: new Date(Date.now() + ms) });
    await collection.updateOne({ _id: idOf('main') }, { $set: { lease: lease(60_000) } });
    expect(await imports('main')).toMatchObject({ whole: false, listings: 2 });
    await collection.updateOne({ _id: idOf('main') }, { $set: { lease: lease(-1) } });
    expect(await imports('main')).toMatchObject({ whole: true, listings: 5 });
  });

  test('opens a SKU once: a second one changes no stock, and has the shop looked at where it shows otherwise', async () => {
    fill(2);
    await imports('main');
    await database.db.collection('listings').updateMany({ clientId }, { $set: { checkAt: null } });
    shop('main').rows[0] = { ...shop('main').rows[0]!, quantity: 3 };
    await imports('main');
    expect(await onHand('SKU-0')).toBe(10);
    expect(await listing('main', '0')).toMatchObject({ checkAt: expect.any(Date), pushed: 10 });
    expect((await listing('main', '1')).checkAt).toBeNull();
    expect(await state()).toMatchObject({ run: 2, state: 'done' });
  });

  test('counts no longer on what is gone from the shop, but asks once more before', async () => {
    fill(4);
    await imports('main');
    shop('main').rows.splice(1, 2);
    shop('main').counts.delete('1');
    await imports('main');
    expect((await listing('main', '1')).tracked).toBe(false);
    expect((await listing('main', '2')).tracked).toBe(true);
  });

  test('of a listing whose SKU was changed in the shop begins anew: nothing is pushed before a flow says so', async () => {
    fill(1);
    await imports('main');
    await database.db
      .collection('listings')
      .updateOne({ clientId }, { $set: { desired: 3, desiredVersion: 5, dirty: true } });
    shop('main').rows[0] = { ...shop('main').rows[0]!, sku: 'RENAMED', quantity: 8 };
    await imports('main');
    expect(await listing('main', '0')).toMatchObject({
      sku: 'RENAMED',
      desired: 8,
      desiredVersion: -1,
      dirty: false,
    });
    expect(await onHand('RENAMED')).toBe(8);
  });

  test('of one client leaves the listings of another alone', async () => {
    fill(2);
    await imports('main');
    const others = clientId;
    clientId = ClientId.parse(`c-${randomUUID()}`);
    ledger = new StockLedger(database.db, clientId);
    shop('main').rows = [];
    await imports('main');
    expect(await database.db.collection('listings').countDocuments({ clientId: others, tracked: true })).toBe(
      2,
    );
  });
});
