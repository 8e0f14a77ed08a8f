/** Listings page by page and in bulk, gone on with by another process, and what webhooks tell of them. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LocationId } from '#runtime/ids.ts';
import type { ChannelCall, ListingPage, LocationLink, RemoteListing } from '#runtime/sync/channel.ts';
import { readConnectionNotice } from '#runtime/sync/connection-notice.ts';
import { readListingNews } from '#runtime/sync/listing-news.ts';
import { shopify } from './channel.ts';
import { openClient } from './client.ts';
import { PRODUCTS, ShopBench } from './sandbox/shop-bench.ts';

const MANY = 1_200;
const many = Array.from({ length: MANY }, (_, index) => ({
  sku: `SKU-${index}`,
  title: `Product ${index}`,
  price: '2.00',
  quantity: index % 7,
  ...(index === 5 ? { barcode: '4006381333931', oversell: true } : {}),
}));

let bench: ShopBench;
let calls: ChannelCall[];
let locations: readonly LocationLink[];
beforeEach(async () => {
  calls = [];
  locations = [];
  bench = await ShopBench.open({ points: { max: 100_000, perSecond: 100_000 }, bulkDelayMs: 20 });
});
afterEach(() => bench.close());

/** A client as another process would open it. */
function client(pagedMax = 1_000) {
  const { connectionId, secret, sandbox } = bench;
  const account = { connectionId, baseUrl: sandbox.address, secret, locations };
  const sizes = { pageSize: 100, pagesPerQuery: 200, pagedMax, partBytes: 100_000 };
  return openClient(account, (call) => calls.push(call), { sizes });
}

async function readOn(cursor: string | null, pagedMax?: number) {
  const pages: ListingPage[] = [];
  for (let at = cursor; pages.length < 200; ) {
    const page: ListingPage | undefined = await client(pagedMax).listingPage?.(at);
    if (!page) throw new Error('no pages');
    pages.push(page);
    if (page.next === null) return pages;
    at = page.next;
  }
  throw new Error('too many pages');
}
const listed = (pages: readonly ListingPage[]): RemoteListing[] => pages.flatMap(({ listings }) => listings);

describe('a large catalogue', () => {
  beforeEach(() => bench.sandbox.addProducts(many));

  test('is read in bulk, with progress, the same as page by page', async () => {
    const askedAt = Date.now();
    const bulk = await readOn(null);
    const readAt = bulk.flatMap(({ listings, asOf }) => (listings.length > 0 ? [asOf?.getTime() ?? 0] : []));
    // Shopify counted when it wrote the file, however late a part of it is read.
    expect(new Set(readAt).size).toBe(1);
    expect(readAt[0]).toBeGreaterThanOrEqual(askedAt);
    expect(calls.map(({ name }) => name)).toEqual(expect.arrayContaining(['RunBulkQuery', 'BulkState']));
    expect(calls.map(({ name }) => name)).not.toContain('ListingPage');
    const paged = await readOn(null, MANY * 2);
    expect(listed(bulk)).toEqual(listed(paged));
    expect(listed(bulk)).toHaveLength(MANY + PRODUCTS.length);
    expect(listed(bulk).find(({ sku }) => sku === 'SKU-5')).toMatchObject({
      barcode: '4006381333931',
      oversell: true,
      quantity: 5,
    });
    expect(listed(bulk).find(({ sku }) => sku === 'SKU-6')).toMatchObject({ barcode: null, oversell: false });
    for (const pages of [bulk, paged]) {
      const shares = pages.map(({ progress }) => progress ?? -1);
      expect(shares.at(-1)).toBe(1);
      expect([...shares].sort((one, other) => one - other)).toEqual(shares);
    }
  });

  test('goes on in the file where it was, and page by page when the file is gone', async () => {
    const begun = await client().listingPage?.(null);
    const file = await readOn(begun?.next ?? null);
    const cut = file.findIndex(({ listings }) => listings.length > 0);
    expect(file.length - cut).toBeGreaterThan(3);
    const rest = await readOn(file[cut]?.next ?? null);
    expect([...listed(file.slice(0, cut + 1)), ...listed(rest)]).toEqual(listed(file));
    const lost = JSON.stringify({
      ...JSON.parse(String(begun?.next)),
      operation: 'gid://shopify/BulkOperation/4000000000999',
    });
    calls = [];
    expect(listed(await readOn(lost))).toEqual(listed(file));
    expect(calls.map(({ name }) => name)).toContain('ListingPage');
  });

  test('is read page by page where bulk queries are switched off for the app', async () => {
    await bench.send('PUT', '/sandbox/app', { bulkQueries: false });
    expect(listed(await readOn(null))).toHaveLength(MANY + PRODUCTS.length);
    expect(calls.filter(({ name }) => name === 'ListingPage')).toHaveLength(
      Math.ceil((MANY + PRODUCTS.length) / 100),
    );
  });
});

