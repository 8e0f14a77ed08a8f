/** The sandbox's controls, and its state over restarts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SandboxCountChange } from '#nodes/kit/sandbox.ts';
import { openShopifySandbox } from './sandbox.ts';
import { PRODUCTS, ShopBench } from './shop-bench.ts';

describe('state', () => {
  let stateDir: string;
  let bench: ShopBench;
  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'syncflow-shopify-'));
    bench = await ShopBench.open({ stateDir });
  });
  afterEach(async () => {
    await bench.close();
    await rm(stateDir, { recursive: true });
  });

  test('counts, orders, keys and subscriptions outlive a restart', async () => {
    const sold = await bench.sell({ sku: 'MUG', quantity: 3 });
    await bench.delivered(1);
    const { secret } = bench;
    await bench.reopen({ stateDir });
    expect(bench.secret).toEqual(secret);
    expect(await bench.count('MUG')).toBe(7);
    expect(await bench.refund(sold, 0, 1, true)).toBe(200);
    await bench.delivered(2);
    expect(bench.order(1).lines[0]?.taken).toBe(2);
    expect((await bench.sell({ sku: 'MUG', quantity: 1 })).number).toBe('#1002');
  });

  test('webhooks that were waiting are sent after it', async () => {
    await bench.send('PUT', '/sandbox/faults', { webhookDelayMs: 100 });
    await bench.sell({ sku: 'MUG', quantity: 3 });
    await bench.reopen({ stateDir });
    expect(bench.received).toEqual([]);
    expect(bench.sandbox.webhooksWaiting()).toBe(1);
    await bench.delivered(1);
    expect(bench.order(0).lines[0]?.taken).toBe(3);
  });

  test('an answer under an idempotency key is given again after it', async () => {
    const change = { ...(await bench.listing('MUG')), from: 10, to: 4 };
    const key = '7b8a3f5e-0000-4000-8000-000000000001';
    await bench.client.setQuantities([change], key);
    await bench.reopen({ stateDir });
    const again = await bench.client.setQuantities([change], key);
    expect([...again.values()]).toEqual([{ kind: 'set' }]);
    expect(await bench.count('MUG')).toBe(4);
  });

  test('a folder serves one shop at a time, in its own currency', async () => {
    await expect(openShopifySandbox({ stateDir })).rejects.toThrow(/locked/);
    await bench.sandbox.close();
    await expect(openShopifySandbox({ stateDir, currency: 'USD' })).rejects.toThrow(/GBP/);
    await expect(openShopifySandbox({ currency: 'XYZ' })).rejects.toThrow(/XYZ/);
  });
});

describe('control', () => {
  let bench: ShopBench;
  beforeEach(async () => {
    bench = await ShopBench.open();
  });
  afterEach(() => bench.close());

  test('each change of a count is told, with its cause', async () => {
    const changes: SandboxCountChange[] = [];
    bench.sandbox.onCountChange((change) => changes.push(change));
    const sold = await bench.sell({ sku: 'MUG', quantity: 3 }, { sku: 'CARD', quantity: 1 });
    await bench.refund(sold, 0, 1, true);
    await bench.refund(sold, 1, 1, true);
    await bench.send('PUT', '/sandbox/quantities', { sku: 'HAT', quantity: 30 });
    await bench.send('PUT', '/sandbox/quantities', { sku: 'HAT', quantity: 30 });
    const hat = await bench.listing('HAT');
    await bench.client.setQuantities([{ ...hat, from: 30, to: 29 }], crypto.randomUUID());
    expect(changes.map(({ sku, quantity, cause, orderId }) => [sku, quantity, cause, orderId])).toEqual([
      ['MUG', 7, 'sale', sold.id],
      ['MUG', 8, 'refund', sold.id],
      ['HAT', 30, 'staff', null],
      ['HAT', 29, 'api', null],
    ]);
    expect(changes.every(({ atMs }) => Math.abs(atMs - Date.now()) < 60_000)).toBe(true);
    expect(await bench.count('CARD')).toBeNull();
  });

  test('a product that is there keeps its count; a bad one stops all', async () => {
    await bench.sell({ sku: 'MUG', quantity: 1 });
    const fresh = { sku: 'NEW', title: 'New', price: '1', quantity: 1 };
    bench.sandbox.addProducts([...PRODUCTS, fresh]);
    expect([await bench.count('MUG'), await bench.count('NEW')]).toEqual([9, 1]);
    const good = { ...fresh, sku: 'GOOD' };
    expect(() => bench.sandbox.addProducts([good, { ...good, sku: 'BAD', price: 'free' }])).toThrow();
    expect(await bench.count('GOOD')).toBeUndefined();
  });

  test.each<[string, string, unknown, number]>([
    ['POST', '/sales', { lines: [] }, 400],
    ['POST', '/sales', { lines: [{ sku: 'MUG', quantity: 0 }] }, 400],
    ['POST', '/sales', { lines: [{ sku: 'MUG', quantity: 1, discount: 5 }] }, 400],
    ['POST', '/sales', { lines: [{ sku: 'NOPE', quantity: 1 }] }, 422],
    ['POST', '/sales', { lines: [{ sku: 'MUG', quantity: 1, price: 'free' }] }, 422],
    ['POST', '/sales', '{"lines":', 400],
    ['POST', '/refunds', { orderId: '1', lines: [{ lineId: '1', quantity: 1 }], restock: true }, 422],
    ['PUT', '/quantities', { sku: 'NOPE', quantity: 1 }, 422],
    ['PUT', '/quantities', { sku: 'CARD', quantity: 1 }, 422],
    ['PUT', '/quantities', { sku: 'MUG', quantity: 1.5 }, 400],
    ['PUT', '/faults', { fireNext: 1 }, 400],
  ])('%s %s %j: %i', async (method, path, body, status) => {
    expect((await bench.send(method, `/sandbox${path}`, body)).status).toBe(status);
    expect(await bench.count('MUG')).toBe(10);
  });

  test('no more is refunded than was sold', async () => {
    const sold = await bench.sell({ sku: 'MUG', quantity: 3 });
    expect(await bench.refund(sold, 0, 2, true)).toBe(200);
    expect(await bench.refund(sold, 0, 2, true)).toBe(422);
    expect(await bench.count('MUG')).toBe(9);
  });
});
