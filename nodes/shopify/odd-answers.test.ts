/** Answers that the sandbox does not give, from a server that says what it is told to. */
import { randomUUID } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Rejected, Retryable } from '#runtime/errors.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type { QuantityChange, RemoteListing } from '#runtime/sync/channel.ts';
import { openClient } from './client.ts';
import { derivedKey } from './derived-key.ts';

interface Sent {
  readonly query: string;
  readonly variables: Record<string, unknown> & { input?: { quantities: { changeFromQuantity: unknown }[] } };
}
type Answer = unknown | ((response: ServerResponse) => void);

const accessToken = 'shpat_0123456789';
let server: Server;
let answers: Answer[];
let sent: Sent[];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    sent.push(JSON.parse(Buffer.concat(chunks).toString()));
    const answer = answers.shift();
    if (typeof answer === 'function') return answer(response);
    response.setHeader('content-type', 'application/json');
    response.setHeader('x-shopify-api-version', '2026-10');
    response.end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
afterEach(() => {
  timeoutMs = 10_000;
  expect(answers).toEqual([]);
});

let timeoutMs = 10_000;

function client(...script: Answer[]) {
  answers = script;
  sent = [];
  const secret = { accessToken, clientSecret: 'shpss_1', shop: 'corner-shop.myshopify.com' };
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return openClient({ connectionId: ConnectionId.parse('shop-1'), baseUrl, secret }, undefined, {
    timeoutMs,
  });
}

const item = (id: number) => `gid://shopify/InventoryItem/${id}`;
const locationId = 'gid://shopify/Location/1';
const change = (id: number): QuantityChange => ({
  externalId: String(id),
  ref: { inventoryItemId: item(id), locationId },
  from: 5,
  to: 4,
});
const changed = (...ids: number[]) => ({
  changes: ids.map((id) => ({ item: { id: item(id) }, location: { id: locationId } })),
});
const set = (...userErrors: unknown[]) => ({
  data: {
    inventorySetQuantities: {
      inventoryAdjustmentGroup: userErrors.length > 0 ? null : changed(1, 2, 3),
      userErrors,
    },
  },
});
const userError = (code: string, index?: number) => ({
  code,
  field: index === undefined ? null : ['input', 'quantities', String(index), 'changeFromQuantity'],
  message: code,
});
const levels = (...quantities: (number | null)[]) => ({
  data: {
    nodes: quantities.map((quantity, index) => ({
      id: item(index + 1),
      tracked: true,
      inventoryLevel: quantity === null ? null : { quantities: [{ quantity }] },
    })),
  },
});
const stale = (index?: number) => userError('CHANGE_FROM_QUANTITY_STALE', index);
const kinds = (outcomes: ReadonlyMap<string, { kind: string }>) =>
  Object.fromEntries([...outcomes].map(([id, { kind }]) => [id, kind]));

