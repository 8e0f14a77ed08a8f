/** From where the shop ships the lines of an order; and what an order comes to where the shop does not say. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LocationId } from '#runtime/ids.ts';
import type { LocationLink } from '#runtime/sync/channel.ts';
import { shopify } from './channel.ts';
import { ShopBench } from './sandbox/shop-bench.ts';
import { REQUESTED_SCOPES } from './scopes.ts';

const [main, shelf] = ['main', 'shelf'].map((name) => LocationId.parse(name)) as [LocationId, LocationId];
let bench: ShopBench;
let links: LocationLink[];
beforeEach(async () => {
  bench = await ShopBench.open({ locations: ['Warehouse', 'Shop floor', 'Attic'] });
  const [first, floor] = (await bench.client.locations?.()) ?? [];
  links = [
    { id: String(first?.id), location: main },
    { id: String(floor?.id), location: shelf },
  ];
});
afterEach(() => bench.close());

const client = () => {
  const { sandbox, secret, connectionId } = bench;
  return shopify.open({ ...sandbox.account, secret, connectionId, locations: links });
};
async function buyFrom(location: number): Promise<{ id: string; lineIds: readonly string[] }> {
  const lines = Array.from({ length: 25 }, () => ({ sku: 'MUG', quantity: 1 }));
  return (await bench.send('POST', '/sandbox/sales', { lines, location })).json as {
    id: string;
    lineIds: string[];
  };
}

test('each line of its own, however many there are; what is kept nowhere is left out', async () => {
  const { id, lineIds } = await buyFrom(1);
  const shelves = await client().shelvesOf?.(id);
  expect(shelves).toEqual(new Map(lineIds.map((line) => [line, shelf])));
  const { id: fromAttic } = await buyFrom(2);
  expect(await client().shelvesOf?.(fromAttic)).toEqual(new Map());
  expect(bench.client.shelvesOf).toBeUndefined();
});

test('an order that the shop does not show, and an app that may not see: nothing is said, and nothing held up', async () => {
  expect(await client().shelvesOf?.('1')).toEqual(new Map());
  const { id } = await buyFrom(1);
  const scopes = REQUESTED_SCOPES.filter((scope) => !scope.includes('fulfillment_orders'));
  await bench.send('PUT', '/sandbox/app', { scopes });
  expect(await client().shelvesOf?.(id)).toEqual(new Map());
  const findings = (await client().check?.()) ?? [];
  expect(findings.map(({ reason }) => reason).join()).toMatch(/fulfillment_orders.*to know from where/);
});

test('a refund restocks where the line was shipped from', async () => {
  const { id, lineIds } = await buyFrom(1);
  const counts = async () => {
    const response = await fetch(`${bench.sandbox.address}/sandbox/quantities?location=1`);
    return ((await response.json()) as Record<string, number>).MUG;
  };
  expect([await bench.count('MUG'), await counts()]).toEqual([10, -25]);
  const refund = {
    externalId: id,
    lines: [{ lineId: String(lineIds[3]), quantity: 1 }],
    restock: true,
    payBack: false,
    reason: '',
    notify: false,
  };
  await client().orderActions?.refund?.perform(refund, { key: crypto.randomUUID(), since: new Date() });
  expect([await bench.count('MUG'), await counts()]).toEqual([10, -24]);
});

test('a location that was chosen and closed since is told, and the others go on', async () => {
  links.push({ id: 'gid://shopify/Location/1', location: LocationId.parse('closed') });
  const findings = (await client().check?.()) ?? [];
  expect(findings).toMatchObject([
    {
      code: 'shopify.other-locations',
      reason: expect.stringMatching(/"Warehouse", "Shop floor" in step\. "Attic"/),
    },
    { code: 'shopify.location-closed', tone: 'warn' },
  ]);
  const found = (await Array.fromAsync(client().listings())).flat();
  expect(found.filter(({ sku }) => sku === 'MUG').map(({ location }) => location)).toEqual([main, shelf]);
});