test.each([
  ['in bulk', 1_000, MANY],
  ['page by page', MANY, 150],
])(
  'two locations are read one after the other, %s, and gone on with in the second',
  async (_how, pagedMax, count) => {
    await bench.reopen({
      locations: ['Warehouse', 'Shop floor'],
      points: { max: 100_000, perSecond: 100_000 },
      bulkDelayMs: 20,
    });
    bench.sandbox.addProducts(many.slice(0, count));
    await bench.send('PUT', '/sandbox/quantities', { sku: 'SKU-9', quantity: 4, location: 1 });
    const alone = listed(await readOn(null, pagedMax));
    const found = (await client().locations?.()) ?? [];
    locations = found.map(({ id, first }) => ({ id, location: LocationId.parse(first ? 'main' : 'floor') }));
    const pages = await readOn(null, pagedMax);
    const both = listed(pages);
    const at = (name: string) => both.filter(({ location }) => location === name);
    expect([at('main').length, at('floor').length]).toEqual([alone.length, alone.length]);
    // The one that was kept before keeps the names of its listings.
    expect(at('main').map(({ externalId }) => externalId)).toEqual(alone.map(({ externalId }) => externalId));
    expect(new Set(both.map(({ externalId }) => externalId)).size).toBe(both.length);
    expect(at('floor').find(({ sku }) => sku === 'SKU-9')).toMatchObject({ quantity: 4 });
    expect(at('main').find(({ sku }) => sku === 'SKU-9')).toMatchObject({ quantity: 2 });
    const counted = pages.filter(({ listings }) => listings.length > 0);
    expect(counted.every(({ asOf }) => asOf !== undefined)).toBe(pagedMax < count);
    const shares = pages.map(({ progress }) => progress ?? -1);
    expect([...shares].sort((one, other) => one - other)).toEqual(shares);
    expect(shares.at(-1)).toBe(1);
    const cut = pages.findLastIndex(({ next }) => next !== null) - 1;
    const rest = await readOn(pages[cut]?.next ?? null, pagedMax);
    expect([...listed(pages.slice(0, cut + 1)), ...listed(rest)]).toEqual(both);
  },
);

test('a location of its own: its counts are read and written, at no other', async () => {
  await bench.reopen({ locations: ['Warehouse', 'Shop floor'] });
  await bench.send('PUT', '/sandbox/quantities', { sku: 'MUG', quantity: 4, location: 1 });
  const { connectionId, sandbox } = bench;
  const locationId = 'gid://shopify/Location/70000000002';
  const open = openClient({
    connectionId,
    baseUrl: sandbox.address,
    secret: { ...bench.secret, locationId },
  });
  const [mug, hat] = listed([(await open.listingPage?.(null)) as ListingPage]);
  expect([mug?.quantity, hat?.quantity]).toEqual([4, 0]);
  const changes = [
    { ...(mug as RemoteListing), from: 4, to: 3 },
    { ...(hat as RemoteListing), from: 0, to: 7 },
  ];
  await open.setQuantities(changes, crypto.randomUUID());
  expect([...(await open.readQuantities(changes)).values()]).toEqual([3, 7]);
  expect(await bench.count('MUG')).toBe(10);
  const closed = openClient({
    connectionId,
    baseUrl: sandbox.address,
    secret: { ...bench.secret, locationId: 'gid://shopify/Location/9' },
  });
  await expect(closed.listingPage?.(null)).rejects.toMatchObject({
    fix: expect.stringMatching(/Warehouse, Shop floor/),
  });
});

