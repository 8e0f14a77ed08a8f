/** What is read and written, against the sandbox over real HTTP. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SandboxProduct } from '#nodes/kit/sandbox.ts';
import { Retryable } from '#runtime/errors.ts';
import type { ChannelCall, ChannelClient, ListingPage, RemoteListing } from '#runtime/sync/channel.ts';
import { openTestShop, type TestShop } from './sandbox/test-shop.ts';

let shop: TestShop;
let calls: ChannelCall[];
let client: ChannelClient;

const product = (sku: string, quantity: number | null): SandboxProduct => ({
  sku,
  title: sku,
  price: '5',
  quantity,
});

beforeEach(async () => {
  shop = await openTestShop();
  calls = [];
  client = shop.client(calls);
});

afterEach(() => shop.sandbox.close());

async function allListings(): Promise<RemoteListing[]> {
  const all: RemoteListing[] = [];
  for await (const page of client.listings()) all.push(...page);
  return all;
}

async function bySku(): Promise<Map<string | null, RemoteListing>> {
  return new Map((await allListings()).map((listing) => [listing.sku, listing]));
}

/** Three sizes of a shirt; what is sent is laid over what a size is made of. */
async function shirt(parent: object, size: (name: string) => object): Promise<number> {
  const sizes = ['S', 'M', 'L'];
  const attributes = [{ name: 'Size', options: sizes }];
  const { body } = await shop.api('POST', 'products', {
    name: 'T-Shirt',
    type: 'variable',
    sku: 'TEE',
    attributes,
    ...parent,
  });
  for (const name of sizes) {
    const variation = { regular_price: '19', attributes: [{ name: 'Size', option: name }], ...size(name) };
    await shop.api('POST', `products/${body.id}/variations`, variation);
  }
  return body.id as number;
}

describe('listings', () => {
  test('come page by page, each once', async () => {
    shop.sandbox.addProducts(Array.from({ length: 250 }, (_, index) => product(`SKU-${index}`, index)));
    const sizes: number[] = [];
    for await (const page of client.listings()) sizes.push(page.length);
    expect(sizes).toEqual([100, 100, 50]);
    expect((await bySku()).size).toBe(250);
    const once = ['GET variations', 'GET products', 'GET products', 'GET products'];
    expect(calls.map((call) => call.name)).toEqual([...once, ...once]);
  });

  test('an empty shop has none', async () => {
    expect(await allListings()).toEqual([]);
  });

  test('tell SKU, count and what WooCommerce needs to write to them', async () => {
    shop.sandbox.addProducts([product('MUG', 25), product('PEN', null)]);
    await shop.api('POST', 'products', { name: 'No SKU', manage_stock: true, stock_quantity: -3 });
    const [mug, pen, nameless] = await allListings();
    const externalId = expect.stringMatching(/^\d+$/);
    expect(mug).toEqual({
      externalId,
      ref: { productId: mug?.externalId },
      sku: 'MUG',
      title: 'MUG',
      tracked: true,
      quantity: 25,
      barcode: null,
      oversell: false,
    });
    expect(pen).toMatchObject({ sku: 'PEN', tracked: false, quantity: null });
    expect(nameless).toMatchObject({ sku: null, tracked: true, quantity: -3 });
  });

  test('variations with a count of their own are listings, their product is none', async () => {
    const id = await shirt({}, (name) => ({ sku: `TEE-${name}`, manage_stock: true, stock_quantity: 10 }));
    const listings = await bySku();
    expect([...listings.keys()]).toEqual(['TEE-S', 'TEE-M', 'TEE-L']);
    expect(listings.get('TEE-M')).toMatchObject({
      ref: { productId: expect.any(String), parentId: String(id) },
      title: 'T-Shirt - M',
      tracked: true,
      quantity: 10,
    });
  });

  test('variations that share the count of their product: the product is tracked, they are not', async () => {
    await shirt({ manage_stock: true, stock_quantity: 30 }, (name) => ({ sku: `TEE-${name}` }));
    const listings = await bySku();
    expect(listings.get('TEE')).toMatchObject({
      tracked: true,
      quantity: 30,
      ref: { productId: expect.any(String) },
    });
    expect(listings.get('TEE-M')).toMatchObject({ tracked: false, quantity: null });
  });

  test("a variation that only shows its product's SKU has none", async () => {
    await shirt({}, () => ({ manage_stock: true, stock_quantity: 1 }));
    expect((await allListings()).map((listing) => listing.sku)).toEqual([null, null, null]);
  });
});