describe('setting quantities', () => {
  test('every quantity says what it is compared with', async () => {
    await client(set()).setQuantities([{ ...change(1), from: -3 }], randomUUID());
    expect(sent[0]?.variables.input?.quantities).toEqual([
      { inventoryItemId: item(1), locationId, quantity: 4, changeFromQuantity: -3 },
    ]);
  });

  test('the rest after a stale one goes under a key that follows from the first', async () => {
    const key = randomUUID();
    const keys = async () => {
      await client(set(stale(1)), set()).setQuantities([change(1), change(2)], key);
      return sent.map((one) => one.variables.key);
    };
    const first = await keys();
    expect(first[0]).toBe(key);
    expect(first[1]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await keys()).toEqual(first);
  });

  test('where Shopify does not say which ones are stale, it is asked', async () => {
    const open = client(set(stale()), levels(5, 9), set());
    expect(kinds(await open.setQuantities([change(1), change(2)], randomUUID()))).toEqual({
      1: 'set',
      2: 'stale',
    });
  });

  test('a spent key is replaced by one that follows from it', async () => {
    const open = client(set(userError('IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED')), set());
    expect(kinds(await open.setQuantities([change(1)], randomUUID()))).toEqual({ 1: 'set' });
    expect(sent[0]?.variables.key).not.toBe(sent[1]?.variables.key);
  });

  test('the same call still under way is waited for, under the same key', async () => {
    const attempt = client(set(userError('IDEMPOTENCY_CONCURRENT_REQUEST'))).setQuantities(
      [change(1)],
      randomUUID(),
    );
    await expect(attempt).rejects.toMatchObject({ name: 'Retryable', afterMs: 1000 });
  });

  test('a bundle is refused, and several troubles come apart in one round', async () => {
    const open = client(set(userError('NON_MUTABLE_INVENTORY_ITEM', 0), stale(2)), set());
    const outcomes = await open.setQuantities([change(1), change(2), change(3)], randomUUID());
    expect(kinds(outcomes)).toEqual({ 1: 'refused', 2: 'set', 3: 'stale' });
  });

  test('a trouble that we do not know concerns its listing alone, in the words of Shopify', async () => {
    const open = client(set({ ...userError('ITEM_IS_SHY', 0), message: 'The item is shy.' }), set());
    const outcomes = await open.setQuantities([change(1), change(2)], randomUUID());
    expect(outcomes.get('1')).toMatchObject({ kind: 'refused', reason: expect.stringMatching(/is shy/) });
    expect(outcomes.get('2')).toEqual({ kind: 'set' });
  });

  test('a shop in turmoil is left for later instead of asked for ever: nothing was written, so it is looked at anew', async () => {
    const turmoil = Array.from({ length: 10 }, () => [set(stale()), levels(5)]).flat();
    const outcomes = await client(...turmoil).setQuantities([change(1)], randomUUID());
    expect(kinds(outcomes)).toEqual({ 1: 'stale' });
  });

  test('so is one whose keys are all spent by tries of before', async () => {
    const spent = Array.from({ length: 10 }, () => set(userError('IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED')));
    const outcomes = await client(...spent).setQuantities([change(1), change(2)], randomUUID());
    expect(kinds(outcomes)).toEqual({ 1: 'stale', 2: 'stale' });
    expect(sent).toHaveLength(10);
  });

  test('an error that only we can cause is no user’s business', async () => {
    const attempt = client(set(userError('INVALID_REASON'))).setQuantities([change(1)], randomUUID());
    await expect(attempt).rejects.toThrow(/INVALID_REASON/);
  });
});

describe('listings', () => {
  const place = (id: string) => ({ id, name: 'Warehouse', isActive: true, fulfillsOnlineOrders: true });
  const shop = {
    data: { location: { id: locationId, isActive: true }, locations: { nodes: [place(locationId)] } },
  };
  const few = { data: { productVariantsCount: { count: 2 } } };
  const variant = (id: number, changes: object = {}, itemChanges: object = {}) => ({
    id: `gid://shopify/ProductVariant/${id}`,
    title: 'Default Title',
    barcode: null,
    inventoryPolicy: 'DENY',
    product: { id: 'gid://shopify/Product/1', title: 'Sock', status: 'ACTIVE' },
    inventoryItem: { id: item(id), sku: 'SOCK', tracked: true, inventoryLevel: null, ...itemChanges },
    ...changes,
  });
  const page = (nodes: unknown[], next: string | null = null) => ({
    data: { productVariants: { pageInfo: { hasNextPage: next !== null, endCursor: next }, nodes } },
  });
  async function all(...script: Answer[]): Promise<RemoteListing[]> {
    const found: RemoteListing[] = [];
    for await (const some of client(...script).listings()) found.push(...some);
    return found;
  }

  test('no SKU is null; nothing stocked is nothing on offer; options stand in the title', async () => {
    const nodes = [variant(1, { title: 'Red / L' }, { sku: '' }), variant(2, {}, { sku: null })];
    expect(await all(shop, few, page(nodes))).toMatchObject([
      { externalId: '1', sku: null, title: 'Sock – Red / L', tracked: true, quantity: 0 },
      { externalId: '2', sku: null, title: 'Sock', quantity: 0 },
    ]);
  });

  test('archived products are none, and variants that share an item are one', async () => {
    const nodes = [
      variant(1),
      variant(2, { product: { id: 'gid://shopify/Product/2', title: 'Old', status: 'ARCHIVED' } }),
    ];
    const shared = variant(3, {}, { id: item(1) });
    expect(await all(shop, few, page(nodes, 'a'), page([shared, variant(4)]))).toMatchObject([
      { externalId: '1' },
      { externalId: '4' },
    ]);
  });

  test('a primary location that is closed gives way to an active one', async () => {
    const other = 'gid://shopify/Location/2';
    const closed = { location: { id: locationId, isActive: false }, locations: { nodes: [place(other)] } };
    expect(await all({ data: closed }, few, page([variant(1)]))).toMatchObject([
      { ref: { locationId: other } },
    ]);
  });

  test('a shop without a location is rejected with a way out', async () => {
    const none = { data: { location: null, locations: { nodes: [] } } };
    await expect(all(none)).rejects.toMatchObject({
      name: 'Rejected',
      fix: expect.stringMatching(/Locations/),
    });
  });

  test('an endless listing is noticed', async () => {
    await expect(all(shop, few, page([], 'a'))).rejects.toThrow(/empty/);
  });
});

