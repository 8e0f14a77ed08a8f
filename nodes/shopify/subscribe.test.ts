/** Webhook subscriptions, in the sandbox, beside those of others. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { Sandbox } from '#nodes/kit/sandbox.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type { ChannelCall } from '#runtime/sync/channel.ts';
import { openClient } from './client.ts';
import { openShopifySandbox } from './sandbox/sandbox.ts';
import { ShopifySecret } from './secret.ts';

const Answer = z.object({
  data: z.object({
    webhookSubscriptions: z
      .object({
        nodes: z.array(z.object({ topic: z.string(), uri: z.string(), includeFields: z.unknown() })),
      })
      .optional(),
  }),
});
const TOPICS = [
  'ORDERS_CREATE',
  'ORDERS_UPDATED',
  'ORDERS_CANCELLED',
  'ORDERS_EDITED',
  'REFUNDS_CREATE',
  'INVENTORY_LEVELS_UPDATE',
  'PRODUCTS_CREATE',
  'PRODUCTS_UPDATE',
  'PRODUCTS_DELETE',
  'APP_UNINSTALLED',
  'APP_SCOPES_UPDATE',
];

let sandbox: Sandbox;
let calls: ChannelCall[];
beforeEach(async () => {
  sandbox = await openShopifySandbox({});
  calls = [];
});
afterEach(() => sandbox.close());

function subscribe(address: string, connection = 'shop-1'): Promise<void> {
  const secret = ShopifySecret.parse(sandbox.account.secret);
  const account = { ...sandbox.account, secret, connectionId: ConnectionId.parse(connection) };
  return openClient(account, (call) => calls.push(call)).subscribe(address);
}

async function ask(query: string): Promise<z.infer<typeof Answer>['data']> {
  const { accessToken } = ShopifySecret.parse(sandbox.account.secret);
  const response = await fetch(`${sandbox.address}/admin/api/2026-10/graphql.json`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-shopify-access-token': accessToken },
    body: JSON.stringify({ query }),
  });
  return Answer.parse(await response.json()).data;
}
async function present() {
  const fields = 'id topic uri name includeFields';
  return (
    (await ask(`{ webhookSubscriptions(first: 50) { nodes { ${fields} } } }`)).webhookSubscriptions?.nodes ??
    []
  );
}
const changes = () => calls.map((call) => call.name).filter((name) => /^(Create|Update)/.test(name));

test('one for each topic; a repeat changes nothing', async () => {
  await subscribe('https://sync.example/hooks/a');
  const first = await present();
  expect(first.map((one) => one.topic)).toEqual(TOPICS);
  calls = [];
  await subscribe('https://sync.example/hooks/a');
  expect(await present()).toEqual(first);
  expect(changes()).toEqual([]);
});

test('ours move to a new address; those of others stay', async () => {
  await subscribe('https://other.example/hooks', 'another-installation');
  const others = await present();
  await subscribe('https://old.example/hooks');
  calls = [];
  await subscribe('https://new.example/hooks');
  expect(changes()).toEqual(TOPICS.map(() => 'UpdateSubscription'));
  const now = await present();
  expect(now).toEqual(expect.arrayContaining(others));
  const ours = now.filter((one) => one.uri === 'https://new.example/hooks');
  expect(ours.map((one) => one.topic)).toEqual(TOPICS);
  expect(now).toHaveLength(others.length + TOPICS.length);
});

test('one at our address that leaves out a part of the order is mended', async () => {
  const uri = 'https://sync.example/hooks/a';
  await ask(`mutation { webhookSubscriptionCreate(
    topic: ORDERS_CREATE, webhookSubscription: { uri: "${uri}", includeFields: ["id"] }
  ) { userErrors { message } } }`);
  await subscribe(uri);
  const now = await present();
  expect(now.map((one) => one.includeFields)).toEqual(TOPICS.map(() => []));
});

test('an address that Shopify does not take is rejected with its words', async () => {
  await expect(subscribe('nonsense')).rejects.toMatchObject({
    name: 'Rejected',
    message: expect.stringMatching(/Address is invalid/),
  });
});
