/** The client against the sandbox, over real HTTP. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Sandbox, SandboxFaults } from '#nodes/kit/sandbox.ts';
import { Rejected, Retryable } from '#runtime/errors.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type { ChannelCall, QuantityChange, RemoteListing } from '#runtime/sync/channel.ts';
import { openClient } from './client.ts';
import { allListings, listingPage } from './listings.ts';
import { openShopifySandbox, type ShopifySandboxOptions } from './sandbox/sandbox.ts';
import { ShopifySecret } from './secret.ts';
import { openTransport } from './transport.ts';

const connectionId = ConnectionId.parse('shop-1');
const PRODUCTS = 12;
let sandbox: Sandbox;
let calls: ChannelCall[];

async function open(options: ShopifySandboxOptions = {}): Promise<void> {
  sandbox = await openShopifySandbox({ currency: 'EUR', ...options });
  const products = Array.from({ length: PRODUCTS }, (_, index) => ({
    sku: `SKU-${index}`,
    title: `Product ${index}`,
    price: '3.50',
    quantity: index === 0 ? null : 10,
  }));
  sandbox.addProducts(products);
}

beforeEach(async () => {
  calls = [];
  await open();
});
afterEach(() => sandbox.close());

function account(secret: Partial<ShopifySecret> = {}) {
  const { baseUrl } = sandbox.account;
  return { connectionId, baseUrl, secret: { ...ShopifySecret.parse(sandbox.account.secret), ...secret } };
}
const client = (secret: Partial<ShopifySecret> = {}) =>
  openClient(account(secret), (call) => calls.push(call));

async function all(
  pages: AsyncIterable<readonly RemoteListing[]> = client().listings(),
): Promise<RemoteListing[]> {
  const found: RemoteListing[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

async function change(sku: string, from: number, to: number): Promise<QuantityChange> {
  const listing = (await all()).find((one) => one.sku === sku);
  if (!listing) throw new Error(`no listing ${sku}`);
  return { ...listing, from, to };
}

async function control(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${sandbox.address}/sandbox${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return await response.json();
}
const faults = (settings: SandboxFaults) => control('PUT', '/faults', settings);
const counts = async () => (await control('GET', '/quantities')) as Record<string, number | null>;

describe('listings', () => {
  test('all of them, with their counts', async () => {
    const found = await all();
    expect(found.map((listing) => listing.sku)).toEqual(
      Array.from({ length: PRODUCTS }, (_, i) => `SKU-${i}`),
    );
    expect(found[0]).toMatchObject({ title: 'Product 0', tracked: false, quantity: null });
    expect(found[1]).toMatchObject({ title: 'Product 1', tracked: true, quantity: 10 });
    expect(found[1]?.externalId).toMatch(/^\d+$/);
    expect(Object.keys(found[1]?.ref ?? {}).sort()).toEqual([
      'inventoryItemId',
      'locationId',
      'productId',
      'variantId',
    ]);
    expect(new Set(found.map((listing) => listing.externalId)).size).toBe(PRODUCTS);
  });

  test.each([
    [5, 200],
    [12, 200],
    [1, 3],
    [4, 1],
  ])('the same in pages of %i, with a new query after each %i', async (pageSize, pagesPerQuery) => {
    const whole = await all();
    const transport = openTransport(account());
    const sizes = { pageSize, pagesPerQuery, pagedMax: 1_000, partBytes: 1_000 };
    const source = { transport, account: account() };
    const page = (cursor: string | null) => listingPage(source, cursor, sizes);
    expect(await all(allListings(page))).toEqual(whole);
  });

  test('each call is told, with the budget', async () => {
    await all();
    expect(calls.map((call) => call.name)).toEqual(['ShopLocations', 'VariantCount', 'ListingPage']);
    const page = calls.at(-1);
    expect(page).toMatchObject({ status: 200, budget: { max: 2000, perSecond: 100 } });
    expect(page?.budget?.left).toBeLessThan(2000);
    expect(page?.ms).toBeGreaterThan(0);
  });
});

describe('quantities', () => {
  test('are read by listing: null where untracked or unknown', async () => {
    const [untracked, tracked] = await all();
    const ref = { ...tracked!.ref, inventoryItemId: 'gid://shopify/InventoryItem/46000000099999' };
    const gone = { externalId: 'gone', ref };
    const read = await client().readQuantities([untracked!, tracked!, gone]);
    expect([...read.values()]).toEqual([null, 10, null]);
    expect(await client().readQuantities([])).toEqual(new Map());
  });

  test('are set where the shop shows what was believed', async () => {
    const one = await change('SKU-1', 10, 7);
    const other = await change('SKU-2', 10, 0);
    const outcomes = await client().setQuantities([one, other], randomUUID());
    expect([...outcomes.values()]).toEqual([{ kind: 'set' }, { kind: 'set' }]);
    expect(await counts()).toMatchObject({ 'SKU-1': 7, 'SKU-2': 0, 'SKU-3': 10 });
  });

  test('a sale in between is never overwritten, and the rest of the batch still goes', async () => {
    const batch = await Promise.all([1, 2, 3, 4].map((index) => change(`SKU-${index}`, 10, 5)));
    await control('POST', '/sales', { lines: [{ sku: 'SKU-2', quantity: 1 }] });
    await control('POST', '/sales', { lines: [{ sku: 'SKU-4', quantity: 12 }] });
    calls = [];
    const outcomes = await client().setQuantities(batch, randomUUID());
    expect([...batch.map((one) => outcomes.get(one.externalId)?.kind)]).toEqual([
      'set',
      'stale',
      'set',
      'stale',
    ]);
    expect(await counts()).toMatchObject({ 'SKU-1': 5, 'SKU-2': 9, 'SKU-3': 5, 'SKU-4': -2 });
    expect(calls).toHaveLength(2);
  });

  test('a repeat after a crash answers as the first time, whatever was sold since', async () => {
    const batch = [await change('SKU-1', 10, 5), await change('SKU-2', 3, 5), await change('SKU-3', 10, 6)];
    const key = randomUUID();
    const first = await client().setQuantities(batch, key);
    await control('POST', '/sales', { lines: [{ sku: 'SKU-1', quantity: 2 }] });
    expect(await client().setQuantities(batch, key)).toEqual(first);
    expect([...first.values()].map((outcome) => outcome.kind).sort()).toEqual(['set', 'set', 'stale']);
    expect(await counts()).toMatchObject({ 'SKU-1': 3, 'SKU-2': 10, 'SKU-3': 6 });
  });

  test('an answer that got lost is found again under the same key', async () => {
    const batch = [await change('SKU-1', 10, 5)];
    const key = randomUUID();
    await faults({ loseNextAnswers: 1 });
    await expect(client().setQuantities(batch, key)).rejects.toThrow(Retryable);
    expect(calls.at(-1)).toMatchObject({ name: 'SetQuantities', status: 0 });
    expect(await counts()).toMatchObject({ 'SKU-1': 5 });
    expect([...(await client().setQuantities(batch, key)).values()]).toEqual([{ kind: 'set' }]);
  });

  test('a deleted product is refused with a way out, and the rest goes', async () => {
    const one = await change('SKU-1', 10, 5);
    const ref = { ...one.ref, inventoryItemId: 'gid://shopify/InventoryItem/46000000099999' };
    const outcomes = await client().setQuantities(
      [{ externalId: 'gone', ref, from: 1, to: 2 }, one],
      randomUUID(),
    );
    expect(outcomes.get('gone')).toMatchObject({ kind: 'refused', fix: expect.stringMatching(/\w/) });
    expect(outcomes.get(one.externalId)).toEqual({ kind: 'set' });
  });

  test('the same key with other content is a mistake of ours', async () => {
    const key = randomUUID();
    await client().setQuantities([await change('SKU-1', 10, 5)], key);
    const attempt = client().setQuantities([await change('SKU-2', 10, 5)], key);
    await expect(attempt).rejects.toThrow(/IDEMPOTENCY_KEY_PARAMETER_MISMATCH/);
  });

  test.each<[string, (one: QuantityChange) => QuantityChange[]]>([
    ['a quantity below zero', (one) => [{ ...one, to: -1 }]],
    ['half a unit', (one) => [{ ...one, to: 0.5 }]],
    ['a listing twice', (one) => [one, one]],
    ['more than fits', (one) => Array.from({ length: 251 }, (_, i) => ({ ...one, externalId: `${i}` }))],
  ])('%s is a mistake of ours and is not sent', async (_name, batch) => {
    const one = await change('SKU-1', 10, 5);
    calls = [];
    await expect(client().setQuantities(batch(one), randomUUID())).rejects.toThrow(Error);
    expect(calls).toEqual([]);
  });
});

describe('trouble', () => {
  const attempt = (secret: Partial<ShopifySecret> = {}) => all(client(secret).listings());

  test('a wrong token is rejected, told to the observer, and never named', async () => {
    const accessToken = 'shpat_this_one_is_wrong';
    const error = await attempt({ accessToken }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Rejected);
    expect(String((error as Rejected).fix)).toMatch(/connect the shop again/i);
    expect(JSON.stringify([error, String(error), (error as Rejected).fix])).not.toContain(accessToken);
    expect(calls).toMatchObject([{ status: 401 }]);
  });

  test.each([402, 403, 404, 423])('status %i is rejected with a way out', async (status) => {
    await faults({ failNext: { count: 1, status } });
    await expect(attempt()).rejects.toMatchObject({
      name: 'Rejected',
      fix: expect.stringMatching(/\w+.*\.$/),
    });
    expect(calls).toMatchObject([{ status }]);
    await attempt();
  });

  test.each([408, 430, 500, 502, 503, 504])('status %i is worth another try', async (status) => {
    await faults({ failNext: { count: 1, status } });
    await expect(attempt()).rejects.toBeInstanceOf(Retryable);
    await attempt();
  });

  test('429 waits as long as it says', async () => {
    await faults({ failNext: { count: 1, status: 429 } });
    await expect(attempt()).rejects.toMatchObject({ name: 'Retryable', afterMs: 2000 });
  });

  test('a web page with status 200 is worth another try', async () => {
    await faults({ failNext: { count: 1, status: 200 } });
    await expect(attempt()).rejects.toBeInstanceOf(Retryable);
    expect(calls).toMatchObject([{ status: 200 }]);
  });

  test('an empty bucket says how long to wait, and fills again', async () => {
    await sandbox.close();
    await open({ points: { max: 600, perSecond: 600 } });
    const error = await (async () => {
      for (let round = 0; round < 10; round++) await attempt();
    })().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'Retryable', message: expect.stringMatching(/slow down/) });
    expect(calls.at(-1)).toMatchObject({ status: 200, budget: { max: 600, perSecond: 600 } });
    await new Promise((resolve) => setTimeout(resolve, (error as Retryable).afterMs));
    await attempt();
  });

  test('a retired API version is said and not worked around', async () => {
    await sandbox.close();
    await open({ servedVersion: '2027-10' });
    await expect(attempt()).rejects.toMatchObject({
      name: 'Rejected',
      message: expect.stringMatching(/2027-10/),
      fix: expect.stringMatching(/update/i),
    });
  });

  test('a shop that is not there is worth another try', async () => {
    const gone = account();
    await sandbox.close();
    const error = await all(openClient(gone, (call) => calls.push(call)).listings()).catch((e: unknown) => e);
    expect(error).toMatchObject({
      name: 'Retryable',
      message: expect.stringMatching(/ECONNREFUSED/),
    });
    expect(calls).toMatchObject([{ status: 0 }]);
  });

  test.each(['http://shop.example', 'ftp://127.0.0.1', 'nonsense', 'https://user@shop.example'])(
    'no token goes to %s',
    async (baseUrl) => {
      const attempted = all(openClient({ ...account(), baseUrl }, (call) => calls.push(call)).listings());
      await expect(attempted).rejects.toBeInstanceOf(Rejected);
      expect(calls).toEqual([]);
    },
  );
});