describe('errors of the whole call', () => {
  const errors = (code: string | undefined, message = 'No.') => ({
    errors: [{ message, ...(code && { extensions: { code } }) }],
  });
  const raw =
    (status: number, headers: Record<string, string>, body: string) =>
    (response: ServerResponse): void => {
      response.writeHead(status, headers).end(body);
    };
  const attempt = (answer: Answer) => client(answer).readQuantities([change(1)]);
  const json = { 'content-type': 'application/json' };

  test.each<[string, Answer]>([
    ['an error of Shopify’s own', errors('INTERNAL_SERVER_ERROR')],
    ['a time-out of Shopify’s own', errors('TIMEOUT')],
    ['a throttle without figures', errors('THROTTLED')],
    ['errors of no known shape', { errors: 'Not today' }],
    ['JSON of another shape', { data: { nodes: 'none' } }],
    ['JSON without data', {}],
    ['broken JSON', raw(200, json, '{"data":')],
    ['an empty answer', raw(200, json, '')],
    ['a page behind status 503', raw(503, { 'content-type': 'text/html' }, '<h1>Oops</h1>')],
    ['a connection that breaks', (response: ServerResponse) => response.socket?.destroy()],
  ])('%s is worth another try', async (_name, answer) => {
    await expect(attempt(answer)).rejects.toBeInstanceOf(Retryable);
  });

  test('an answer that takes too long is worth another try', async () => {
    timeoutMs = 200;
    await expect(attempt(() => {})).rejects.toMatchObject({
      name: 'Retryable',
      message: expect.stringMatching(/no answer in time/),
    });
  });

  test('a body that never ends as well', async () => {
    timeoutMs = 200;
    const half = (response: ServerResponse) => response.writeHead(200, json).write('{"data":');
    await expect(attempt(half)).rejects.toBeInstanceOf(Retryable);
  });

  test.each<[string, Answer]>([
    ['a missing permission', errors('ACCESS_DENIED')],
    ['a closed shop', errors('SHOP_INACTIVE')],
    ['a redirect', raw(301, { location: 'https://elsewhere.example/' }, '')],
  ])('%s is for a person', async (_name, answer) => {
    await expect(attempt(answer)).rejects.toBeInstanceOf(Rejected);
    expect(sent).toHaveLength(1);
  });

  test('a query that Shopify does not understand is a bug', async () => {
    const error = await attempt(errors('undefinedField')).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(Rejected);
    expect(error).not.toBeInstanceOf(Retryable);
  });

  test.each<[string, number | undefined]>([
    ['7', 7000],
    ['1.5', 1500],
    [new Date(Date.now() + 7_200_000).toUTCString(), 3_600_000],
    ['soon', undefined],
    ['-4', undefined],
    ['999999999', 3_600_000],
  ])('Retry-After: %s', async (header, afterMs) => {
    const answer = raw(429, { 'retry-after': header }, '');
    await expect(attempt(answer)).rejects.toMatchObject({ name: 'Retryable', afterMs });
  });

  test('a throttle waits until the bucket holds what was asked for', async () => {
    const throttleStatus = { maximumAvailable: 2000, currentlyAvailable: 100, restoreRate: 50 };
    const cost = { requestedQueryCost: 400, actualQueryCost: null, throttleStatus };
    const answer = { ...errors('THROTTLED'), extensions: { cost } };
    await expect(attempt(answer)).rejects.toMatchObject({ afterMs: 6000 });
  });

  test('a token that a proxy echoes is not passed on', async () => {
    const echo = `you sent ${accessToken} and shpss_1`;
    const error = await attempt(errors('ACCESS_DENIED', echo)).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/you sent \*\*\* and \*\*\*/);
  });
});

test('a derived key is a UUID of its own for each content', () => {
  const key = randomUUID();
  const keys = [derivedKey(key, [1]), derivedKey(key, [2]), derivedKey(randomUUID(), [1])];
  expect(new Set(keys).size).toBe(3);
  expect(derivedKey(key, [1])).toBe(keys[0]);
});
