/** The sandbox's GraphQL by the rules of a real shop, asked without our client. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Sandbox, SandboxOrder } from '#nodes/kit/sandbox.ts';
import { ShopifySecret } from '../secret.ts';
import { openShopifySandbox } from './sandbox.ts';

interface Answer {
  status: number;
  headers: Headers;
  json: {
    data?: Record<string, never>;
    errors?: { message: string; extensions?: { code?: string } }[];
    extensions?: { cost: { requestedQueryCost: number; actualQueryCost: number | null } };
  };
}

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openShopifySandbox({ points: { max: 5000, perSecond: 5000 } });
  const products = Array.from({ length: 260 }, (_, index) => ({
    sku: `SKU-${index}`,
    title: `Product ${index}`,
    price: '2.00',
    quantity: 10,
  }));
  sandbox.addProducts(products);
});
afterAll(() => sandbox.close());

async function post(
  body: string,
  version = '2026-10',
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${sandbox.address}/admin/api/${version}/graphql.json`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-shopify-access-token': ShopifySecret.parse(sandbox.account.secret).accessToken,
      ...headers,
    },
    body,
  });
  return {
    status: response.status,
    headers: response.headers,
    json: (await response.json()) as Answer['json'],
  };
}
const ask = (query: string, variables: object = {}, version?: string) =>
  post(JSON.stringify({ query, variables }), version);

const item = (index: number) => `gid://shopify/InventoryItem/${46_000_000_000_001 + index}`;
const locationId = 'gid://shopify/Location/70000000001';

describe('inventorySetQuantities', () => {
  const quantity = (index: number, changes: object = {}) => ({
    inventoryItemId: item(index),
    locationId,
    quantity: 5,
    changeFromQuantity: 10,
    ...changes,
  });
  const input = (quantities: object[], changes: object = {}) => ({
    name: 'available',
    reason: 'correction',
    quantities,
    ...changes,
  });
  const set = (value: object, directive = `@idempotent(key: "${randomUUID()}")`) =>
    ask(
      `mutation ($input: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $input) ${directive} {
        inventoryAdjustmentGroup { id } userErrors { code field message } } }`,
      { input: value },
    );
  const codes = (answer: Answer): string[] => {
    const payload = answer.json.data?.inventorySetQuantities as unknown as { userErrors: { code: string }[] };
    return payload.userErrors.map((error) => error.code);
  };

  test.each([
    ['no key', '', 'BAD_REQUEST'],
    ['an empty key', '@idempotent(key: " ")', 'BAD_REQUEST'],
  ])('%s', async (_name, directive, code) => {
    const { json } = await set(input([quantity(0)]), directive);
    expect(json.errors).toMatchObject([{ extensions: { code } }]);
  });

  test('changeFromQuantity must be there; null switches the comparison off', async () => {
    const { changeFromQuantity: _absent, ...absent } = quantity(0);
    const missing = await set(input([absent]));
    expect(missing.json.errors).toMatchObject([{ extensions: { code: 'INVALID_FIELD_ARGUMENTS' } }]);
    expect(codes(await set(input([quantity(0, { changeFromQuantity: 3 })])))).toEqual([
      'CHANGE_FROM_QUANTITY_STALE',
    ]);
    expect(codes(await set(input([quantity(0, { changeFromQuantity: null })])))).toEqual([]);
  });

  test('one stale pair fails the whole call, and is named', async () => {
    const answer = await set(input([quantity(1), quantity(2, { changeFromQuantity: 9 })]));
    expect(answer.json.data).toMatchObject({
      inventorySetQuantities: {
        inventoryAdjustmentGroup: null,
        userErrors: [{ field: ['input', 'quantities', '1', 'changeFromQuantity'] }],
      },
    });
    expect(codes(await set(input([quantity(1)])))).toEqual([]);
  });

  test.each<[string, object]>([
    ['INVALID_INVENTORY_ITEM', input([quantity(3, { inventoryItemId: 'gid://shopify/InventoryItem/1' })])],
    [
      'INVALID_INVENTORY_ITEM',
      input([quantity(3, { inventoryItemId: 'gid://shopify/Product/8000000000001' })]),
    ],
    ['INVALID_LOCATION', input([quantity(3, { locationId: 'gid://shopify/Location/1' })])],
    ['INVALID_QUANTITY_NEGATIVE', input([quantity(3, { quantity: -1 })])],
    ['INVALID_QUANTITY_TOO_HIGH', input([quantity(3, { quantity: 1_000_000_001 })])],
    ['NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR', input([quantity(3), quantity(3)])],
    ['INVALID_NAME', input([quantity(3)], { name: 'committed' })],
    ['INVALID_REASON', input([quantity(3)], { reason: 'because' })],
    ['INVALID_REFERENCE_DOCUMENT', input([quantity(3)], { referenceDocumentUri: 'nowhere' })],
  ])('%s', async (code, value) => {
    expect(codes(await set(value))).toEqual([code]);
  });

  test('the same key answers as before; with other content it is refused', async () => {
    const directive = `@idempotent(key: "${randomUUID()}")`;
    const first = await set(input([quantity(4)]), directive);
    const again = await set(input([quantity(4)]), directive);
    expect(again.json.data).toEqual(first.json.data);
    const other = await set(input([quantity(5)]), directive);
    expect(codes(other)).toEqual(['IDEMPOTENCY_KEY_PARAMETER_MISMATCH']);
  });

  test('250 quantities fit, 251 do not', async () => {
    const many = Array.from({ length: 251 }, (_, index) => quantity(index, { changeFromQuantity: null }));
    const { json } = await set(input(many));
    expect(json.errors).toMatchObject([{ extensions: { code: 'MAX_INPUT_SIZE_EXCEEDED' } }]);
    expect(codes(await set(input(many.slice(1))))).toEqual([]);
  });
});

describe('the API around it', () => {
  test('tells its version; serves older ones with its own, and no newer ones', async () => {
    const now = await ask('{ shop { name } }');
    expect(now.headers.get('x-shopify-api-version')).toBe('2026-10');
    const old = await ask('{ shop { name } }', {}, '2025-01');
    expect([old.status, old.headers.get('x-shopify-api-version')]).toEqual([200, '2026-10']);
    expect((await ask('{ shop { name } }', {}, '2027-01')).status).toBe(404);
    expect((await ask('{ shop { name } }', {}, 'latest')).status).toBe(404);
  });

  test.each([undefined, '', 'shpat_wrong'])('token %j is not let in', async (token) => {
    const answer = await post('{"query":"{ shop { name } }"}', '2026-10', {
      'x-shopify-access-token': token ?? '',
    });
    expect(answer.status).toBe(401);
    expect(answer.json.data).toBeUndefined();
  });

  test.each(['', '{', 'null', '[]', '{"query":5}', '{"query":"{shop{name}}","variables":[]}'])(
    'body %j is answered with 400',
    async (body) => {
      expect((await post(body)).status).toBe(400);
    },
  );

  test.each([
    '{',
    '{ nonsense }',
    '{ shop { secrets } }',
    'query A { shop { name } } query B { shop { name } }',
    '{ productVariants { nodes { id } } }',
    '{ productVariants(first: 251) { nodes { id } } }',
    '{ productVariants(first: 5, after: "x") { nodes { id } } }',
    '{ productVariants(first: 5, query: "title:mug") { nodes { id } } }',
  ])('query %j is answered with errors', async (query) => {
    const { status, json } = await ask(query);
    expect([status, json.errors?.length]).toEqual([200, 1]);
  });

  test('asks for points by page size, charges for what came, and limits one query', async () => {
    const query = (first: number) =>
      `{ productVariants(first: ${first}) { nodes { id product { id } inventoryItem { id } } pageInfo { endCursor } } }`;
    const fits = await ask(query(200).replace('first: 200', 'first: 200, query: "id:>44000000000250"'));
    expect(fits.json.extensions?.cost).toMatchObject({ requestedQueryCost: 600, actualQueryCost: 30 });
    const { json } = await ask(
      query(250).replace('inventoryItem { id }', 'inventoryItem { id } a: product { id }'),
    );
    expect(json.errors).toBeUndefined();
    const tooMuch = await ask(
      query(250).replace('inventoryItem { id }', 'inventoryItem { id } a: product { id } b: product { id }'),
    );
    expect(tooMuch.json.errors).toMatchObject([{ extensions: { code: 'MAX_COST_EXCEEDED' } }]);
  });

  test('nodes keep their places; what is unknown is null', async () => {
    const ids = [item(0), 'gid://shopify/InventoryItem/1', 'nonsense', locationId];
    const { json } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids });
    expect(json.data?.nodes).toMatchObject([{ id: item(0) }, null, null, { __typename: 'Location' }]);
  });
});

describe('orders', () => {
  const FIELDS = `id name updatedAt displayFinancialStatus totalPriceSet { shopMoney { amount currencyCode } }
    lineItems(first: 10) { nodes { sku quantity currentQuantity } }
    refunds(first: 5) { refundLineItems(first: 5) { nodes { quantity restockType lineItem { id } } } }`;
  const control = async (path: string, body: object) => {
    const response = await fetch(`${sandbox.address}/sandbox${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as SandboxOrder;
  };
  let sold: SandboxOrder[];

  beforeAll(async () => {
    sold = [];
    for (const quantity of [1, 2, 3])
      sold.push(await control('/sales', { lines: [{ sku: 'SKU-255', quantity }] }));
    // Orders of the same millisecond would sort by number.
    await new Promise((resolve) => setTimeout(resolve, 5));
    const lines = [{ lineId: sold[0]!.lineIds[0], quantity: 1 }];
    await control('/refunds', { orderId: sold[0]!.id, lines, restock: true });
  });

  test('by id', async () => {
    const id = `gid://shopify/Order/${sold[0]!.id}`;
    const { json } = await ask(`query ($id: ID!) { order(id: $id) { ${FIELDS} } }`, { id });
    expect(json.data?.order).toMatchObject({
      id,
      name: '#1001',
      displayFinancialStatus: 'REFUNDED',
      totalPriceSet: { shopMoney: { amount: '2.00', currencyCode: 'GBP' } },
      lineItems: { nodes: [{ sku: 'SKU-255', quantity: 1, currentQuantity: 0 }] },
      refunds: [{ refundLineItems: { nodes: [{ quantity: 1, restockType: 'CANCEL' }] } }],
    });
    const none = await ask(`query ($id: ID!) { order(id: $id) { id } }`, { id: item(0) });
    expect(none.json.data?.order).toBeNull();
  });

  async function pages(argument: string): Promise<string[]> {
    const names: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 5; page++) {
      const query = `query ($after: String) { orders(first: 2, after: $after, ${argument}) {
        pageInfo { hasNextPage endCursor } nodes { name } } }`;
      const { json }: Answer = await ask(query, { after });
      const found = json.data?.orders as unknown as {
        pageInfo: { hasNextPage: boolean; endCursor: string };
        nodes: { name: string }[];
      };
      names.push(...found.nodes.map((node) => node.name));
      if (!found.pageInfo.hasNextPage) return names;
      after = found.pageInfo.endCursor;
    }
    throw new Error('too many pages');
  }

  test('page by page, by number and by last change', async () => {
    expect(await pages('sortKey: ID')).toEqual(['#1001', '#1002', '#1003']);
    expect(await pages('sortKey: UPDATED_AT')).toEqual(['#1002', '#1003', '#1001']);
  });

  test('changed since a moment', async () => {
    const since = (ms: number) => new Date(Date.now() + ms).toISOString();
    expect(await pages(`sortKey: UPDATED_AT, query: "updated_at:>='${since(-60_000)}'"`)).toHaveLength(3);
    expect(await pages(`sortKey: UPDATED_AT, query: "updated_at:>='${since(60_000)}'"`)).toEqual([]);
  });
});