describe('readQuantities', () => {
  test('reads products in one call, variations by one call for each product', async () => {
    shop.sandbox.addProducts([product('MUG', 25), product('PEN', null)]);
    await shirt({}, (name) => ({ sku: `TEE-${name}`, manage_stock: true, stock_quantity: 7 }));
    const listings = await bySku();
    calls.length = 0;
    const gone = { externalId: '999999', ref: { productId: '999999' } };
    const quantities = await client.readQuantities([...listings.values(), gone]);
    const named = [...listings].map(([sku, listing]) => [sku, quantities.get(listing.externalId)]);
    expect(Object.fromEntries(named)).toEqual({ MUG: 25, PEN: null, 'TEE-S': 7, 'TEE-M': 7, 'TEE-L': 7 });
    expect(quantities.get('999999')).toBeNull();
    expect(calls.map((call) => call.name).sort()).toEqual(['GET products', 'GET products/*/variations']);
  });

  test('asks for nothing when nothing is wanted, and refuses more than a page', async () => {
    expect((await client.readQuantities([])).size).toBe(0);
    const many = Array.from({ length: 101 }, (_, id) => ({
      externalId: `${id}`,
      ref: { productId: `${id + 1}` },
    }));
    await expect(client.readQuantities(many)).rejects.toThrow(RangeError);
    expect(calls).toEqual([]);
  });

  test.each([
    {},
    { productId: '' },
    { productId: '1/../2' },
    { productId: '-1' },
    { productId: '1', parentId: 'x' },
  ])('a ref that is not ours (%j) never gets into an address', async (ref) => {
    await expect(client.readQuantities([{ externalId: '1', ref: ref as never }])).rejects.toThrow(TypeError);
    expect(calls).toEqual([]);
  });
});

describe('setQuantities', () => {
  const change = (listing: RemoteListing | undefined, to: number) => ({
    externalId: listing?.externalId ?? '',
    ref: listing?.ref ?? {},
    from: 0,
    to,
  });
  const write = (changes: ReturnType<typeof change>[]) => client.setQuantities(changes, 'key-1');

  test('one gone product does not keep the others from being written', async () => {
    shop.sandbox.addProducts([product('MUG', 25), product('CUP', 9)]);
    const listings = await bySku();
    const gone = { externalId: '999999', ref: { productId: '999999' }, from: 1, to: 3 };
    const outcomes = await write([change(listings.get('MUG'), 24), gone, change(listings.get('CUP'), 0)]);
    expect(Object.fromEntries(outcomes)).toEqual({
      [listings.get('MUG')!.externalId]: { kind: 'set' },
      [listings.get('CUP')!.externalId]: { kind: 'set' },
      999999: {
        kind: 'refused',
        reason: expect.stringContaining('no longer'),
        fix: expect.stringContaining('trash'),
      },
    });
    expect([...(await bySku()).values()].map((listing) => listing.quantity)).toEqual([24, 0]);
  });

  test('writes products and the variations of each parent in one batch each', async () => {
    shop.sandbox.addProducts([product('MUG', 25)]);
    await shirt({}, (name) => ({ sku: `TEE-${name}`, manage_stock: true, stock_quantity: 7 }));
    const listings = [...(await bySku()).values()];
    calls.length = 0;
    const outcomes = await write(listings.map((listing, index) => change(listing, 100 + index)));
    expect([...outcomes.values()]).toEqual(Array(4).fill({ kind: 'set' }));
    expect(calls.map((call) => call.name).sort()).toEqual([
      'POST products/*/variations/batch',
      'POST products/batch',
    ]);
    expect((await allListings()).map((listing) => listing.quantity)).toEqual([100, 101, 102, 103]);
  });

  test('a product that the shop does not count is refused, and stays uncounted', async () => {
    shop.sandbox.addProducts([product('PEN', null)]);
    const pen = (await bySku()).get('PEN');
    const outcomes = await write([change(pen, 5)]);
    expect(outcomes.get(pen!.externalId)).toMatchObject({
      kind: 'refused',
      fix: expect.stringContaining('Track stock'),
    });
    expect((await bySku()).get('PEN')?.quantity).toBeNull();
  });

  test('a variation that shares the count of its product is refused', async () => {
    await shirt({ manage_stock: true, stock_quantity: 30 }, (name) => ({ sku: `TEE-${name}` }));
    const medium = (await bySku()).get('TEE-M');
    const outcomes = await write([change(medium, 5)]);
    expect(outcomes.get(medium!.externalId)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('shares'),
    });
    expect((await bySku()).get('TEE')?.quantity).toBe(30);
  });

  test('overwrites a sale that came in since: there is no compare-and-set to prevent it', async () => {
    shop.sandbox.addProducts([product('MUG', 10)]);
    const mug = (await bySku()).get('MUG');
    await shop.control('POST', 'sales', { lines: [{ sku: 'MUG', quantity: 4 }] });
    expect(await client.readQuantities([mug!])).toEqual(new Map([[mug!.externalId, 6]]));
    await client.setQuantities([{ ...mug!, from: 10, to: 9 }], 'key-1');
    expect((await bySku()).get('MUG')?.quantity).toBe(9);
  });

  test('takes at most 100 changes, and each listing once', async () => {
    shop.sandbox.addProducts([product('MUG', 10)]);
    const mug = (await bySku()).get('MUG');
    await expect(write(Array(101).fill(change(mug, 1)))).rejects.toThrow(RangeError);
    await expect(write([change(mug, 1), change(mug, 2)])).rejects.toThrow('twice');
    expect((await write([])).size).toBe(0);
  });

  test('100 products in one call', async () => {
    shop.sandbox.addProducts(Array.from({ length: 100 }, (_, index) => product(`SKU-${index}`, 0)));
    const outcomes = await write((await allListings()).map((listing) => change(listing, 8)));
    expect(outcomes.size).toBe(100);
    expect(new Set((await allListings()).map((listing) => listing.quantity))).toEqual(new Set([8]));
  });

  test('an answer that was lost: told as Retryable, was written, and the same again changes nothing', async () => {
    shop.sandbox.addProducts([product('MUG', 10)]);
    const mug = (await bySku()).get('MUG');
    await shop.faults({ loseNextAnswers: 1 });
    await expect(write([change(mug, 3)])).rejects.toThrow(Retryable);
    expect(calls.at(-1)).toMatchObject({ status: 0 });
    expect((await bySku()).get('MUG')?.quantity).toBe(3);
    expect((await write([change(mug, 3)])).get(mug!.externalId)).toEqual({ kind: 'set' });
  });
});