test('an item that is no longer counted is refused, not called set', async () => {
  const mug = await bench.listing('MUG');
  await bench.send('PUT', '/sandbox/products', { sku: 'MUG', tracked: false });
  const outcomes = await bench.client.setQuantities([{ ...mug, from: 10, to: 9 }], crypto.randomUUID());
  expect([...outcomes.values()]).toMatchObject([
    { kind: 'refused', reason: expect.stringMatching(/does not count/) },
  ]);
});

describe('webhooks of products, counts and the app', () => {
  beforeEach(async () => {
    await bench.reopen();
    await bench.client.subscribe(bench.hooks);
  });
  async function readings(topic: string) {
    await bench.delivered(1);
    return bench.received.flatMap((one, index) =>
      one.headers['x-shopify-topic'] === topic
        ? [shopify.readWebhook(bench.delivery(index), bench.secret)]
        : [],
    );
  }

  test('a count names its listing and its location', async () => {
    await bench.send('PUT', '/sandbox/quantities', { sku: 'MUG', quantity: 25 });
    const { externalId, ref } = await bench.listing('MUG');
    expect(await readings('inventory_levels/update')).toEqual([
      {
        kind: 'count',
        externalId,
        // Where the shop is kept at several locations, the listings of all but one bear their location.
        externalIdThere: `${externalId}@${ref.locationId?.split('/').at(-1)}`,
        ref: { locationId: ref.locationId },
        quantity: 25,
      },
    ]);
  });

  test('a product is read again, as it is then', async () => {
    await bench.send('PUT', '/sandbox/products', { sku: 'MUG', newSku: 'MUG-2', title: 'Big mug' });
    const [reading] = await readings('products/update');
    if (reading?.kind !== 'event' || !reading.body) throw new Error(JSON.stringify(reading));
    expect(reading.topic).toBe('listing.changed');
    const { product } = readListingNews(reading.body);
    expect(reading.partition).toBe(`product:${product.split('/').at(-1)}`);
    expect(await bench.client.listingsOf?.(product)).toMatchObject([
      { sku: 'MUG-2', title: 'Big mug', quantity: 10 },
    ]);
    await bench.send('PUT', '/sandbox/products', { sku: 'MUG-2', removed: true });
    expect(await readings('products/delete')).toMatchObject([{ kind: 'event', topic: 'listing.changed' }]);
    expect(await bench.client.listingsOf?.(product)).toBeNull();
  });

  test('the app is uninstalled, and its rights change', async () => {
    await bench.send('PUT', '/sandbox/app', { scopes: ['read_products'] });
    await bench.send('POST', '/sandbox/uninstall', {});
    const [rights] = await readings('app/scopes_update');
    const [gone] = await readings('app/uninstalled');
    const noticeOf = (reading: typeof gone) =>
      reading?.kind === 'event' && reading.body ? readConnectionNotice(reading.body) : reading;
    expect([noticeOf(rights), noticeOf(gone)]).toEqual([{ kind: 'rights-changed' }, { kind: 'uninstalled' }]);
  });

  test.each<[string, object]>([
    [
      'customers/data_request',
      {
        kind: 'customer-data-request',
        request: '9999',
        customer: '7000000000001',
        orders: ['5500000000001'],
      },
    ],
    ['customers/redact', { kind: 'customer-redact', customer: '7000000000001', orders: ['5500000000001'] }],
    ['shop/redact', { kind: 'shop-redact' }],
  ])('%s, without any address in what is kept', async (topic, notice) => {
    const wanted = { topic, address: bench.hooks, orderIds: [5_500_000_000_001] };
    expect((await bench.send('POST', '/sandbox/compliance', wanted)).json).toEqual({ status: 200 });
    const [reading] = await readings(topic);
    if (reading?.kind !== 'event' || !reading.body) throw new Error(JSON.stringify(reading));
    expect(reading.topic).toBe('connection.notice');
    expect(readConnectionNotice(reading.body)).toEqual(notice);
    expect(reading.body.toString()).not.toMatch(/@|555/);
  });
});
