/** Webhooks, keys and trouble on the way, against the sandbox over real HTTP. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SandboxProduct } from '#nodes/kit/sandbox.ts';
import { Rejected, Retryable } from '#runtime/errors.ts';
import type { ChannelCall, ChannelClient, RemoteListing } from '#runtime/sync/channel.ts';
import { woocommerce } from './channel.ts';
import { openTestShop, type TestShop } from './sandbox/test-shop.ts';
import { openWebhookListener, until } from './sandbox/webhook-listener.ts';

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

describe('subscribe', () => {
  test('makes its webhooks once, with our secret, and leaves others alone', async () => {
    const listener = await openWebhookListener();
    const elsewhere = { topic: 'order.created', delivery_url: 'http://127.0.0.1:9/x' };
    const foreign = (await shop.api('POST', 'webhooks', elsewhere)).body;
    await shop.api('PUT', `webhooks/${foreign.id}`, { status: 'disabled' });
    await client.subscribe(listener.address);
    await client.subscribe(listener.address);
    const webhooks = (await shop.api('GET', 'webhooks?per_page=100')).body as never as Record<
      string,
      unknown
    >[];
    expect(webhooks).toHaveLength(9);
    expect(webhooks.find((webhook) => webhook.id === foreign.id)).toMatchObject({ status: 'disabled' });
    const ours = webhooks.filter((webhook) => webhook.delivery_url === listener.address);
    expect(ours.map((webhook) => webhook.topic).sort()).toEqual([
      'order.created',
      'order.deleted',
      'order.restored',
      'order.updated',
      'product.created',
      'product.deleted',
      'product.restored',
      'product.updated',
    ]);
    expect(new Set(ours.map((webhook) => webhook.status))).toEqual(new Set(['active']));
    shop.sandbox.addProducts([product('MUG', 10)]);
    await shop.control('POST', 'sales', { lines: [{ sku: 'MUG', quantity: 1 }] });
    await until(() => listener.events.length === 3, 'order.created, order.updated, product.updated');
    for (const delivery of listener.events) {
      expect(woocommerce.readWebhook(delivery, shop.secret)).toMatchObject({ kind: 'event' });
    }
    await listener.close();
  });

  test('wakes ours up when WooCommerce has disabled it, and gives it the secret of today', async () => {
    const listener = await openWebhookListener();
    await shop.client([], { webhookSecret: 'of-yesterday' }).subscribe(listener.address);
    const [first] = (await shop.api('GET', 'webhooks')).body as never as { id: number }[];
    await shop.api('PUT', `webhooks/${first!.id}`, { status: 'disabled' });
    await client.subscribe(`${listener.address}`);
    expect((await shop.api('GET', `webhooks/${first!.id}`)).body).toMatchObject({ status: 'active' });
    shop.sandbox.addProducts([product('MUG', 10)]);
    await shop.control('POST', 'sales', { lines: [{ sku: 'MUG', quantity: 1 }] });
    await until(() => listener.orderEvents.length === 2, 'two deliveries');
    const readings = listener.orderEvents.map(
      (delivery) => woocommerce.readWebhook(delivery, shop.secret).kind,
    );
    expect(readings).toEqual(['event', 'event']);
    await listener.close();
  });

  test('one that a person paused is left as it is, and told', async () => {
    await client.subscribe('http://127.0.0.1:9/hooks');
    const [first] = (await shop.api('GET', 'webhooks')).body as never as { id: number; topic: string }[];
    await shop.api('PUT', `webhooks/${first!.id}`, { status: 'paused' });
    await expect(client.subscribe('http://127.0.0.1:9/hooks')).rejects.toThrow(first!.topic);
    expect((await shop.api('GET', `webhooks/${first!.id}`)).body).toMatchObject({ status: 'paused' });
  });
});

describe('keys', () => {
  test.each([
    ['an unknown key', { consumerKey: 'ck_unknown' }, 'woocommerce_rest_authentication_error'],
    ['a wrong secret', { consumerSecret: 'cs_wrong' }, 'woocommerce_rest_authentication_error'],
  ])('%s is rejected, with what to do', async (_, changes, code) => {
    client = shop.client(calls, changes);
    const error = await allListings().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Rejected);
    expect((error as Rejected).message).toContain(code);
    expect((error as Rejected).fix).toContain('Read/Write');
    expect(calls).toEqual([{ name: 'GET variations', ms: expect.any(Number), status: 401 }]);
  });

  test.each([
    {},
    { consumerKey: 'a b' },
    { consumerKey: 'a:b' },
    { webhookSecret: 'with <tags>' },
    { webhookSecret: 'x' },
  ])('a vault entry with %j is none', (changes) => {
    const entry = { consumerKey: 'ck_1', consumerSecret: 'cs_1', webhookSecret: 'whsec-test', ...changes };
    const complete = Object.keys(changes).length === 0;
    expect(woocommerce.secret.safeParse(entry).success).toBe(complete);
  });
});

describe('trouble on the way', () => {
  test.each([
    [429, Retryable, 'slow down', 2000],
    [503, Retryable, 'overloaded', 2000],
    [500, Retryable, 'out of order', undefined],
    [200, Retryable, 'web page', undefined],
    [403, Retryable, 'web page (status 403)', undefined],
    [404, Rejected, 'not found', undefined],
    [401, Rejected, 'does not accept the key', undefined],
    [413, Rejected, 'too large', undefined],
  ] as const)('status %i as a page', async (status, kind, text, afterMs) => {
    await shop.faults({ failNext: { count: 1, status } });
    const error = await allListings().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toContain(text);
    if (error instanceof Retryable) expect(error.afterMs).toBe(afterMs);
    expect(calls.at(-1)?.status).toBe(status);
    expect(await allListings()).toEqual([]);
  });

  test.each([301, 302, 307, 308])(
    'a redirect (%i) is not followed, and names the right address',
    async (status) => {
      await shop.faults({ failNext: { count: 1, status } });
      const error = await allListings().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Rejected);
      expect((error as Rejected).fix).toContain('https://www.sandbox.example,');
      expect(calls).toHaveLength(1);
    },
  );

  test('a batch that is too large for the shop is halved until it fits', async () => {
    shop.sandbox.addProducts(Array.from({ length: 10 }, (_, index) => product(`SKU-${index}`, 0)));
    const listings = await allListings();
    calls.length = 0;
    await shop.faults({ failNext: { count: 2, status: 413 } });
    const outcomes = await client.setQuantities(
      listings.map((listing) => ({ ...listing, from: 0, to: 5 })),
      'key-1',
    );
    expect(outcomes.size).toBe(10);
    expect(calls.map((call) => call.status)).toEqual([413, 413, 200, 200, 200]);
    expect((await allListings()).every((listing) => listing.quantity === 5)).toBe(true);
  });

  test('one change alone that is too large is rejected', async () => {
    shop.sandbox.addProducts([product('MUG', 1)]);
    const [mug] = await allListings();
    await shop.faults({ failNext: { count: 9, status: 413 } });
    await expect(client.setQuantities([{ ...mug!, from: 1, to: 2 }], 'key-1')).rejects.toThrow(Rejected);
  });
});
