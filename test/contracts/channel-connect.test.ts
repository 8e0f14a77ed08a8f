/** Contract of every channel: a person with an account gets a connection, and whoever can't have one is told why. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ShopifySecret } from '#nodes/shopify/secret.ts';
import { WooCommerceSecret } from '#nodes/woocommerce/secret.ts';
import { Rejected, Retryable } from '#runtime/errors.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type { ConnectWay, KeysWay } from '#runtime/sync/channel-connect.ts';
import { CHANNEL_TYPES, type ChannelBench, openChannelBench } from './channel-bench.ts';

const PRODUCTS = [{ sku: 'MUG', title: 'Blue Mug', price: '9.90', quantity: 10 }];

/** What a person would type, for the way by pasted keys. */
const TYPED: Readonly<Record<string, (shop: ChannelBench) => Record<string, string>>> = {
  shopify: ({ account }) => {
    const { shop, clientId = '', clientSecret } = ShopifySecret.parse(account.secret);
    return { shop, clientId, clientSecret };
  },
  woocommerce: ({ account }) => {
    const { consumerKey, consumerSecret } = WooCommerceSecret.parse(account.secret);
    return { address: account.baseUrl, consumerKey, consumerSecret };
  },
};

describe.each(CHANNEL_TYPES)('connecting %s', (type) => {
  let shop: ChannelBench;
  beforeEach(async () => {
    shop = await openChannelBench(type, PRODUCTS, { shopName: 'Tea & Sons' });
  });
  afterEach(() => shop.close());

  const ways = (): readonly ConnectWay[] => shop.channel.connect ?? [];
  function byKeys(): KeysWay {
    const way = ways().find(({ kind }) => kind === 'keys');
    if (way?.kind !== 'keys') throw new Error(`${type} can't be connected by keys`);
    return way;
  }
  const typed = () => TYPED[type]?.(shop) ?? {};
  const connect = (input: Record<string, string> = typed()) =>
    byKeys().connect({ input, sandboxUrl: shop.sandbox.address });
  /** What is refused, with a sentence and a way out. */
  async function refusal(work: Promise<unknown>): Promise<Rejected> {
    const error = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(Rejected);
    const { message, fix } = error as Rejected;
    expect(message).toMatch(/^\S.{20,}\.$/s);
    expect(fix).toMatch(/^[A-Z].*\.$/s);
    for (const secret of Object.values(typed()).filter((value) => /secret|cs_|shpss/.test(value)))
      expect(message + fix).not.toContain(secret);
    return error as Rejected;
  }

  test('there is a way by keys and one by consent, each with its help and titles of its fields', () => {
    expect(new Set(ways().map(({ kind }) => kind))).toEqual(new Set(['keys', 'consent']));
    expect(new Set(ways().map(({ id }) => id)).size).toBe(ways().length);
    for (const { title, help, form } of ways()) {
      expect(title.length).toBeGreaterThan(5);
      expect(help).toMatch(/\.$/);
      for (const field of Object.values(form.shape))
        expect((field as { meta(): object }).meta()).toMatchObject({ title: expect.any(String) });
    }
  });

  test('keys that are right give an account with which products can be read and written', async () => {
    const { baseUrl, secret, name } = await connect();
    expect(name).toBe('Tea & Sons');
    const kept = shop.channel.secret.parse(JSON.parse(JSON.stringify(secret)));
    const client = shop.channel.open({ connectionId: ConnectionId.parse('c-1'), baseUrl, secret: kept });
    const listings = [];
    for await (const page of client.listings()) listings.push(...page);
    expect(listings).toMatchObject([{ sku: 'MUG', quantity: 10 }]);
    const [mug] = listings;
    const change = { externalId: mug!.externalId, ref: mug!.ref, from: 10, to: 4 };
    await client.setQuantities([change], '6f0f1b1e-6a0f-4c65-9a44-0d3f8f1c2b3a');
    expect(await shop.quantities()).toEqual({ MUG: 4 });
    expect(await client.check?.()).toEqual([]);
  });

  test('each key that is wrong is refused with what to do', async () => {
    const right = typed();
    const reasons = new Set<string>();
    for (const field of Object.keys(right).filter((name) => name !== 'shop' && name !== 'address')) {
      const { message } = await refusal(connect({ ...right, [field]: `${right[field]?.slice(0, -3)}xyz` }));
      reasons.add(message);
    }
    expect(reasons.size).toBeGreaterThan(0);
  });

  test('what is no name or address of a shop is refused before anything is sent', async () => {
    const field = 'shop' in typed() ? 'shop' : 'address';
    const request = { input: { ...typed(), [field]: 'javascript:alert(1)' }, sandboxUrl: null };
    await refusal(byKeys().connect(request));
  });

  test('a shop that does not answer is no reason to give the keys up', async () => {
    await shop.faults({ away: true });
    const error = await connect().then(
      () => null,
      (reason: unknown) => reason,
    );
    if (error instanceof Rejected) expect(error.action).not.toBe('connect-again');
    else expect(error).toBeInstanceOf(Retryable);
  });

  test('keys that are revoked later: a look at the connection says to connect again', async () => {
    const { baseUrl, secret } = await connect();
    const client = shop.channel.open({ connectionId: ConnectionId.parse('c-1'), baseUrl, secret });
    await shop.faults({ keysRevoked: true });
    const { action } = await refusal(client.check?.() ?? Promise.resolve());
    expect(action).toBe('connect-again');
    await shop.faults({});
    expect(await client.check?.()).toEqual([]);
  });

  test('for a consent one is sent to the shop, with a state by which the answer is known again', async () => {
    const way = ways().find(({ kind }) => kind === 'consent');
    if (way?.kind !== 'consent') throw new Error('no way by consent');
    const place = {
      state: 'state-of-this-one',
      callbackUrl: 'https://sync.example/connect/x/callback',
      returnUrl: 'https://sync.example/connect?consent=1',
    };
    const { url } = await way.begin({ input: typed(), sandboxUrl: shop.sandbox.address }, place);
    expect(new URL(url).origin).toBe(shop.sandbox.address);
    expect(decodeURIComponent(url)).toContain(place.state);
    expect(decodeURIComponent(url)).toContain(place.callbackUrl);
    // Keys stay here: the address stands in histories and logs.
    for (const [field, value] of Object.entries(typed()))
      if (/secret/i.test(field)) expect(decodeURIComponent(url)).not.toContain(value);
    expect(way.stateOf({ query: {}, body: Buffer.from('hello') })).toBeNull();
  });
});