describe('a page of listings', () => {
  const pagesFrom = async (cursor: string | null, between: () => unknown = () => {}) => {
    const pages: ListingPage[] = [];
    for (let at = cursor; ; ) {
      const page = await client.listingPage!(at);
      pages.push(page);
      if (page.next === null) return pages;
      at = page.next;
      await between();
    }
  };
  const skusOf = (pages: readonly ListingPage[]) =>
    pages.flatMap(({ listings }) => listings.map(({ sku }) => sku));

  test('is asked for by another process, which goes on where this one was; progress ends at the whole', async () => {
    shop.sandbox.addProducts(Array.from({ length: 150 }, (_, index) => product(`SKU-${index}`, index)));
    await shirt({}, (name) => ({ sku: `TEE-${name}`, manage_stock: true, stock_quantity: 7 }));
    const all = await pagesFrom(null);
    expect(all.map(({ listings }) => listings.length)).toEqual([100, 50, 3]);
    expect(all.map(({ progress }) => Math.round((progress ?? 0) * 100))).toEqual([65, 98, 100]);
    client = shop.client();
    expect(skusOf(await pagesFrom(all[0]!.next))).toEqual(skusOf(all.slice(1)));
  });

  test.each([
    ['in one list', true, ['GET variations', 'GET products']],
    ['product by product, before 10.3', false, ['GET products', 'GET products/*/variations']],
  ])('has variations %s', async (_, listsVariations, names) => {
    await shop.site({ listsVariations });
    shop.sandbox.addProducts([product('MUG', 3)]);
    await shirt({}, (name) => ({ sku: `TEE-${name}`, manage_stock: true, stock_quantity: 7 }));
    await shirt({ sku: 'CAP' }, (name) => ({ sku: `CAP-${name}`, manage_stock: true, stock_quantity: 8 }));
    calls.length = 0;
    const pages = await pagesFrom(null);
    expect(skusOf(pages)).toEqual(['MUG', 'TEE-S', 'TEE-M', 'TEE-L', 'CAP-S', 'CAP-M', 'CAP-L']);
    expect(pages.flatMap(({ listings }) => listings)[6]).toMatchObject({ title: 'T-Shirt - L', quantity: 8 });
    expect(new Set(calls.slice(2).map(({ name }) => name))).toEqual(new Set(names));
  });

  test('is read again as far as rows before it were deleted meanwhile', async () => {
    shop.sandbox.addProducts(Array.from({ length: 250 }, (_, index) => product(`SKU-${index}`, index)));
    let ids = (await allListings()).map(({ externalId }) => externalId);
    const pages = await pagesFrom(null, async () => {
      for (const id of ids.splice(0, 3)) {
        expect((await shop.api('DELETE', `products/${id}?force=true`)).status).toBe(200);
      }
      ids = ids.slice(0, 0);
    });
    const seen = new Set(skusOf(pages));
    for (let index = 3; index < 250; index += 1) expect(seen).toContain(`SKU-${index}`);
  });

  test('tells barcodes, what may be sold beyond the count, and whose count is shared', async () => {
    shop.sandbox.addProducts([{ ...product('MUG', 3), barcode: '4006381333931', oversell: true }]);
    await shirt({ manage_stock: true, stock_quantity: 30 }, (name) => ({ sku: `TEE-${name}` }));
    const listings = await bySku();
    expect(listings.get('MUG')).toMatchObject({ barcode: '4006381333931', oversell: true });
    const { externalId } = listings.get('TEE')!;
    expect(listings.get('TEE-M')).toMatchObject({ countedBy: externalId, oversell: false, tracked: false });
  });

  test('of another channel is refused', async () => {
    await expect(client.listingPage!('gid://shopify/7')).rejects.toThrow(TypeError);
  });
});
