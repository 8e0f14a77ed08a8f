import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Sandbox, SandboxOrder } from '#nodes/kit/sandbox.ts';
import { basicAuthorization } from '../request-auth.ts';
import type { WooCommerceSecret } from '../secret.ts';
import { openWooCommerceSandbox } from './sandbox.ts';
import { BEHIND_TLS } from './test-shop.ts';
import { openWebhookListener, until } from './webhook-listener.ts';

let stateDir: string;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'woocommerce-sandbox-'));
});

afterEach(() => rm(stateDir, { recursive: true }));

async function json<T>(url: string, method = 'GET', body?: object, authorization = ''): Promise<T> {
  const headers = { 'content-type': 'application/json', ...BEHIND_TLS, authorization };
  const response = await fetch(url, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}

const buy = (address: string, quantity = 1) =>
  json<SandboxOrder>(`${address}/sandbox/sales`, 'POST', { lines: [{ sku: 'MUG', quantity }] });
const counts = (address: string) => json<Record<string, number>>(`${address}/sandbox/quantities`);
const ordersOf = ({ address, account }: Sandbox) => {
  const authorization = basicAuthorization(account.secret as WooCommerceSecret);
  return json<{ id: number }[]>(
    `${address}/wp-json/wc/v3/orders?per_page=100`,
    'GET',
    undefined,
    authorization,
  );
};
const mugs = [{ sku: 'MUG', title: 'Mug', price: '5', quantity: 1000 }];

test('a shop that is closed goes on where it was: products, orders, keys, webhooks, what waits', async () => {
  const listener = await openWebhookListener();
  const first = await openWooCommerceSandbox({ stateDir, currency: 'USD' });
  first.addProducts(mugs);
  const authorization = basicAuthorization(first.account.secret as WooCommerceSecret);
  const webhook = { topic: 'order.updated', delivery_url: listener.address };
  await json(`${first.address}/wp-json/wc/v3/webhooks`, 'POST', webhook, authorization);
  await json(`${first.address}/sandbox/faults`, 'PUT', { webhookDelayMs: 3_600_000 });
  const sale = await buy(first.address, 3);
  await json(`${first.address}/sandbox/refunds`, 'POST', {
    orderId: sale.id,
    lines: [{ lineId: sale.lineIds[0], quantity: 1 }],
    restock: true,
  });
  const before = await ordersOf(first);
  await first.close();
  expect(listener.events).toEqual([]);

  const second = await openWooCommerceSandbox({ stateDir, currency: 'EUR' });
  expect(second.account.secret).toEqual(first.account.secret);
  expect(await counts(second.address)).toEqual({ MUG: 998 });
  second.addProducts(mugs);
  expect(await counts(second.address)).toEqual({ MUG: 998 });
  const after = JSON.stringify(await ordersOf(second)).replaceAll(second.address, first.address);
  expect(JSON.parse(after)).toEqual(before);
  await until(() => listener.events.length === 1, 'what waited is sent');
  expect(Number((await buy(second.address)).id)).toBeGreaterThan(Number(sale.id));
  await second.close();
  await listener.close();
});

test('a delivery that is cut off by closing is due again', async () => {
  const listener = await openWebhookListener();
  listener.answer(0);
  const first = await openWooCommerceSandbox({ stateDir });
  first.addProducts(mugs);
  const authorization = basicAuthorization(first.account.secret as WooCommerceSecret);
  const webhook = { topic: 'order.created', delivery_url: listener.address };
  await json(`${first.address}/wp-json/wc/v3/webhooks`, 'POST', webhook, authorization);
  await buy(first.address);
  await until(() => listener.events.length === 1, 'the delivery is under way');
  await first.close();

  listener.answer(200);
  const second = await openWooCommerceSandbox({ stateDir });
  await until(() => listener.events.length === 2, 'it is sent again');
  await until(() => second.webhooksWaiting() === 0, 'it is booked');
  await second.close();
  const third = await openWooCommerceSandbox({ stateDir });
  expect(third.webhooksWaiting()).toBe(0);
  await third.close();
  await listener.close();
});

test.each(['customers', 'the API'])(
  'a shop that is killed has kept every order by %s that it answered',
  async (by) => {
    const script = `
    const { openWooCommerceSandbox } = await import(${JSON.stringify(join(__dirname, 'sandbox.ts'))});
    const shop = await openWooCommerceSandbox({ stateDir: ${JSON.stringify(stateDir)} });
    shop.addProducts(${JSON.stringify(mugs)});
    process.stdout.write(JSON.stringify([shop.address, shop.account.secret]) + '\\n');`;
    const child = spawn('node', ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const [address, secret] = JSON.parse(line) as [string, WooCommerceSecret];
    const authorization = basicAuthorization(secret);
    const order = { status: 'processing', line_items: [{ sku: 'MUG', quantity: 1 }] };
    const orderByApi = () =>
      json<{ id: number }>(`${address}/wp-json/wc/v3/orders`, 'POST', order, authorization);
    const place = by === 'customers' ? buy : orderByApi;
    const answered: string[] = [];
    const customers = Array.from({ length: 4 }, async () => {
      for (;;) answered.push(String((await place(address)).id));
    });
    await until(() => answered.length >= 40, '40 orders');
    child.kill('SIGKILL');
    await Promise.allSettled(customers);

    const shop = await openWooCommerceSandbox({ stateDir });
    expect(shop.account.secret).toEqual(secret);
    const orders = `${shop.address}/wp-json/wc/v3/orders`;
    const kept = await Promise.all(
      answered.map((id) => json<{ id: number }>(`${orders}/${id}`, 'GET', undefined, authorization)),
    );
    expect(kept.map(({ id }) => String(id))).toEqual(answered);
    const total = (await fetch(orders, { headers: { ...BEHIND_TLS, authorization } })).headers.get(
      'x-wp-total',
    );
    expect(await counts(shop.address)).toEqual({ MUG: 1000 - Number(total) });
    await shop.close();
  },
);

test('a last line that is cut off was never answered, and is left out', async () => {
  const first = await openWooCommerceSandbox({ stateDir });
  first.addProducts(mugs);
  await buy(first.address);
  await first.close();
  await appendFile(join(stateDir, 'shop.jsonl'), '[{"count":[10,');
  const second = await openWooCommerceSandbox({ stateDir });
  expect(await counts(second.address)).toEqual({ MUG: 999 });
  await second.close();
});

test('a file that is damaged in the middle is not opened, and stays as it is', async () => {
  const file = join(stateDir, 'shop.jsonl');
  await writeFile(file, '[{"settings":\n[]\n');
  await expect(openWooCommerceSandbox({ stateDir })).rejects.toThrow('damaged in line 1');
  expect(await readFile(file, 'utf8')).toBe('[{"settings":\n[]\n');
});
