/** Contract of every channel: what a shop or its host does wrong is told for what it is, and harms no count. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Rejected, Retryable } from '#runtime/errors.ts';
import { ConnectionGate } from '#runtime/limits/connection-gate.ts';
import { limitedClient } from '#runtime/limits/limited-client.ts';
import type { RemoteListing } from '#runtime/sync/channel.ts';
import { CHANNEL_TYPES, type ChannelBench, openChannelBench } from './channel-bench.ts';

const PRODUCTS = Array.from({ length: 6 }, (_, index) => ({
  sku: `TEA-${index}`,
  title: `Tea ${index}`,
  price: '4.00',
  quantity: 10,
}));
const KEY = '6f0f1b1e-6a0f-4c65-9a44-0d3f8f1c2b3a';

describe.each(CHANNEL_TYPES)('a %s that misbehaves', (type) => {
  let shop: ChannelBench;
  let listings: RemoteListing[];
  beforeEach(async () => {
    shop = await openChannelBench(type, PRODUCTS);
    listings = [];
    for await (const page of shop.client.listings()) listings.push(...page);
  });
  afterEach(() => shop.close());

  const troubleOf = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(Error);
    const secrets = Object.entries(shop.account.secret as Record<string, unknown>).filter(([name]) =>
      /token|secret|key/i.test(name),
    );
    expect(secrets.length).toBeGreaterThan(0);
    for (const [, secret] of secrets) expect((error as Error).message).not.toContain(String(secret));
    return error as Rejected | Retryable;
  };
  const read = () => shop.client.readQuantities(listings);
  const write = (key = KEY) =>
    shop.client.setQuantities(
      listings.map(({ externalId, ref }) => ({ externalId, ref, from: 10, to: 7 })),
      key,
    );

  test.each([
    [429, 'far-side.limited', true],
    [500, 'far-side.unavailable', true],
    [502, 'far-side.unavailable', true],
    [503, 'far-side.unavailable', true],
  ])('status %d: worth another try, and the next one goes well', async (status, code, passes) => {
    await shop.faults({ failNext: { count: 1, status } });
    const error = await troubleOf(read());
    expect([error.code, error instanceof Retryable]).toEqual([code, passes]);
    if (status === 429) expect((error as Retryable).afterMs).toBeGreaterThanOrEqual(2_000);
    expect((await read()).get(listings[0]!.externalId)).toBe(10);
  });

  test.each([200, 301, 404])(
    'a web page with status %d is no answer, and never taken for one',
    async (status) => {
      await shop.faults({ failNext: { count: 1, status } });
      const error = await troubleOf(read());
      expect(error).not.toBeInstanceOf(TypeError);
      expect(error instanceof Retryable || (error instanceof Rejected && error.fix.length > 10)).toBe(true);
      expect((await read()).size).toBe(listings.length);
    },
  );

  test.each([500, 200, 301])(
    'a write that meets a page with status %d was not done, and is not said to be',
    async (status) => {
      await shop.faults({ failNext: { count: 1, status } });
      await troubleOf(write());
      expect((await shop.quantities())['TEA-0']).toBe(10);
      await write();
      expect((await shop.quantities())['TEA-0']).toBe(7);
    },
  );

  test('a write whose answer is lost: sent again with the same key it is done once', async () => {
    await shop.faults({ loseNextAnswers: 1 });
    const error = await troubleOf(write());
    expect(error).toBeInstanceOf(Retryable);
    expect((await shop.quantities())['TEA-0']).toBe(7);
    await shop.buy({ lines: [{ sku: 'TEA-0', quantity: 2 }] });
    const outcome = (await write()).get(listings[0]!.externalId);
    // One that compares remembers the key, or sees the sale; one that can't is read back by the pusher, and told so.
    expect(shop.channel.comparesAndSets ? (await shop.quantities())['TEA-0'] : 5).toBe(5);
    expect(outcome?.kind).toMatch(/^(set|stale)$/);
  });

  test('keys that are refused are a matter for a person, at reading and at writing', async () => {
    await shop.faults({ keysRevoked: true });
    for (const work of [read(), write()]) {
      const error = await troubleOf(work);
      expect(error).toBeInstanceOf(Rejected);
      expect((error as Rejected).action).toBe('connect-again');
    }
    expect((await shop.quantities())['TEA-0']).toBe(10);
  });

  test('a limit is kept by the door: what it refuses is asked for again, and never too early', async () => {
    const gate = new ConnectionGate({ changed: () => {}, resumed: () => {}, probe: async () => {} });
    const client = limitedClient(
      shop.channel.open(shop.account, (call) => gate.observe(call)),
      gate,
    );
    await shop.faults({ callsPerSecondMax: 2 });
    let answered = 0;
    const endMs = Date.now() + 12_000;
    while (answered < 6 && Date.now() < endMs) {
      const found = await client
        .readQuantities([listings[answered % listings.length]!])
        .catch((error: unknown) => {
          if (error instanceof Retryable) return null;
          throw error;
        });
      if (found) answered += 1;
      else await new Promise((resolve) => setTimeout(resolve, 20));
    }
    gate.stop();
    const seen = await shop.callsSeen();
    expect([answered, seen.tooEarly]).toEqual([6, 0]);
    expect(seen.refused).toBeGreaterThan(0);
  }, 20_000);
});
